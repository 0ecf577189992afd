/** Merges frames into the view. Contains no rules: the room decides. */
import type { AudienceFrame, Message, View } from "../wire";

const audiences = ["room", "hosts", "own"] as const;

/** Applies a merge patch (RFC 7396). Parts that the patch doesn't touch keep their identity. */
export function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = isObject(target) ? { ...target } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete merged[key];
    else merged[key] = merge(merged[key], change);
  }
  return merged;
}

/**
 * Returns the view after a frame, or nothing if the frame doesn't follow it: then request a
 * snapshot.
 */
export function applyFrame(view: View, frame: AudienceFrame): View | undefined {
  const audience = audiences.find((name) => frame[name] !== undefined);
  // Only hosts have a sequence of host frames.
  if (!audience || frame[audience] !== (view.cursor[audience] ?? NaN) + 1) return undefined;
  return {
    ...view,
    cursor: { ...view.cursor, [audience]: frame[audience] },
    ...(frame.patch !== undefined && { [audience]: merge(view[audience], frame.patch) }),
    ...(frame.messages && { messages: mergeMessages(view.messages, frame.messages) }),
    ...(frame.texts && { texts: merge(view.texts, frame.texts) as View["texts"] }),
  };
}

function mergeMessages(messages: View["messages"], patches: Record<number, unknown>): View["messages"] {
  const merged = { ...messages };
  for (const [key, patch] of Object.entries(patches)) {
    const held = merged[Number(key)];
    // Ignore a partial update to a message not held here. A whole message names its seat.
    if (held || (isObject(patch) && "seat" in patch)) merged[Number(key)] = merge(held, patch) as Message;
  }
  return merged;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The HTTP requests that the page makes besides its socket. */
import type { CircleMade, Door, NewCircle, NextSession, Problem } from "../core/wire";

export type Reply<T> = { ok: T } | { problem: Problem } | { unreachable: true };

/** Timeout of a request. */
const answer_ms = 10_000;
const json = { "content-type": "application/json" };

export function makeCircle(circle: NewCircle): Promise<Reply<CircleMade>> {
  return request<CircleMade>("/api/circles", {
    method: "POST",
    headers: json,
    body: JSON.stringify(circle),
  });
}

export function lookAtDoor(circle: string, entryKey: string): Promise<Reply<Door>> {
  return request<Door>(`/api/circles/${circle}`, { headers: by(entryKey) });
}

/** Schedules the next session, or clears the schedule. */
export function setNextSession(
  circle: string,
  entryKey: string,
  next: NextSession,
): Promise<Reply<NextSession>> {
  return request<NextSession>(`/api/circles/${circle}/next_session`, {
    method: "PUT",
    headers: { ...json, ...by(entryKey) },
    body: JSON.stringify(next),
  });
}

export function deleteCircle(circle: string, entryKey: string): Promise<Reply<undefined>> {
  return request<undefined>(`/api/circles/${circle}`, { method: "DELETE", headers: by(entryKey) });
}

function by(entryKey: string): Record<string, string> {
  return { authorization: `Hearth ${entryKey}` };
}

export async function request<T>(path: string, init: RequestInit): Promise<Reply<T>> {
  try {
    const response = await fetch(path, {
      ...init,
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(answer_ms),
    });
    const body: unknown = response.status === 204 ? undefined : await response.json();
    return response.ok ? { ok: body as T } : { problem: problemOf(body, response.status) };
  } catch {
    // No connection, a timeout, or a response that isn't from this server, such as a proxy's error
    // page.
    return { unreachable: true };
  }
}

function problemOf(body: unknown, status: number): Problem {
  const { type, title, detail, code } = (body ?? {}) as Partial<Problem>;
  return {
    type: type ?? "about:blank",
    title: title ?? "",
    status,
    detail: detail ?? "",
    code: code ?? String(status),
  };
}

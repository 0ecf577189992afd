/**
 * Replays what a server really sent: every snapshot must equal the view merged from the frames
 * before it, as far as both go.
 */
import { describe, expect, it } from "vitest";
import { frameOf } from "../src/core/connection/frame";
import { applyFrame } from "../src/core/connection/merge";
import type { View } from "../src/core/wire";
import { hosts, hostView, messages, message, textId, texts, view } from "./build";
import { readRecording, type Recorded, recordings } from "./recordings";

interface Replayed {
  views: Map<number, View>;
  decisions: number;
  compared: number;
}

function replay(lines: Recorded[]): Replayed {
  const views = new Map<number, View>();
  let decisions = 0;
  let compared = 0;
  for (const { seat, dir, frame } of lines) {
    // The recording also contains what the clients sent; only what they received is replayed.
    if (dir === "out" || "hello" in frame || "id" in frame) continue;
    const heard = frameOf(frame);
    const before = views.get(seat);
    if (heard.is === "unknown")
      throw new Error(`a frame to seat ${seat} could not be read: ${JSON.stringify(frame)}`);
    if (heard.is === "decision") {
      const after = before && applyFrame(before, heard.decision);
      if (!after) throw new Error(`a frame does not follow the view of seat ${seat}: ${JSON.stringify(frame)}`);
      views.set(seat, after);
      decisions += 1;
    }
    if (heard.is === "answer" && "page" in heard.answer && before) {
      const { page } = heard.answer;
      views.set(seat, {
        ...before,
        messages: { ...page.messages, ...before.messages },
        texts: { ...page.texts, ...before.texts },
      });
    }
    const fresh =
      heard.is === "snapshot" ? heard.snapshot : heard.is === "welcome" ? heard.welcome.snapshot : undefined;
    if (fresh) {
      if (before && isSamePoint(before, fresh)) {
        compare(before, fresh);
        compared += 1;
      }
      views.set(seat, fresh);
    }
  }
  return { views, decisions, compared };
}

/** A snapshot describes the same moment if nothing was missed since the last frame. */
function isSamePoint(merged: View, fresh: View): boolean {
  return (
    merged.room.id === fresh.room.id &&
    merged.cursor.room === fresh.cursor.room &&
    merged.cursor.own === fresh.cursor.own
  );
}

function compare(merged: View, fresh: View): void {
  expect(merged.room).toEqual(fresh.room);
  expect(merged.own).toEqual(fresh.own);
  // A snapshot contains the newest messages; a screen that was connected has all of them.
  for (const [number, message] of Object.entries(fresh.messages))
    expect(merged.messages[Number(number)], `message ${number}`).toEqual(message);
  for (const [id, text] of Object.entries(fresh.texts)) expect(merged.texts[id], `text ${id}`).toEqual(text);
  for (const text of textsOfBoth(merged, fresh)) expect(text in fresh.texts, `text ${text} was erased`).toBe(true);
  // A change of role adds or removes the hosts' view.
  if (merged.hosts && fresh.hosts && merged.cursor.hosts === fresh.cursor.hosts)
    expect(merged.hosts).toEqual(fresh.hosts);
}

/** The texts of messages that both the merged view and the snapshot contain. */
function textsOfBoth(merged: View, fresh: View): string[] {
  return Object.values(fresh.messages)
    .map(({ text }) => text)
    .filter((text) => text in merged.texts);
}

describe.skipIf(recordings.length === 0)("recorded frames of the scenarios", () => {
  it.each(recordings)("%s: every snapshot equals what was merged before it", (name) => {
    const { views, decisions } = replay(readRecording(name));
    expect(views.size).toBeGreaterThan(0);
    expect(decisions).toBeGreaterThan(0);
  });

  it("contain enough snapshots to compare with", () => {
    const compared = recordings.map((name) => replay(readRecording(name)).compared);
    expect(compared.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(recordings.length / 2);
  });
});

describe("the replay of frames", () => {
  const welcome = (seat: number, of: View): Recorded => ({
    seat,
    dir: "in",
    frame: { welcome: { snapshot: of } },
  });
  const away = {
    room: 11,
    at: 9_000,
    facts: [{ away: { seat: 3 } }],
    patch: { turn: { turn_id: 4 }, people: { 3: { presence: "away" } } },
  };

  it("compares a later snapshot with what was merged", () => {
    const lines: Recorded[] = [
      { seat: 2, dir: "out", frame: { hello: {} } },
      welcome(2, view()),
      { seat: 2, dir: "in", frame: away },
    ];
    const after = replay(lines).views.get(2);
    if (!after) throw new Error("seat 2 has no view");
    expect(replay([...lines, welcome(2, after)]).compared).toBe(1);
    const other = { ...after, room: { ...after.room, turn: { ...after.room.turn, turn_id: 5 } } };
    expect(() => replay([...lines, welcome(2, other)])).toThrow();
  });

  it("lets a snapshot add what was missed", () => {
    const later = view({}, { cursor: { room: 30, own: 2 } });
    expect(replay([welcome(2, view()), welcome(2, later)]).compared).toBe(0);
  });

  it("finds messages that differ, words that should be gone or are missing, and hosts' views that differ", () => {
    const one = view({}, messages(message(1, 3, "Hello")));
    const erased = { ...one, texts: texts("Monday circle", "Fay", "Ana", "Ben", "Cleo") };
    const taken = view({}, messages(message(1, 3, "Hello", { taken_back: true })));
    expect(textId("Hello") in erased.texts).toBe(false);
    expect(() => replay([welcome(2, one), welcome(2, erased)])).toThrow();
    expect(() => replay([welcome(2, erased), welcome(2, one)])).toThrow();
    expect(() => replay([welcome(2, one), welcome(2, taken)])).toThrow();
    const points = hosts({ process_points: { 3: { place: 1 } } });
    expect(() => replay([welcome(1, hostView()), welcome(1, hostView({}, points))])).toThrow();
  });
});

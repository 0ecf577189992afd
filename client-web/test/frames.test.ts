/**
 * What a server really sent, replayed: every snapshot that arrives must equal the one folded from the
 * events before it. The recordings are written by the scenarios' own test, one line for each frame.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fold } from "../src/core/fold";
import { frameOf } from "../src/core/frame";
import type { Snapshot } from "../src/core/wire";
import { flow, id, said, snapshot, staffSnapshot } from "./build";

interface Recorded {
  seat: number;
  dir: "in" | "out";
  frame: Record<string, unknown>;
}

interface Replayed {
  views: Map<number, Snapshot>;
  events: number;
  compared: number;
}

const folder = fileURLToPath(new URL("../../protocol/scenarios/frames/", import.meta.url));
const recordings = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];

function replay(lines: Recorded[]): Replayed {
  const views = new Map<number, Snapshot>();
  let events = 0;
  let compared = 0;
  for (const { seat, dir, frame } of lines) {
    // What the clients said is in the recording too; only what they heard is replayed.
    if (dir === "out" || "hello" in frame || "id" in frame) continue;
    const heard = frameOf(frame);
    const view = views.get(seat);
    if (heard.is === "unknown")
      throw new Error(`a frame to seat ${seat} was not understood: ${JSON.stringify(frame)}`);
    if (heard.is === "fact") {
      if (!view) throw new Error(`an event reached seat ${seat} before any snapshot`);
      views.set(seat, fold(view, heard.fact));
      events += 1;
    }
    const fresh =
      heard.is === "snapshot" ? heard.snapshot : heard.is === "welcome" ? heard.welcome.snapshot : undefined;
    if (fresh) {
      if (view && isSamePoint(view, fresh)) {
        compare(view, fresh);
        compared += 1;
      }
      views.set(seat, fresh);
    }
  }
  return { views, events, compared };
}

/** A snapshot tells of the same moment when nothing was missed since the last event seen. */
function isSamePoint(view: Snapshot, fresh: Snapshot): boolean {
  return (
    view.common.room === fresh.common.room &&
    view.cursor.room === fresh.cursor.room &&
    view.cursor.seat === fresh.cursor.seat
  );
}

function compare(view: Snapshot, fresh: Snapshot): void {
  expect(view.common).toEqual(fresh.common);
  expect(view.own).toEqual(fresh.own);
  // A snapshot carries the last part of what was said; a screen that was there has all of it.
  expect(view.said.slice(view.said.length - fresh.said.length)).toEqual(fresh.said);
  // A change of role gives the staff's board, or takes it.
  if (view.board && fresh.board && view.cursor.staff === fresh.cursor.staff)
    expect(view.board).toEqual(fresh.board);
}

function read(name: string): Recorded[] {
  const lines = readFileSync(folder + name, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as Recorded);
}

describe.skipIf(recordings.length === 0)("recorded frames of the scenarios", () => {
  it.each(recordings)("%s: every snapshot equals what was folded before it", (name) => {
    const { views, events } = replay(read(name));
    expect(views.size).toBeGreaterThan(0);
    expect(events).toBeGreaterThan(0);
  });

  it("hold enough snapshots to compare with", () => {
    const compared = recordings.map((name) => replay(read(name)).compared);
    expect(compared.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(recordings.length / 2);
  });
});

describe("the replay of frames", () => {
  const welcome = (seat: number, of: Snapshot): Recorded => ({
    seat,
    dir: "in",
    frame: { welcome: { snapshot: of } },
  });
  const event = { room: 11, at: 9_000, away: { seat: 3, flow: flow({ move: 4 }) } };

  it("compares a later snapshot with what was folded", () => {
    const lines: Recorded[] = [
      { seat: 2, dir: "out", frame: { hello: {} } },
      welcome(2, snapshot()),
      { seat: 2, dir: "in", frame: event },
    ];
    const after = replay(lines).views.get(2);
    if (!after) throw new Error("seat 2 has no view");
    expect(replay([...lines, welcome(2, after)]).compared).toBe(1);
    const other = { ...after, common: { ...after.common, flow: flow({ move: 5 }) } };
    expect(() => replay([...lines, welcome(2, other)])).toThrow();
  });

  it("lets a snapshot bring what was missed", () => {
    const later = snapshot({}, { cursor: { room: 30, seat: 2 } });
    expect(replay([welcome(2, snapshot()), welcome(2, later)]).compared).toBe(0);
  });

  it("finds words that differ, and boards that differ", () => {
    const one = snapshot({}, { said: [said(1, 3, "Hello")] });
    const two = snapshot({}, { said: [{ ...said(1, 3, "Hello"), words: { id: id(1) } }] });
    expect(() => replay([welcome(2, one), welcome(2, two)])).toThrow();
    const points = { muted: [], barred: [], turns: [], points: [3] };
    expect(() =>
      replay([welcome(1, staffSnapshot()), welcome(1, staffSnapshot({}, { board: points }))]),
    ).toThrow();
  });
});

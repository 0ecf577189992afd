/**
 * The page evaluates the same table as the room. `server/room/tests/policy_cases.rs` writes down what the
 * room answers: a line for each situation, and after it a line for each command sent in it, with the
 * seats that are refused by code. All other seats are allowed.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import table from "../../protocol/generated/policy.json";
import { type CommandName, refusalOf, requestOf } from "../src/core/policy";
import type { Command, RefusalCode, RoomView, SeatNo, SeatView, View } from "../src/core/wire";
import { ana, ben, cleo, fay, held, hostView, round, settings, view } from "./build";

interface Situation {
  situation: string;
  room: RoomView;
  own: Record<SeatNo, SeatView>;
}

interface Sent {
  command: Command;
  refused: Partial<Record<RefusalCode, SeatNo[]>>;
}

const file = fileURLToPath(new URL("../../protocol/scenarios/policy-cases.jsonl", import.meta.url));
const situations: [string, Situation, Sent[]][] = [];
for (const line of readFileSync(file, "utf8").trim().split("\n")) {
  const parsed = JSON.parse(line) as Situation | Sent;
  if ("situation" in parsed) situations.push([parsed.situation, parsed, []]);
  else situations.at(-1)?.[2].push(parsed);
}

/** Returns who is refused a command, by code. */
function refusedOn({ room, own }: Situation, command: Command): Sent["refused"] {
  const refused: Sent["refused"] = {};
  for (const seat of Object.keys(room.people).map(Number)) {
    const seatView = own[seat];
    if (!seatView) throw new Error(`seat ${seat} has no view of its own`);
    const code = refusalOf({ room, own: seatView, seat }, ...requestOf(command));
    if (code) (refused[code] ??= []).push(seat);
  }
  return refused;
}

describe("the policy table", () => {
  it.each(situations)("refuses what the room refuses, for the same reason: %s", (_what, situation, sent) => {
    expect(sent.length).toBeGreaterThan(0);
    for (const { command, refused } of sent) {
      expect(refusedOn(situation, command), JSON.stringify(command)).toEqual(refused);
    }
  });

  it("has a condition for every row", () => {
    for (const name of Object.keys(table) as CommandName[]) {
      for (const of of [view(), hostView({ round: round(), turn: { token: held(3) } })]) {
        expect(() => refusalOf(of, name, { target: 3 }), name).not.toThrow();
      }
    }
  });

  const offered = { round: round(), turn: { turn_id: 7, token: { offered: { seat: 2 } } } };
  const muted = { own: { removed: false, hidden: {}, muted: {} } };
  const listener = { people: [fay, { ...ana, role: "listener" as const }, ben, cleo] };
  const pause = { reason: "host" } as const;

  it.each([
    ["someone who is not here", view({ people: [fay, ben] }), 6, "no_such_seat"],
    ["someone who is away", view({ ...offered, people: [fay, { ...ana, presence: "away" }] }), 6, "not_now"],
    ["a session that is over", view({ ...offered, phase: "ended" }), 6, "not_now"],
    ["a listener", view({ ...offered, ...listener }, muted), 6, "listening"],
    ["someone who is muted", view({ ...offered, closes_at: 1, pause }, muted), 6, "muted"],
    ["a turn id from the past", view({ ...offered, closes_at: 1, pause }), 6, "stale_turn"],
    ["an end", view({ ...offered, closes_at: 1, pause }), 7, "ending"],
    ["a pause", view({ ...offered, pause }), 7, "paused"],
    ["a turn that is someone else's", view({ round: round(), turn: { turn_id: 7, token: held(3) } }), 7, "not_offered"],
    ["nothing", view(offered), 7, undefined],
  ] as [string, View, number, RefusalCode | undefined][])("refuses to take a turn first for %s", (_why, of, turnId, code) => {
    expect(refusalOf(of, "take", { turnId })).toBe(code);
  });

  describe("for the bell", () => {
    const everyone = { settings: { ...settings, bell: "everyone" as const } };
    const silence = { by: 1, until: 5_000 };
    const rang = { own: { removed: false, hidden: {}, rang_in: 1 } };

    it.each([
      ["a facilitator rings it", hostView({ round: round() }, rang), undefined],
      ["a member doesn't, unless the circle lets everyone", view({ round: round() }), "not_allowed"],
      ["a member does, if it lets everyone", view({ round: round(), ...everyone }), undefined],
      ["once a round", view({ round: round(), ...everyone }, rang), "already_rung"],
      ["and again in the next", view({ round: round({ number: 2 }), ...everyone }, rang), undefined],
      ["a muted person doesn't", view({ ...everyone }, muted), "muted"],
      ["nobody does during a silence", hostView({ round: round(), silence }), "silence"],
    ] as [string, View, RefusalCode | undefined][])("%s", (_what, of, code) => {
      expect(refusalOf(of, "ring_bell")).toBe(code);
    });

    it("doesn't let anyone send until its silence ends; hosts may end it", () => {
      const mine = { round: round(), turn: { token: held(2) } };
      expect(refusalOf(view(mine), "share")).toBeUndefined();
      expect(refusalOf(view({ ...mine, silence }), "share")).toBe("silence");
      expect(refusalOf(view({ ...mine, silence, pause }), "share")).toBe("paused");
      expect(refusalOf(hostView({ silence }), "announce")).toBe("silence");
      expect(refusalOf(view({ ...mine, silence }), "finish")).toBeUndefined();
      expect(refusalOf(hostView({ silence }), "end_silence")).toBeUndefined();
      expect(refusalOf(view({ silence }), "end_silence")).toBe("not_allowed");
      expect(refusalOf(hostView(), "end_silence")).toBe("not_now");
    });
  });

  it("asks about the person last", () => {
    const command: Command = { offer: { turn_id: 7, seat: 3 } };
    const given = { round: round({ order: "facilitator" as const }), turn: { turn_id: 7 } };
    const ask = (of: View) => refusalOf(of, ...requestOf(command));
    expect(ask(hostView(given))).toBeUndefined();
    expect(ask(hostView({ ...given, people: [fay, ana, { ...ben, stance: "resting" }] }))).toBe("not_eligible");
    expect(ask(hostView({ ...given, people: [fay, ana] }))).toBe("no_such_seat");
    expect(ask(hostView({ turn: { turn_id: 7 }, people: [fay, ana] }))).toBe("no_round");
    expect(ask(view(given))).toBe("not_allowed");
    const finish: Command = { finish: { turn_id: 7, to: 3 } };
    const mine = { turn: { turn_id: 7, token: held(2) } };
    expect(refusalOf(view({ round: round(), ...mine }), ...requestOf(finish))).toBe("wrong_order");
    expect(refusalOf(view({ round: round({ order: "popcorn" }), ...mine }), ...requestOf(finish))).toBeUndefined();
  });
});

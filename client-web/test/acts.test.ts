/** What hosts are shown about the circle, in which order, and how rounds are planned. */
import { describe, expect, it } from "vitest";
import { actsFor, cutShort, unheard, waitsLong } from "../src/features/console/acts";
import { slipsFor } from "../src/features/console/slips";
import { mayHold, mayTo } from "../src/core/may";
import { changes, limitChoices, opening, planFor, slowChoices } from "../src/features/round/plan";
import type { View } from "../src/core/wire";
import { ana, ben, cleo, fay, held, hosts, hostView, type InRoom, person, round, settings, textId, texts } from "./build";

const now = 100_000;
const acts = (of: View) => actsFor(of, mayHold(of));
const moderator: InRoom = { people: [{ ...fay, role: "moderator" }, ana, ben, cleo] };

describe("what hosts can do", () => {
  it("is grouped by turn and round, with the next act apart", () => {
    const turn = { round: round(), turn: { token: held(3, { limit: { until: now } }), waiting: [4] } };
    expect(acts(hostView(turn))).toEqual({
      nextAct: "close_round",
      ready: false,
      turn: ["skip", "reclaim", "longer"],
      round: ["change_round"],
    });
    expect(acts(hostView({ ...turn, ...moderator }))).toEqual({
      nextAct: "close_round",
      ready: false,
      turn: ["skip", "longer"],
      round: [],
    });
    expect(acts(hostView({ phase: "gathering" }))).toEqual({
      nextAct: "open_round",
      ready: true,
      turn: [],
      round: [],
    });
  });

  it("isn't ready to close a hands round before the first hand", () => {
    const hands = (heard: number[]) =>
      hostView({ round: round({ order: "hands" }), turn: { complete: true, heard } });
    expect(acts(hands([]))).toMatchObject({ nextAct: "close_round", ready: false });
    expect(acts(hands([3]))).toMatchObject({ nextAct: "close_round", ready: true });
  });

  it("puts requests and people the circle waits for above the next act, never in its place", () => {
    const offer = { turn_id: 5, since: 0, until: { until: now } };
    const of = hostView(
      { round: round(), turn: { turn_id: 5, token: { offered: { seat: 3 } }, waiting: [4] } },
      hosts({ offer, process_points: { 4: { place: 2 }, 2: { place: 1 } } }),
    );
    expect(slipsFor(of, now)).toEqual([
      { is: "point", seat: 2 },
      { is: "point", seat: 4 },
      { is: "awaited", seat: 3, away: false },
    ]);
    expect(acts(of).nextAct).toBe("close_round");
    expect(slipsFor(hostView(), now)).toEqual([]);
  });

  it("can end a silence, but listening is the act", () => {
    const silence = { by: 2, until: now };
    for (const more of [{}, moderator]) {
      expect(acts(hostView({ round: round(), silence, ...more }))).toMatchObject({ nextAct: "end_silence", ready: false });
    }
    expect(acts(hostView({ round: round(), silence, pause: { reason: "host" } })).nextAct).toBe("unpause");
  });

  it("moves along to the end in one place", () => {
    const nextAct = (more: InRoom) => acts(hostView(more)).nextAct;
    const over = { round: round({ open: false }) };
    expect(nextAct({ phase: "open", ...over })).toBe("open_round");
    expect(nextAct({ phase: "closing", round: round() })).toBe("close_round");
    expect(nextAct({ phase: "closing", ...over })).toBe("goodbyes");
    expect(nextAct({ phase: "lingering", ...over })).toBe("end");
    expect(nextAct({ phase: "lingering", ...over, closes_at: now + 1 })).toBe("undo_end");
  });

  it("shows who the circle is waiting for: an offer unanswered too long, or someone away", () => {
    const offer = (left_ms: number) => ({ turn_id: 5, since: 0, until: { until: now + left_ms } });
    const offered = (left_ms: number) =>
      hostView(
        { round: round(), turn: { turn_id: 5, token: { offered: { seat: 3 } } } },
        hosts({ offer: offer(left_ms) }),
      );
    expect(waitsLong(offered(46_000), now)).toBeUndefined();
    expect(waitsLong(offered(45_000), now)).toEqual({ seat: 3, away: false });
    expect(waitsLong(hostView({ turn: { token: held(3) } }), now)).toBeUndefined();
    const away = hostView({ turn: { token: held(3, { away: { left: 9 } }) } });
    expect(waitsLong(away, now)).toEqual({ seat: 3, away: true });
  });

  it("leaves rounds alone while the session ends, as the room does", () => {
    expect(mayTo(hostView(), 3).setRole).toBe(true);
    expect(mayTo(hostView({ closes_at: now }), 3).setRole).toBe(false);
  });
});

describe("who has not been heard", () => {
  const people = [
    fay,
    ana,
    { ...ben, presence: "away" as const },
    cleo,
    person(5, "Dana", { role: "listener" }),
    person(6, "Elif", { stance: "resting" }),
    person(7, "Gus", { presence: "left" }),
    person(8, "Hana"),
  ];

  it("is anyone who takes part in the round and neither spoke nor passed", () => {
    const lineup = [1, 2, 3, 4, 6, 7];
    const of = { lineup, heard: [1], passed: [4], token: held(2) };
    expect(unheard(hostView({ people, round: round(), turn: of }))).toEqual([2, 3]);
    const speaks = { ...of, token: held(2, { shares: 1 }) };
    expect(unheard(hostView({ people, round: round(), turn: speaks }))).toEqual([3]);
    const free = round({ order: "popcorn" });
    expect(unheard(hostView({ people, round: free, turn: of })), "late arrivals too").toEqual([2, 3, 8]);
    expect(unheard(hostView({ people, round: round({ order: "open" }), turn: of }))).toEqual([]);
    expect(unheard(hostView({ people }))).toEqual([]);
  });

  it("is counted before closing the round would leave them out, and only then", () => {
    const lineup = [1, 2, 3, 4];
    const heard = { lineup, heard: [1, 2, 4] };
    const of = (more: object, order = round()) =>
      hostView({ round: order, turn: { ...heard, ...more } });
    expect(cutShort(of({ waiting: [3] }))).toEqual({ unheard: 1 });
    expect(cutShort(of({ token: held(3) }))).toEqual({ unheard: 1, holder: 3 });
    expect(cutShort(of({ token: held(3, { shares: 2 }) }))).toEqual({ unheard: 0, holder: 3 });
    expect(cutShort(of({ complete: true }))).toBeUndefined();
    expect(cutShort(of({ complete: true }, round({ order: "hands" })))).toEqual({ unheard: 1 });
    expect(cutShort(of({ passed: [3] }))).toBeUndefined();
    expect(cutShort(of({}, round({ order: "open" }))), "anyone may be writing").toEqual({ unheard: 0 });
  });
});

describe("a plan for a round", () => {
  const prompt = textId("Before?");
  const asked = hostView({}, { texts: texts("Before?") });

  it("begins with the circle's settings, and opens as planned", () => {
    const before = hostView({
      settings: { ...settings, limit: { ms: 240_000, firm: true }, slow_ms: 5_000 },
    });
    const plan = planFor(before, 1);
    expect(limitChoices(plan.limit_ms)).toContain(240_000);
    expect(slowChoices(plan.slow_s)).toEqual([0, 5, 10, 30, 60, 120]);
    expect(
      opening({ ...plan, prompt: " Why? ", order: "hands", hands_by: "first_come", closing: true }),
    ).toEqual({
      open_round: {
        prompt: { plain: "Why?" },
        order: "hands",
        hands_by: "first_come",
        advance: "itself",
        limit: { ms: 240_000, firm: true },
        unlimited: false,
        start: { seat: 1 },
        slow_ms: 5_000,
        closing: true,
      },
    });
  });

  it("without a limit removes the circle's limit in the same command", () => {
    const common: InRoom = { settings: { ...settings, limit: { ms: 60_000, firm: true } } };
    const open = opening({ ...planFor(hostView(common), "random"), limit_ms: 0 });
    expect(open).toEqual({ open_round: expect.objectContaining({ unlimited: true }) });
    expect(open).not.toHaveProperty("open_round.limit");
  });

  it("sends only what was changed", () => {
    const was = round({ prompt, limit: { ms: 60_000, firm: false } });
    const plan = planFor(asked, "random", was);
    expect(changes(plan, plan)).toEqual([]);
    expect(changes({ ...plan, prompt: "" }, plan)).toEqual([{ set_prompt: {} }]);
    expect(changes({ ...plan, firm: true }, plan)).toEqual([
      { set_limit: { limit: { ms: 60_000, firm: true } } },
    ]);
    expect(changes({ ...plan, limit_ms: 0 }, plan)).toEqual([{ set_limit: {} }]);
    expect(changes({ ...plan, advance: "facilitator", prompt: "After?" }, plan)).toEqual([
      { set_prompt: { prompt: { plain: "After?" } } },
      { set_order: { order: "go_round", hands_by: "least_heard", advance: "facilitator" } },
    ]);
  });

  it("keeps what someone else changed while the form was open", () => {
    const begins = planFor(asked, "random", round({ prompt }));
    const [only, ...others] = changes({ ...begins, limit_ms: 60_000 }, begins);
    expect(only).toEqual({ set_limit: { limit: { ms: 60_000, firm: false } } });
    expect(others).toEqual([]);
  });
});

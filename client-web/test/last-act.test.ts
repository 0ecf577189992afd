/** How long the last action is shown, what counts as one action, and that it is announced. */
import { bare, named } from "../src/core/view/isolated";
import { describe, expect, it } from "vitest";
import type { Shown } from "../src/features/console/undo";
import type { Command, View } from "../src/core/wire";
import { undoOf } from "../src/features/console/undo";
import { LastAct } from "../src/features/console/last_act.svelte";
import { words } from "../src/words/all";
import { hosts, hostView, id, round } from "./build";

const free = hostView();
const muted = hostView({}, hosts({ mutes: { 3: { by: 1 } } }));
const mute: Command = { mute: { seat: 3 } };

function play() {
  const told: Shown[] = [];
  const last = new LastAct((shown) => told.push(shown), () => undoOf);
  const shows = (now: View, time: number) => {
    const shown = last.shown(now, time);
    return shown && bare(words.console.done(shown, (seat) => named(`Nr ${seat}`)));
  };
  const does = (number: number, command: Command, before: View, time: number) => {
    last.asked(id(number), command, before);
    last.answered(id(number), {}, time);
  };
  return { told, last, shows, does };
}

describe("the last action", () => {
  it("is shown and announced once it is answered, for twelve seconds from then", () => {
    const { told, last, shows } = play();
    last.asked(id(1), mute, free);
    expect(shows(muted, 0)).toBeUndefined();
    last.answered(id(1), {}, 5_000);
    expect(shows(muted, 16_999)).toBe("Nr 3 was muted.");
    expect(shows(muted, 17_000)).toBeUndefined();
    expect(told.map((shown) => bare(words.console.undoAloud(shown, () => named("Ben"))))).toEqual([
      "Ben was muted. You can undo it with Control and Z.",
    ]);
  });

  it("stays while it has the pointer or the focus, and a moment longer", () => {
    const { last, shows, does } = play();
    does(1, mute, free, 0);
    last.keep(true, 11_000);
    expect(shows(muted, 60_000)).toBe("Nr 3 was muted.");
    last.keep(false, 60_000);
    expect(shows(muted, 63_999)).toBe("Nr 3 was muted.");
    expect(shows(muted, 64_000)).toBeUndefined();
  });

  it("isn't shown if it was refused, or once it can't be undone", () => {
    const { told, last, shows, does } = play();
    last.asked(id(1), mute, free);
    last.answered(id(1), undefined, 0);
    expect(shows(muted, 1)).toBeUndefined();
    expect(told).toEqual([]);
    does(2, mute, free, 0);
    expect(shows(free, 1), "someone else lifted it").toBeUndefined();
  });

  it("is undone once, which is announced; the undo itself can't be undone", () => {
    const { told, last, shows, does } = play();
    does(1, mute, free, 0);
    const asked: Command[] = [];
    const ask = (command: Command) => {
      asked.push(command);
      last.asked(id(10 + asked.length), command, muted);
    };
    last.undo(muted, 1_000, ask);
    last.undo(muted, 1_000, ask);
    expect(asked).toEqual([{ unmute: { seat: 3 } }]);
    last.answered(id(11), {}, 2_000);
    expect(shows(free, 2_000)).toBe(words.console.undone);
    expect(told.at(-1)).toEqual({ is: "undone" });
    last.keep(true, 3_000);
    expect(shows(free, 14_000), "the notice that it was undone disappears").toBeUndefined();
  });

  it("disappears if its undo is refused: the page says why", () => {
    const { last, shows, does } = play();
    does(1, mute, free, 0);
    last.undo(muted, 1_000, (command) => last.asked(id(11), command, muted));
    last.answered(id(11), undefined, 2_000);
    expect(shows(muted, 2_000)).toBeUndefined();
  });

  it("is a single one for several changes sent together", () => {
    const was = hostView({ round: round({ limit: { ms: 60_000, firm: false } }) });
    const now = hostView({ round: round({ order: "popcorn" }) });
    const { told, last, does } = play();
    does(1, { set_order: { order: "popcorn" } }, was, 0);
    does(2, { set_limit: {} }, was, 0);
    expect(told).toHaveLength(1);
    const asked: Command[] = [];
    last.undo(now, 1_000, (command) => asked.push(command));
    expect(asked.map((command) => Object.keys(command)[0])).toEqual(["set_order", "set_limit"]);
  });

  it("is a single one for repeated reordering, while it is shown", () => {
    const order = (waiting: number[]) => hostView({ round: round(), turn: { waiting } });
    const moves = (later_ms: number) => {
      const { last, does } = play();
      does(1, { reorder: { waiting: [2, 4, 3] } }, order([2, 3, 4]), 0);
      does(2, { reorder: { waiting: [4, 2, 3] } }, order([2, 4, 3]), later_ms);
      const asked: Command[] = [];
      last.undo(order([4, 2, 3]), later_ms, (command) => asked.push(command));
      return asked;
    };
    expect(moves(1_000)).toEqual([{ reorder: { waiting: [2, 3, 4] } }]);
    expect(moves(20_000)).toEqual([{ reorder: { waiting: [2, 4, 3] } }]);
  });

  it("isn't replaced by an action that needs no undo", () => {
    const { shows, does } = play();
    does(1, mute, free, 0);
    does(2, { close_round: {} }, muted, 1_000);
    expect(shows(muted, 2_000)).toBe("Nr 3 was muted.");
  });
});

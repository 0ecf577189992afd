/** The last action of a host on this page that can still be undone. */
import type { Shown, Undo, undoOf } from "./undo";
import type { Command, CommandId, MessageNo, View } from "../../core/wire";

/** How long the undo is shown after the answer. */
const shown_ms = 12_000;
/** How long it stays after losing the pointer and the focus. */
const lingers_ms = 4_000;

interface Asked {
  before: View;
  /** Absent if this is itself an undo. */
  undo?: Undo;
  /** The message it created. */
  message?: MessageNo;
}

export class LastAct {
  #last: (Asked & { until: number }) | undefined = $state.raw();
  #kept = $state.raw(false);
  readonly #asked = new Map<CommandId, Asked>();
  #undoing = false;
  readonly #tell: (shown: Shown) => void;
  readonly #undoOf: () => typeof undoOf | undefined;

  /**
   * `tell` announces what was done. How acts are undone is loaded with hosts' tools, without which nobody does what can be
   * undone.
   */
  constructor(tell: (shown: Shown) => void, how: () => typeof undoOf | undefined) {
    this.#tell = tell;
    this.#undoOf = how;
  }

  asked(id: CommandId, command: Command, before: View | undefined): void {
    if (!before) return;
    const undo = this.#undoing ? undefined : this.#undoOf()?.(command, before);
    if (undo || this.#undoing) this.#asked.set(id, { before, ...(undo && { undo }) });
  }

  answered(id: CommandId | undefined, done: { message?: MessageNo } | undefined, time: number): void {
    const made = id === undefined ? undefined : this.#asked.get(id);
    if (id === undefined || !made) return;
    this.#asked.delete(id);
    if (!done) {
      if (!made.undo) this.#last = undefined;
      return;
    }
    const last = this.#last;
    const undo = last && made.undo && this.#isShown(last, time) ? joined(last, made) : undefined;
    const goesWith = undo !== undefined || (last?.before === made.before && !last.undo && !made.undo);
    const shown = {
      before: made.before,
      ...((undo ?? made.undo) && { undo: undo ?? made.undo }),
      ...(done.message !== undefined && { message: done.message }),
    };
    this.#last = { ...shown, until: time + shown_ms };
    if (!goesWith) this.#tell(shownOf(shown));
  }

  #isShown({ until, undo }: { until: number; undo?: Undo }, time: number): boolean {
    return time < until || (this.#kept && undo !== undefined);
  }

  /** Returns what to show: an action while it can be undone, or briefly that it was undone. */
  shown(now: View, time: number): Shown | undefined {
    const last = this.#last;
    if (!last || !this.#isShown(last, time)) return undefined;
    return !last.undo || last.undo.commands(now, time, last.message).length > 0 ? shownOf(last) : undefined;
  }

  /** Keeps the undo shown while it has the pointer or the focus. */
  keep(kept: boolean, time: number): void {
    if (this.#kept === kept) return;
    this.#kept = kept;
    const last = this.#last;
    if (last && !kept) this.#last = { ...last, until: Math.max(last.until, time + lingers_ms) };
  }

  undo(now: View, time: number, ask: (command: Command) => void): void {
    const isUnderWay = [...this.#asked.values()].some(({ undo }) => !undo);
    if (isUnderWay) return;
    this.#undoing = true;
    try {
      this.#last?.undo?.commands(now, time, this.#last.message).forEach(ask);
    } finally {
      this.#undoing = false;
    }
  }
}

function shownOf({ undo }: Asked): Shown {
  return undo ? { is: "deed", deed: undo.deed } : { is: "undone" };
}

/**
 * Returns one undo for two acts that the host sees as one: commands sent together, or repeated
 * reordering.
 */
function joined(last: Asked, next: Asked): Undo | undefined {
  if (!last.undo || !next.undo || last.undo.deed.is !== next.undo.deed.is) return undefined;
  const { undo } = next;
  if (undo.deed.is === "reordered") return { deed: undo.deed, commands: last.undo.commands };
  if (undo.deed.is !== "round_changed" || last.before !== next.before) return undefined;
  const both = [last.undo, undo];
  return { deed: undo.deed, commands: (now, time) => both.flatMap(({ commands }) => commands(now, time)) };
}

/** The one reactive store of a circle that one is in: the session, the draft, what is said aloud. */
import { type Ask, type Outcome, isAsked, isCrowded } from "../core/asks";
import { left } from "../core/clock";
import { type Draft, draftOf, giveBack } from "../core/draft";
import { type MayHold, type MayTurn, mayHold, mayTurn, nextChoices } from "../core/may";
import { newsOf, timeNews } from "../core/news";
import { namesOf } from "../core/people";
import type { Effect, Session } from "../core/session";
import { written } from "../core/text";
import { heldBy, isAtCentre } from "../core/turn";
import { whereAreWe } from "../core/where";
import type { Command, SeatNo, Snapshot } from "../core/wire";
import { browserWorld, onWake } from "../io/browser";
import { newKey } from "../io/keys";
import { Live } from "../io/live";
import type { MyLink } from "../io/mine";
import type { Kept } from "../io/storage";
import { words } from "../words";
import { keep } from "./keep";
import { LastAct } from "./undo.svelte";
import { Voice } from "./voice.svelte";

const tick_ms = 1_000;
/** Signs of writing go out at most this often. */
const writing_every_ms = 3_000;
/** A key or a touch renews a wait for an answer, at most this often. */
const renew_every_ms = 15_000;
/** What happened longer ago than this, before a line came back, is seen and no longer told. */
const stale_ms = 15_000;
/** A drop shorter than this is nobody's worry. */
const drop_told_ms = 3_000;

/** The link one came by: it can be kept on this device. */
export type Link = Pick<MyLink, "circle" | "secret" | "role">;

export class Circle {
  session: Session = $state.raw() as Session;
  /** The server's time, as well as it is known; moves every second. */
  now = $state.raw(browserWorld.now());
  /** A sentence about what one has just asked for. */
  notice: string | undefined = $state.raw();
  /** Words begun in a dialog, by what they are for: a dialog can go away with what it was about. */
  readonly begun: Record<string, string> = {};
  readonly voice = new Voice();
  readonly undo = new LastAct((shown) => this.voice.say(words.staff.undoAloud(shown, this.name)));
  #draft: Draft = $state.raw(draftOf(""));
  #chosen: { move: number; seat: SeatNo | "centre" } | undefined = $state.raw();
  readonly #kept: Kept;
  readonly #live: Live;
  #wroteAt = 0;
  #renewedAt = 0;
  #droppedAt: number | undefined;
  #dropTold = false;

  readonly snapshot: Snapshot | undefined = $derived(this.session.snapshot);
  readonly #people = $derived(this.session.snapshot?.common.people ?? []);
  readonly #names = $derived(namesOf(this.#people, words.common.unnamed));
  readonly name = (seat: SeatNo): string => this.#names.get(seat) ?? words.common.unnamed;
  readonly may: MayTurn | undefined = $derived(this.snapshot && mayTurn(this.snapshot));
  readonly hold: MayHold | undefined = $derived(this.snapshot && mayHold(this.snapshot));
  /** Whom one has chosen to be next (popcorn), before saying that one is done. */
  readonly nextChoice = $derived.by((): SeatNo | "centre" => {
    const { move, seat } = this.#chosen ?? {};
    const stands = seat !== undefined && seat !== "centre" && this.mayBeNext(seat);
    return stands && move === this.snapshot?.common.flow.move ? seat : "centre";
  });
  readonly where = $derived(this.snapshot && whereAreWe(this.snapshot, this.name, this.now));
  readonly isCrowded: boolean = $derived(isCrowded(this.session));
  /** Own words on their way. */
  readonly sending: Ask[] = $derived(
    this.session.asks.filter(({ command }) => "share" in command || "say" in command),
  );

  constructor(
    session: Session,
    kept: Kept,
    /** Absent where one came back without a link. */
    readonly link?: Link,
  ) {
    this.#kept = kept;
    this.session = session;
    this.#draft = draftOf(kept.draft);
    this.#live = new Live(session, browserWorld, {
      changed: (next) => this.#changed(next),
      told: (effect) => this.#told(effect),
      answered: ({ ask, outcome }) => this.#answered(ask, outcome),
    });
  }

  /** Connects; the function returned ends it. */
  start(): () => void {
    this.#live.put({ is: "start" });
    const unwake = onWake((by) => this.#live.put({ is: "woke", by }));
    const timer = setInterval(() => this.#tick(), tick_ms);
    return () => {
      clearInterval(timer);
      unwake();
      this.#live.stop();
    };
  }

  get draft(): string {
    return this.#draft.text;
  }

  set draft(text: string) {
    this.#draft = draftOf(text);
    this.#kept.draft = text;
  }

  isWriting(seat: SeatNo): boolean {
    return this.session.writing.some((writer) => writer.seat === seat);
  }

  /** Whether the one who has the turn can name this person to be next. */
  mayBeNext(seat: SeatNo): boolean {
    return this.snapshot !== undefined && nextChoices(this.snapshot).some((person) => person.seat === seat);
  }

  chooseNext(seat: SeatNo | "centre"): void {
    this.#chosen = { move: this.snapshot?.common.flow.move ?? 0, seat };
  }

  isAsked(...names: string[]): boolean {
    return isAsked(this.session, ...names);
  }

  ask(command: Command): void {
    this.notice = undefined;
    const id = crypto.randomUUID();
    this.undo.asked(id, command, this.snapshot);
    this.#live.put({ is: "ask", id, command });
  }

  /** Asks for something that names the move this page shows. */
  askMove(name: "take" | "pass" | "later" | "done" | "longer" | "next" | "skip" | "reclaim" | "go_on"): void {
    const move = this.snapshot?.common.flow.move;
    if (move !== undefined) this.ask({ [name]: { move } } as Command);
  }

  /** Sends the draft, where one may. */
  send(): void {
    const text = this.draft;
    const move = this.snapshot?.common.flow.move;
    if (move === undefined || text.trim() === "") return;
    if (!this.may?.share && !this.may?.say) return;
    if (this.isCrowded) {
      this.notice = words.turn.crowded;
      return;
    }
    // Asked first: from then on the words are kept with what is on its way.
    this.ask(
      this.may.share ? { share: { move, text: written(text) } } : { say: { move, text: written(text) } },
    );
    this.draft = "";
  }

  /** The composer holds other words than before. */
  writes(text: string): void {
    this.draft = text;
    const due = Date.now() - this.#wroteAt >= writing_every_ms;
    if (!(this.may?.share || this.may?.say) || !due) return;
    this.#wroteAt = Date.now();
    this.#live.put({ is: "writing" });
  }

  /** A key or a touch: whoever is there gets a little longer to answer an offer. */
  touched(): void {
    const { snapshot } = this;
    const clock = snapshot?.own.offer;
    if (!snapshot || !clock || !this.may?.take || clock.move !== snapshot.common.flow.move) return;
    const unneeded = left(clock.until, this.now) > snapshot.common.timers.offer_ms - renew_every_ms;
    if (unneeded || Date.now() - this.#renewedAt < renew_every_ms) return;
    this.#renewedAt = Date.now();
    const command: Command = { longer: { move: clock.move } };
    this.#live.put({ is: "ask", id: crypto.randomUUID(), command, quiet: true });
  }

  /** *Join here*, *try again*, *try now*. */
  again(): void {
    this.#readDraft();
    this.#live.put({ is: "again" });
  }

  notMe(): void {
    this.#readDraft();
    this.#live.put({ is: "not_me", nextSeatKey: newKey() });
  }

  /** Another tab may have sent these words meanwhile, and written others. */
  #readDraft(): void {
    const { line } = this.session;
    if (line.at === "stopped" && line.why === "replaced") this.#draft = draftOf(this.#kept.draft);
  }

  #changed(session: Session): void {
    const before = this.session;
    this.session = session;
    this.now = Math.max(this.now, browserWorld.now() + session.skew);
    keep(this.#kept, before, session);
    // The link's secret has done its work: it need not stay in sight, or in the history.
    const open = session.line.at === "open";
    if (open && location.hash !== "") history.replaceState(null, "", location.pathname);
  }

  #told({ fact, before, after }: Extract<Effect, { do: "tell" }>): void {
    const telling = newsOf(fact, before, after, this.name);
    const underWay = !isAtCentre(after.common);
    const stale = fact.at < this.now - stale_ms && !telling?.assertive;
    this.voice.tell(stale ? undefined : telling, underWay);
  }

  #answered(ask: Ask | undefined, outcome: Outcome): void {
    this.undo.answered(ask?.id, outcome.is === "done", this.now);
    const tookBack = outcome.is === "done" && ask !== undefined && "take_back" in ask.command;
    const unsaid = outcome.is === "refused" || outcome.is === "lost" || outcome.is === "crowded";
    const wasSending = ask !== undefined && !("take_back" in ask.command);
    if (ask?.words !== undefined && (tookBack || (unsaid && wasSending))) this.#giveBack(ask.words);
    if (outcome.is === "done") for (const name in ask?.command) delete this.begun[name];
    if (tookBack) this.#notify(words.turn.tookBack);
    if (outcome.is === "done" && ask && "later" in ask.command && this.may?.take) {
      this.#notify(words.turn.laterAlone);
    }
    if (outcome.is === "done" && ask && "point" in ask.command) this.#notify(words.turn.pointed);
    if (unsaid && !ask?.quiet) this.#notify(sentenceFor(outcome, ask));
  }

  #giveBack(text: string): void {
    this.#draft = giveBack(this.#draft, text);
    // After the end they stay on the page, to be copied, and leave no trace on the device.
    const { line } = this.session;
    if (line.at !== "stopped" || line.why !== "ended") this.#kept.draft = this.#draft.text;
  }

  #notify(sentence: string): void {
    this.notice = sentence;
    this.voice.say(sentence);
  }

  #tick(): void {
    const from = this.now;
    this.now = browserWorld.now() + this.session.skew;
    const { snapshot } = this;
    if (snapshot) {
      const telling = timeNews(snapshot, from, this.now, this.name);
      if (telling) this.voice.tell(telling, heldBy(snapshot.common) !== undefined);
    }
    this.#watchLine();
  }

  #watchLine(): void {
    const { line } = this.session;
    if (line.at === "open" || line.at === "stopped") {
      if (this.#dropTold && line.at === "open") {
        this.voice.say(line.back ? words.line.back : words.line.connected);
      }
      this.#droppedAt = undefined;
      this.#dropTold = false;
      return;
    }
    this.#droppedAt ??= Date.now();
    if (this.#dropTold || !this.snapshot || Date.now() - this.#droppedAt < drop_told_ms) return;
    this.#dropTold = true;
    this.voice.say(words.line.trying);
  }
}

function sentenceFor(outcome: Outcome, ask: Ask | undefined): string {
  const back = ask?.words === undefined || "take_back" in ask.command ? "" : ` ${words.turn.returned}`;
  if (outcome.is === "crowded") return words.turn.crowded + back;
  if (outcome.is !== "refused") return words.turn.lost + back;
  // A newer server may refuse for reasons this page has no words for: then its own are shown.
  return (words.turn.refusals[outcome.refusal.code] ?? outcome.refusal.say) + back;
}

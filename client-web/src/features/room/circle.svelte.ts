/** The reactive store of the current circle: client, draft and announcements. */
import { isAsked, isCrowded } from "../../core/connection/pending";
import { left } from "../../core/clock";
import { type Speaking, speakingOf } from "../message/composer";
import { type Draft, draftOf, giveBack } from "../message/draft";
import { type MayHold, type MayTurn, mayHold, mayTurn, nextChoices } from "../../core/may";
import { endsTurn, newsOf, timeNews } from "../announcer/news";
import { directed, noDirections } from "../log/directions";
import { type Isolated, isolated } from "../../core/view/isolated";
import { type ShownName, namesOf } from "../../core/view/people";
import type { Client, Effect, Outcome, PendingCommand } from "../../core/connection/client";
import { isVisible, written } from "../../core/view/text";
import { heldBy, isAtCentre, offeredTo } from "../../core/view/turn";
import { whereAreWe } from "./where";
import type { Command, CommandId, SeatNo, View } from "../../core/wire";
import { browserPlatform, onWake } from "../../io/browser";
import { newKey } from "../../io/keys";
import { ClientRunner } from "../../io/client_runner";
import type { MyLink } from "../../io/saved_circles";
import type { CircleStorage, Preferences } from "../../io/storage";
import { words } from "../../words";
import { persist } from "./persist";
import { LastAct } from "../console/last_act.svelte";
import { hostTools } from "../console/part";
import { Announcements } from "../announcer/announcements.svelte";

const tick_ms = 1_000;
/** Minimum interval between typing signals. */
const writing_every_ms = 3_000;
/** Minimum interval between extensions of an offer by a key press or a touch. */
const renew_every_ms = 15_000;
/** After a reconnect, news older than this isn't announced. */
const stale_ms = 15_000;
/** Drops shorter than this aren't shown. */
const drop_told_ms = 3_000;

/** The link that was opened, which can be kept on this device. */
export type Link = Pick<MyLink, "circle" | "secret" | "role">;

export class CircleStore {
  #client: Client = $state.raw() as Client;
  /**
   * The view, and the names in it. The whole log reads them, so they aren't derived from the client, which changes with every
   * beat: Svelte would visit all that depends on them to find that nothing has changed.
   */
  #view: View | undefined = $state.raw();
  #names: ReadonlyMap<SeatNo, ShownName> | undefined = $state.raw();
  /** Estimated server time, updated every second. */
  now = $state.raw(browserPlatform.now());
  /** A notice about this person's last request. */
  notice: string | undefined = $state.raw();
  /** Text begun in dialogs, by purpose: a dialog can disappear along with its subject. */
  readonly begun: Record<string, string> = {};
  readonly voice = new Announcements();
  readonly undo = new LastAct(
    (shown) => {
      const aloud = hostTools.loaded?.undoAloud(shown, this.name);
      if (aloud) this.voice.say(aloud);
    },
    () => hostTools.loaded?.undoOf,
  );
  #preferences: Preferences = $state.raw({});
  #draft: Draft = $state.raw(draftOf(""));
  #chosen: { turnId: number; seat: SeatNo | "centre" } | undefined = $state.raw();
  readonly #kept: CircleStorage;
  readonly #runner: ClientRunner;
  /** The message after which the turn is finished. */
  #finishAfter: CommandId | undefined;
  /** The command by which this person is opening a round with themselves, then the one that takes its first turn. */
  #starting: CommandId | undefined;
  #wroteAt = 0;
  #renewedAt = 0;
  #droppedAt: number | undefined;
  #dropTold = false;

  #directions = $state.raw(noDirections);

  /** The name of a seat, as shown by itself. */
  readonly shownName = (seat: SeatNo): ShownName => shownIn(this.#names, seat);
  /** The name of a seat, inside a sentence. */
  readonly name = (seat: SeatNo): Isolated => this.shownName(seat).plain;
  readonly may: MayTurn | undefined = $derived(this.view && mayTurn(this.view));
  readonly hold: MayHold | undefined = $derived(this.view && mayHold(this.view));
  /** The person chosen to be next (popcorn), until the turn is finished. */
  readonly nextChoice = $derived.by((): SeatNo | "centre" => {
    const { turnId, seat } = this.#chosen ?? {};
    const stands = seat !== undefined && seat !== "centre" && this.mayBeNext(seat);
    return stands && turnId === this.view?.room.turn.turn_id ? seat : "centre";
  });
  readonly where = $derived(this.view && whereAreWe(this.view, this.name, this.now));
  /** Where the turn is, as this person's own buttons show it. */
  readonly turn: "offered" | "held" | "waiting" = $derived.by(() => {
    if (this.may?.finish) return "held";
    return this.may?.pass ? "offered" : "waiting";
  });
  /** Whom the composer speaks to. */
  readonly speaking: Speaking = $derived(this.view ? speakingOf(this.view, this.may, this.hold) : "draft");
  readonly isCrowded: boolean = $derived(isCrowded(this.client));
  /** This person's messages that are being sent. */
  readonly sending: PendingCommand[] = $derived(
    this.client.pending.filter(({ command }) => "share" in command || "say" in command || "announce" in command),
  );

  constructor(
    client: Client,
    kept: CircleStorage,
    /** Absent after returning without a link. */
    readonly link?: Link,
  ) {
    this.#kept = kept;
    this.#take(client);
    this.#draft = draftOf(kept.draft);
    this.#preferences = kept.preferences;
    this.#runner = new ClientRunner(client, browserPlatform, {
      changed: (next) => this.#changed(next),
      told: (effect) => this.#told(effect),
      answered: ({ ask, outcome }) => this.#answered(ask, outcome),
    });
  }

  /** Connects. The returned function disconnects. */
  start(): () => void {
    this.#runner.put({ is: "start" });
    const unwake = onWake((by) => this.#runner.put({ is: "woke", by }));
    const timer = setInterval(() => this.#tick(), tick_ms);
    const unloaded = () => this.#kept.unloaded(Date.now());
    addEventListener("pagehide", unloaded);
    return () => {
      removeEventListener("pagehide", unloaded);
      clearInterval(timer);
      unwake();
      this.#runner.stop();
    };
  }

  get client(): Client {
    return this.#client;
  }

  get view(): View | undefined {
    return this.#view;
  }

  /** What happened between the messages while this page was open. */
  get directions() {
    return this.#directions.shown;
  }

  /** Returns whether a round was closed after everyone in it had been asked, as far as this page knows. */
  isHeardOut(round: number): boolean {
    return this.#directions.heardOut.includes(round);
  }

  get draft(): string {
    return this.#draft.text;
  }

  set draft(text: string) {
    this.#draft = draftOf(text);
    this.#kept.draft = text;
  }

  /** What this person chose for this circle on this device. */
  get preferences(): Preferences {
    return this.#preferences;
  }

  prefer(chosen: Preferences): void {
    this.#preferences = { ...this.#preferences, ...chosen };
    this.#kept.preferences = this.#preferences;
  }

  isWriting(seat: SeatNo): boolean {
    return this.client.writing.some((writer) => writer.seat === seat);
  }

  /** Returns whether the holder can name this person as next. */
  mayBeNext(seat: SeatNo): boolean {
    return this.view !== undefined && nextChoices(this.view).some((person) => person.seat === seat);
  }

  chooseNext(seat: SeatNo | "centre"): void {
    this.#chosen = { turnId: this.view?.room.turn.turn_id ?? 0, seat };
  }

  isAsked(...names: string[]): boolean {
    return isAsked(this.client, ...names);
  }

  ask(command: Command): CommandId {
    this.notice = undefined;
    const id = crypto.randomUUID();
    if (startsOneself(command, this.view?.seat)) this.#starting = id;
    this.undo.asked(id, command, this.view);
    this.#runner.put({ is: "ask", id, command });
    return id;
  }

  /** Sends a command that names the turn shown on this page. */
  askTurn(
    name: "take" | "pass" | "later" | "finish" | "longer" | "next" | "skip" | "reclaim" | "resume_order",
  ): void {
    const turn_id = this.view?.room.turn.turn_id;
    if (turn_id !== undefined) this.ask({ [name]: { turn_id } } as Command);
  }

  /** Sends the draft, if allowed. Returns the command's id. */
  send(): CommandId | undefined {
    const text = this.draft;
    const turn_id = this.view?.room.turn.turn_id;
    const { speaking } = this;
    if (turn_id === undefined || !isVisible(text) || speaking === "draft") return undefined;
    if (this.isCrowded) {
      this.notice = words.message.crowded;
      return undefined;
    }
    // Send first: the pending command then keeps the text, so the draft can be cleared.
    const body = { turn_id, text: written(text) };
    const id = this.ask(
      speaking === "announce" ? { announce: { text: body.text } } : speaking === "share" ? { share: body } : { say: body },
    );
    this.draft = "";
    return id;
  }

  /** Finishes the turn. A draft stays. */
  finish(): void {
    const turn_id = this.view?.room.turn.turn_id;
    const to = this.nextChoice;
    if (turn_id === undefined) return;
    this.ask({ finish: { turn_id, ...(this.may?.nameNext && to !== "centre" && { to }) } });
  }

  /** Sends the draft, and finishes the turn once it has arrived. */
  sendAndFinish(): void {
    this.#finishAfter = this.send();
  }

  /** Stores the composer's changed text, and signals that this person is typing. */
  writes(text: string): void {
    this.draft = text;
    const due = Date.now() - this.#wroteAt >= writing_every_ms;
    if (!(this.may?.share || this.may?.say) || !due) return;
    this.#wroteAt = Date.now();
    this.#runner.put({ is: "writing" });
  }

  /**
   * A key press or a touch shows that someone is there, and extends their time to answer an offer.
   */
  touched(): void {
    const { view } = this;
    const clock = view?.own.offer;
    if (!view || !clock || !this.may?.take || clock.turn_id !== view.room.turn.turn_id) return;
    const unneeded = left(clock.until, this.now) > view.room.circle.timers.offer_ms - renew_every_ms;
    if (unneeded || Date.now() - this.#renewedAt < renew_every_ms) return;
    this.#renewedAt = Date.now();
    const command: Command = { longer: { turn_id: clock.turn_id } };
    this.#runner.put({ is: "ask", id: crypto.randomUUID(), command, quiet: true });
  }

  /** *Join here*, *try again*, *try now*. */
  again(): void {
    this.#runner.put({ is: "again" });
  }

  notMe(): void {
    this.#runner.put({ is: "not_me", nextSeatKey: newKey() });
  }

  #changed(client: Client): void {
    const before = this.client;
    this.#take(client);
    this.now = Math.max(this.now, browserPlatform.now() + client.skew);
    persist(this.#kept, before, client);
    // The link's secret isn't needed any more, so remove it from the address bar and the history.
    const open = client.connection.at === "open";
    if (open && location.hash !== "") history.replaceState(null, "", location.pathname);
  }

  #take(client: Client): void {
    this.#client = client;
    if (client.connection.at === "open" && client.view && this.#isStarting(client.view)) return;
    this.#view = client.view;
    this.#names = client.view && namesOf(client.view, words.common.names);
  }

  /**
   * Returns whether this is an offer of the turn that this page is about to take. It isn't shown, nor announced: someone who
   * opens a round and goes first has already said that they'd like to begin.
   */
  #isStarting({ room, seat }: View): boolean {
    return this.#starting !== undefined && offeredTo(room) === seat;
  }

  /** Takes the first turn of the round that this person has opened with themselves. After that, the page shows what is. */
  #start({ id, command }: PendingCommand, outcome: Outcome): void {
    if (id !== this.#starting) return;
    const { view } = this.client;
    if (outcome.is === "done" && "open_round" in command && view && mayTurn(view).take) {
      this.#starting = this.ask({ take: { turn_id: view.room.turn.turn_id } });
      return;
    }
    this.#starting = undefined;
    this.#take(this.client);
  }

  #told({ fact, at, before, after }: Extract<Effect, { do: "tell" }>): void {
    const nameBefore = (seat: SeatNo) => shownIn(namesOf(before, words.common.names), seat).plain;
    const starting = "offered" in fact && this.#isStarting(after);
    const telling = starting ? undefined : newsOf(fact, before, after, this.name, nameBefore);
    const underWay = !isAtCentre(after.room) && !endsTurn(fact, before, after);
    this.#directions = directed(this.#directions, fact, before, after, underWay);
    const stale = at < this.now - stale_ms && !telling?.assertive;
    this.voice.tell(stale ? undefined : telling, underWay);
  }

  #answered(ask: PendingCommand | undefined, outcome: Outcome): void {
    if (ask) this.#start(ask, outcome);
    this.undo.answered(ask?.id, outcome.is === "done" ? outcome : undefined, this.now);
    const tookBack = outcome.is === "done" && ask !== undefined && "take_back" in ask.command;
    const unsaid = outcome.is === "refused" || outcome.is === "lost" || outcome.is === "crowded";
    const wasSending = ask !== undefined && !("take_back" in ask.command);
    if (ask && ask.id === this.#finishAfter) {
      this.#finishAfter = undefined;
      if (outcome.is === "done" && this.may?.finish) this.finish();
    }
    if (ask?.words !== undefined && (tookBack || (unsaid && wasSending))) this.#giveBack(ask.words);
    if (outcome.is === "done") for (const name in ask?.command) delete this.begun[name];
    if (tookBack) this.#notify(words.message.tookBack);
    if (outcome.is === "done" && ask && "later" in ask.command && this.may?.take) {
      this.#notify(words.turn.laterAlone);
    }
    if (outcome.is === "done" && ask && "process_point" in ask.command) this.#notify(words.signal.pointed);
    if (unsaid && !ask?.quiet) this.#notify(sentenceFor(outcome, ask));
  }

  #giveBack(text: string): void {
    this.#draft = giveBack(this.#draft, text);
    // After the end, unsent text stays on the page so that it can be copied, but isn't stored on
    // the device.
    const { connection } = this.client;
    if (connection.at !== "stopped" || connection.why !== "ended") this.#kept.draft = this.#draft.text;
  }

  #notify(sentence: string): void {
    this.notice = sentence;
    this.voice.say(sentence);
  }

  #tick(): void {
    const from = this.now;
    this.now = browserPlatform.now() + this.client.skew;
    const { view } = this;
    if (view) {
      const telling = timeNews(view, from, this.now, this.name);
      if (telling) this.voice.tell(telling, heldBy(view.room) !== undefined);
    }
    this.#watchLine();
  }

  #watchLine(): void {
    const { connection } = this.client;
    if (connection.at === "open" || connection.at === "stopped") {
      if (this.#dropTold && connection.at === "open") {
        this.voice.say(connection.back ? words.connection.back : words.connection.connected);
      }
      this.#droppedAt = undefined;
      this.#dropTold = false;
      return;
    }
    this.#droppedAt ??= Date.now();
    if (this.#dropTold || !this.view || Date.now() - this.#droppedAt < drop_told_ms) return;
    this.#dropTold = true;
    this.voice.say(words.connection.trying);
  }
}

function shownIn(names: ReadonlyMap<SeatNo, ShownName> | undefined, seat: SeatNo): ShownName {
  return names?.get(seat) ?? { name: words.common.unnamed, plain: isolated(words.common.unnamed) };
}

function sentenceFor(outcome: Outcome, ask: PendingCommand | undefined): string {
  const back = ask?.words === undefined || "take_back" in ask.command ? "" : ` ${words.message.returned}`;
  if (outcome.is === "crowded") return words.message.crowded + back;
  if (outcome.is !== "refused") return words.message.lost + back;
  // A newer server may refuse for reasons that this page has no words for.
  const { code } = outcome.refusal;
  if (ask && "rename" in ask.command) return words.presence.renameRefused(code);
  return (words.refusals.sentences[code] ?? words.refusals.sentences.malformed) + back;
}

/** Returns whether a command opens a round in which this person goes first. */
function startsOneself(command: Command, me: SeatNo | undefined): boolean {
  const start = "open_round" in command ? command.open_round.start : undefined;
  return typeof start === "object" && start.seat === me;
}

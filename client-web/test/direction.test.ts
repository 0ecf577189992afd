/** Names and texts from people inside the page's sentences: they never change the direction of the rest. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { bare, isolated, named, partsOf } from "../src/core/view/isolated";
import { namesOf } from "../src/core/view/people";
import { newsOf } from "../src/features/announcer/news";
import { whereAreWe } from "../src/features/room/where";
import type { Fact, View } from "../src/core/wire";
import { words } from "../src/words/all";
import { held, hosts, hostView, messages, message, person, round, textId, texts, view } from "./build";

const source = fileURLToPath(new URL("../src/", import.meta.url));

/** Names in several directions, and some that try to break out of their isolate. */
const names = ["דנה", "عمر (3)", "Ana", "Ana\u202E", "\u2069)\u202Eevil", "א1", "you", "You", "ש.", "\u2068נ", "מ\u2067b"];

/** Returns what stands outside every isolate. */
function outside(sentence: string): string {
  return partsOf(sentence).filter((part) => typeof part === "string").join("");
}

/** Fails if a sentence contains a name or a text outside an isolate, or changes its own direction. */
function isSafe(sentence: string, ...people: string[]): void {
  const own = outside(sentence);
  for (const text of people) {
    expect(bare(sentence), sentence).toContain(bare(text));
    if (/\P{ASCII}/u.test(text)) expect(own, sentence).not.toContain(bare(text));
  }
  expect(own, sentence).not.toMatch(/[\u202A-\u202E\u2066-\u2069]|\p{Script=Hebrew}|\p{Script=Arabic}/u);
  let depth = 0;
  for (const char of sentence) {
    if (char === "\u2068") depth += 1;
    else if (char === "\u2069") depth -= 1;
    else expect(char).not.toMatch(/[\u202A-\u202E\u2066\u2067]/);
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth, `every isolate of “${sentence}” ends in it`).toBe(0);
}

describe("a name in a sentence", () => {
  it.each(names)("can't reach beyond its isolate: %j", (name) => {
    isSafe(`Now ${isolated(name)} and ${named(name, "host, 2")} speak.`, name);
    expect(outside(`Now ${named(name, "2")} speaks.`), "its number stays with it").toBe("Now  speaks.");
  });

  it("and a text of several lines is isolated line by line, since a line break ends every isolate", () => {
    const quoted = isolated("שורה\nline\u2029more");
    for (const one of quoted.split(/[\n\u2029]/)) expect(one).toMatch(/^\u2068.*\u2069$/);
  });

  it("becomes an element, with its own name inside that", () => {
    expect(partsOf(`The turn is offered to ${named("דנה", "2")}.`)).toEqual([
      "The turn is offered to ",
      { inside: [{ inside: ["דנה"] }, " (2)"] },
      ".",
    ]);
  });

  it("is never taken for the reader", () => {
    const seated = [person(2, "Ana"), person(3, "you")];
    const of = view({ people: seated, round: round(), turn: { token: held(3) } });
    const plain = namesOf(of, words.common.names);
    expect(bare(words.where.sentence(whereAreWe(of, (seat) => plain.get(seat)!.plain, 0)))).toMatch(/^you has the turn\./);
  });
});

describe("every sentence with names", () => {
  const name = (at: number) => (seat: number) => named(names[(at + seat) % names.length]!);

  it.each([...names.keys()])("of the announcer isolates them (names from %i on)", (at) => {
    const text = "שאלה\u202E?";
    const others = { ...messages(message(50, 3, text, { kind: "announcement" })), ...hosts() };
    const asked = { round: round({ prompt: textId(text) }), pause: { reason: "host", by: 3, message: textId(text) } } as const;
    const of: View = { ...hostView(asked, others), texts: { ...texts(text) } };
    const facts: Fact[] = [
      { offered: { seat: 3 } },
      { turn_began: { seat: 3 } },
      { passed: { seat: 3 } },
      { later: { seat: 3 } },
      ...(["finished", "passed", "later", "time_up", "connection_lost", "given_up"] as const).map((how) => ({ turn_ended: { seat: 3, how } })),
      { offer_ended: { seat: 3, how: "unanswered" } },
      { offer_ended: { seat: 3, how: "lapsed" } },
      { said: { message: 50 } },
      ...(["joined", "left", "away", "returned", "hand_raised", "process_point_raised"] as const).map((is) => ({ [is]: { seat: 3 } }) as unknown as Fact),
      { renamed: { seat: 3 } },
      { renamed: { seat: 3, by: 4 } },
      { role_changed: { seat: 3, role: "moderator" } },
      { barred: { bar: "one", seat: 3, by: 4 } },
      { bar_lifted: { bar: "one", seat: 3, by: 4 } },
    ];
    for (const fact of facts) {
      const telling = newsOf(fact, of, of, name(at), name(at + 1));
      expect(telling, JSON.stringify(fact)).toBeDefined();
      if (telling) isSafe(words.news.sentence(telling.news), names[(at + 3) % names.length]!);
    }
    for (const fact of [{ round_opened: { number: 1 } }, { prompt_changed: {} }, { paused: { reason: "host" } }] as Fact[]) {
      const telling = newsOf(fact, of, of, name(at), name(at + 1));
      if (telling) isSafe(words.news.sentence(telling.news), text);
    }
  });

  it.each([...names.keys()])("about where we are isolates them (names from %i on)", (at) => {
    const text = "שאלה\u202E?";
    const queue = { waiting: [4, 2], next: 4, lineup: [3, 4, 2] };
    const rooms = [
      view({ round: round({ prompt: textId(text) }), turn: { token: held(3), ...queue } }, { texts: texts(text) }),
      view({ round: round(), turn: { token: { offered: { seat: 3 } }, ...queue } }),
      view({ pause: { reason: "host", by: 3, message: textId(text) }, turn: { token: held(3) } }, { texts: texts(text) }),
      view({ silence: { by: 3, until: 9_000 }, turn: { token: held(3) } }),
    ];
    for (const of of rooms) {
      const where = whereAreWe(of, name(at), 0);
      isSafe(words.where.sentence(where), names[(at + 3) % names.length]!);
      const lost = words.where.lostLines(where);
      isSafe([lost.headline, ...lost.more].join(" "), names[(at + 3) % names.length]!);
    }
  });

  it.each([...names.keys()])("in labels and lists isolates them (names from %i on)", (at) => {
    const [one, two] = [name(at)(0), name(at)(1)];
    const said = names[at]!;
    for (const sentence of [
      words.common.list([one, two, one]),
      words.signal.gesturesFor(one),
      words.signal.answerPoint(one),
      words.log.folded(one),
      words.log.happened("passed", one),
      words.presence.moreAbout(one),
      words.moderation.liftBar(one),
      words.moderation.offerInstead(one),
      words.moderation.removedUntil(one, "lifted", 1),
      words.console.nextNamed(one),
      words.console.skipNamed(one),
      words.console.awaited({ seat: 1, away: true }, one),
      words.console.done({ is: "deed", deed: { is: "named", seat: 1, was: two } }, () => one),
      words.queue.moveUp(one),
      words.round.startSeat(one),
      ...words.round.cutShort({ unheard: 2 }, one).slice(0, 1),
      words.turn.chooseNext(one),
      words.door.holders({ is: "here", names: [one, two] }),
      words.door.holders({ is: "told", by: one }),
      words.door.known(one),
      words.door.comeBack(one),
      words.door.continueAsk(one),
      words.door.anewForgets(one),
      words.door.remove.ask(one),
      words.links.shareText(one),
      words.start.moreAbout(one),
      words.start.forgetIt(one),
      words.links.qrName(one, "participant"),
      words.silence.rang(one),
      words.silence.began(one, two),
    ]) isSafe(sentence, said);
  });
});

describe("no sentence can forget to isolate", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".en.ts"));

  // What people write is `Isolated`, and the page's own words are `Own`.
  it.each(files)("no function of %s takes a bare string", (file) => {
    const tree = ts.createSourceFile(file, readFileSync(source + file, "utf8"), ts.ScriptTarget.ES2022, true);
    const found: string[] = [];
    const hasString = (node: ts.Node): boolean => node.kind === ts.SyntaxKind.StringKeyword || (ts.forEachChild(node, hasString) ?? false);
    const visit = (node: ts.Node): void => {
      if (ts.isParameter(node) && node.type && !ts.isFunctionTypeNode(node.type) && hasString(node.type)) found.push(node.getText());
      ts.forEachChild(node, visit);
    };
    visit(tree);
    expect(found).toEqual([]);
  });
});

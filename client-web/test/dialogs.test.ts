/** What dialogs offer and explain, as rendered. */
import { render } from "svelte/server";
import { describe, expect, it, vi } from "vitest";
import type { View } from "../src/core/wire";
import PersonDialog from "../src/features/moderation/PersonDialog.svelte";
import You from "../src/features/presence/You.svelte";
import type { CircleStore } from "../src/features/room/circle.svelte";
import FinishDialog from "../src/features/turn/FinishDialog.svelte";
import WordDialog from "../src/features/session/WordDialog.svelte";
import { words } from "../src/words/all";
import { ana, cleo, fay, held, hostView, type InRoom, person, round, view } from "./build";
import { limits } from "./world";

// What the dialogs ask the browser.
vi.stubGlobal("navigator", {});
vi.stubGlobal("matchMedia", () => ({ matches: false }));

const close = () => undefined;

/** The parts of a store that these dialogs read. */
function storeOf(more: Partial<Record<keyof CircleStore, unknown>>): CircleStore {
  const shownName = () => ({ name: "Ben", plain: "Ben" });
  return { client: { limits }, begun: {}, preferences: {}, name: () => "Ben", shownName, ask: close, ...more } as unknown as CircleStore;
}

describe("a person's own name", () => {
  const shown = (more: InRoom, own: View["own"] = { removed: false, hidden: {} }) =>
    render(You, { props: { circle: storeOf({}), view: view(more, { own }), close } }).body;
  const disabled = /<button type="submit" aria-disabled="true"/;

  it("can be changed, and begins with the present one", () => {
    expect(shown({})).toContain('value="Ana"');
    expect(shown({})).not.toMatch(disabled);
  });

  it.each([
    ["while muted", {}, { removed: false, hidden: {}, muted: {} }, "You can’t change your name while you’re muted."],
    ["in a pause", { pause: { reason: "host" as const } }, undefined, "You can change your name when the pause ends."],
    ["in a silence", { silence: { by: 1, until: 9_000 } }, undefined, "You can change your name when the silence ends."],
    ["while ending", { closes_at: 9_000 }, undefined, "You can’t change your name while the session is ending."],
  ])("can't be changed %s, and the page says so", (_when, more, own, sentence) => {
    expect(shown(more, own)).toContain(sentence);
    expect(shown(more, own)).toMatch(disabled);
    expect(shown({})).not.toContain(sentence);
  });
});

describe("a host's dialog about a person", () => {
  const shown = (of: View, seat: number) =>
    render(PersonDialog, { props: { circle: storeOf({}), view: of, seat, close } }).body;

  it("offers another name, beginning with the present one, for people they outrank", () => {
    expect(shown(hostView(), 3)).toContain('value="Ben"');
    expect(shown(hostView(), 3)).toContain(words.moderation.nameHint);
    const mo = hostView({ people: [{ ...fay, role: "moderator" }, ana, person(3, "Mo", { role: "moderator" }), cleo] });
    expect(shown(mo, 3)).not.toContain(words.moderation.nameHint);
    expect(shown(mo, 4)).toContain(words.moderation.nameHint);
  });
});

describe("what a host can do about a person", () => {
  const shown = (of: View) => render(PersonDialog, { props: { circle: storeOf({}), view: of, seat: 3, close } }).body.replace(/<!--.*?-->/g, "");
  /** Where each of these stands in what is shown. */
  const places = (body: string, all: string[]) => all.map((one) => body.indexOf(`>${one}<`));

  it("begins with what is done most, and ends with removing", () => {
    const { offer, mute, nameLabel, roleLabel, remove, removeFor } = words.moderation;
    const body = shown(hostView({ round: round() }));
    const at = places(body, [offer, mute, nameLabel, roleLabel, remove, removeFor.session_end.label, removeFor.lifted.label]);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(Math.min(...at)).toBeGreaterThan(0);
    expect(body).toContain(words.moderation.onlyHosts);
  });

  it("offers the turn as the primary act only if it takes nobody's away", () => {
    const primary = /<button[^>]*primary[^>]*><span[^>]*><span[^>]*>Offer the turn/;
    expect(shown(hostView({ round: round() }))).toMatch(primary);
    const held4 = shown(hostView({ round: round(), turn: { token: held(4) } }));
    expect(held4).not.toMatch(primary);
    expect(held4).toContain("This would end Ben’s turn.");
  });
});

describe("finishing with unsent words", () => {
  it("shows the words, and the ways on below them, in sight however long they are", () => {
    const { body } = render(FinishDialog, { props: { circle: storeOf({ draft: "And I say" }), canSend: true, close } });
    const [above, foot] = body.split('class="foot');
    expect(above).toContain("And I say");
    for (const way of [words.turn.sendAndFinish, words.turn.finishUnsent, words.turn.keepWriting]) {
      expect(foot).toContain(way);
      expect(above).not.toContain(way);
    }
  });
});

describe("an announcement", () => {
  const shown = (text: string) =>
    render(WordDialog, {
      props: {
        circle: storeOf({ begun: { announce: text } }),
        name: "announce",
        title: "",
        label: "",
        submit: "",
        chars: limits.share_chars,
        send: () => true,
        close,
      },
    }).body;
  const disabled = 'class="primary" aria-disabled="true"';

  it("has as many lines as the server accepts", () => {
    expect(shown("line\n".repeat(limits.lines))).toContain('class="primary" aria-disabled="false"');
    const tooMany = shown(`${"line\n".repeat(limits.lines)}line`);
    expect(tooMany).toContain("1 line too many");
    expect(tooMany).toContain(disabled);
  });

  it("isn't sent empty", () => {
    expect(shown(" \n")).toContain(disabled);
  });
});

/** What the door offers, as rendered. */
import { bare, isolated, named } from "../src/core/view/isolated";
import { render } from "svelte/server";
import { describe, expect, it } from "vitest";
import PersonName from "../src/design/PersonName.svelte";
import AtDoor from "../src/features/door/AtDoor.svelte";
import type { AtDoor as Stage, JoinFlow } from "../src/features/door/join_flow.svelte";
import WhoIsIt from "../src/features/door/WhoIsIt.svelte";
import { words } from "../src/words/all";
import { circle, room, settings } from "./build";

const door: Stage["door"] = {
  ...{ circle, role: "participant", title: { plain: "Tuesday" }, locker: "", settings, now: 1 },
  session: { room, phase: "open", here: 2, hosts: [], closed: false },
};
/** The text of a page, with names isolated by elements. */
const textIn = (html: string) => html.replace(/<[^>]*>/g, "");
const shown = (more: Partial<Stage>) =>
  textIn(render(AtDoor, { props: { at: { at: "door", door, ...more }, flow: { now: 1 } as JoinFlow } }).body);

describe("a device with a seat", () => {
  it("is offered to come in as somebody new, and says what that removes", () => {
    expect(shown({ known: "Dov" })).toContain(words.door.orAnew);
    expect(shown({ known: "Dov" })).toContain(bare(words.door.anewForgets(isolated("Dov"))));
  });

  it("that was removed isn't offered a second one", () => {
    const removed = shown({ known: "Dov", removed: true });
    expect(removed).not.toContain(words.door.orAnew);
    expect(removed).not.toContain(words.door.nameLabel);
    expect(removed).toContain(words.door.removedHere);
    expect(removed).toContain(bare(words.door.comeBack(isolated("Dov"))));
  });

  it("asks who it is, with the name kept apart from the sentence", () => {
    const asked = render(WhoIsIt, { props: { name: "Ana", comeBack: () => undefined, notMe: () => undefined } }).body;
    expect(asked.replace(/<!--.*?-->/g, "")).toContain('Continue as <bdi translate="no">Ana</bdi>?');
    expect(asked).toContain(words.door.notMe);
  });
});

describe("the number beside a name", () => {
  it("is an element of its own, with brackets only for those who hear it", () => {
    const shown = render(PersonName, { props: { of: { name: "Sam (2)", number: 3, plain: named("Sam (2)", "3") } } });
    const body = shown.body.replace(/<!--.*?-->/g, "");
    expect(body).toMatch(/<bdi[^>]*>Sam \(2\)<\/bdi>/);
    expect(body).toMatch(/<span class="number[^"]*"><span class="unseen">\(<\/span>3<span class="unseen">\)<\/span><\/span>/);
  });
});

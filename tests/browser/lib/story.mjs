// What a file of stories needs: a server, a browser, circles, and the people in them.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { arrive, devices, openBrowser } from "./browser.mjs";
import { makeCircle } from "./circle.mjs";
import { openHouse } from "./house.mjs";
import { openWay } from "./way.mjs";

/** Those of a story, in the order they come in: a facilitator, a moderator, four members, a listener. */
const cast = {
  fay: { role: "facilitator", viewport: devices.laptop },
  mo: { role: "moderator", viewport: devices.laptop, colorScheme: "dark" },
  ana: { role: "participant", viewport: devices.phone },
  ben: { role: "participant", viewport: devices.phone, colorScheme: "dark" },
  cleo: { role: "participant", viewport: devices.tablet },
  dov: { role: "participant", viewport: devices.desktop, colorScheme: "dark" },
  lee: { role: "listener", viewport: devices.phone },
};
const nameOf = (key) => key[0].toUpperCase() + key.slice(1);

/** Opens and closes a server and a browser around the tests of a file. */
export function openStory() {
  const story = new Story();
  before(() => story.open());
  after(() => story.close());
  return story;
}

class Story {
  async open() {
    this.house = await openHouse();
    this.ways = [];
    this.browser = await openBrowser();
  }

  async close() {
    await this.browser?.close();
    for (const way of this.ways ?? []) way.close();
    await this.house?.close();
  }

  circle(wishes) {
    return makeCircle(this.house.origin, wishes);
  }

  /**
   * Brings people in by a circle's links: all seven, or those in `only`. Those in `byWay` come by a
   * way of their own that can be cut; `mayBeCut` says that everyone's line may be.
   */
  async people(links, { only = Object.keys(cast), byWay = [], mayBeCut = false, ...device } = {}) {
    const people = await Promise.all(
      only.map((key) => {
        const { role: _, ...own } = cast[key];
        const cuts = mayBeCut || byWay.includes(key);
        return arrive(this.browser, nameOf(key), { ...own, ...device, mayBeCut: cuts });
      }),
    );
    const here = Object.fromEntries(only.map((key, at) => [key, people[at]]));
    for (const key of only) {
      const link = links[cast[key].role];
      await here[key].comeIn(byWay.includes(key) ? await this.#byWay(here[key], link) : link);
    }
    return { ...here, all: people };
  }

  async #byWay(person, link) {
    person.way = await openWay(this.house.port);
    this.ways.push(person.way);
    return link.replace(this.house.origin, person.way.origin);
  }

  /** Everybody saw all that was said, once and in order; no console complained; nothing left the server. */
  async endsWell(people, said) {
    for (const person of people) await person.heardAll(said);
    this.isClean(people);
  }

  isClean(people) {
    assert.deepEqual(people.flatMap(({ complaints }) => complaints), [], "nothing in the console");
    assert.deepEqual(people.flatMap(({ foreign }) => foreign), [], "no request leaves the server");
  }
}

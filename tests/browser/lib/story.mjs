// What every story needs: a server, a browser, circles, and the people in them.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { arrive, devices, openBrowser } from "./browser.mjs";
import { makeCircle } from "./circle.mjs";
import { startServer } from "./server.mjs";
import { openProxy } from "./proxy.mjs";

/** The people of a story, in the order in which they join. */
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

/** Starts a server and a browser before a file's tests, and closes both afterwards. */
export function openStory() {
  const story = new Story();
  before(() => story.open());
  after(() => story.close());
  return story;
}

class Story {
  async open() {
    this.server = await startServer();
    this.proxies = [];
    this.browser = await openBrowser();
  }

  async close() {
    await this.browser?.close();
    for (const proxy of this.proxies ?? []) proxy.close();
    await this.server?.close();
  }

  circle(fields) {
    return makeCircle(this.server.origin, fields);
  }

  /**
   * Brings people in by a circle's links: all seven, or those in `only`. People in `throughProxy` connect
   * through their own proxy. `mayBeCut` expects lost connections for everyone.
   */
  async people(links, { only = Object.keys(cast), throughProxy = [], mayBeCut = false, ...device } = {}) {
    const people = await Promise.all(
      only.map((key) => {
        const { role: _, ...own } = cast[key];
        const cuts = mayBeCut || throughProxy.includes(key);
        return arrive(this.browser, nameOf(key), { ...own, ...device, mayBeCut: cuts });
      }),
    );
    const here = Object.fromEntries(only.map((key, at) => [key, people[at]]));
    for (const key of only) {
      const link = links[cast[key].role];
      await here[key].comeIn(throughProxy.includes(key) ? await this.#linkThroughProxy(here[key], link) : link);
    }
    return { ...here, all: people };
  }

  async #linkThroughProxy(person, link) {
    person.proxy = await openProxy(this.server.port);
    this.proxies.push(person.proxy);
    return link.replace(this.server.origin, person.proxy.origin);
  }

  /** Checks that everyone saw every message once and in order, and that the pages were clean. */
  async endsWell(people, said) {
    for (const person of people) await person.heardAll(said);
    this.isClean(people);
  }

  /** Checks that no page logged an error or sent a request to another server. */
  isClean(people) {
    assert.deepEqual(people.flatMap(({ consoleErrors }) => consoleErrors), [], "no errors in the console");
    assert.deepEqual(people.flatMap(({ foreignRequests }) => foreignRequests), [], "no request leaves the server");
  }
}

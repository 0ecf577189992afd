/**
 * A living page of the design's parts and of the page's states: `npm run gallery`. No part of the product.
 * `?state=door` shows one state as a whole page, `?states` is a blank page whose `gallery` tests use to show them one
 * after another, and `?pseudo` shows the pseudo-language.
 */
import "../src/design/fonts.css";
import "../src/design/tokens.css";
import "../src/design/base.css";
import "../src/design/controls.css";
import "../src/design/common.css";
import { mount } from "svelte";
import Gallery from "./Gallery.svelte";
import { say } from "./played_server";
import { show, standStill } from "./show";
import { states } from "./states";
import { isPseudo } from "./words";

const target = document.getElementById("page");
const search = new URLSearchParams(location.search);
const asked = search.get("state");
if (isPseudo) document.documentElement.dir = "rtl";
if (asked !== null || search.has("states")) standStill();
Object.assign(globalThis, { gallery: { names: Object.keys(states), show, say } });
if (asked !== null) void show(asked);
else if (target && !search.has("states")) mount(Gallery, { target });

/**
 * A living page of the design's parts and of the page's states: `npm run gallery`. No part of the product.
 * `?state=door` shows one state as a whole page, and `?pseudo` the pseudo-language.
 */
import "../src/design/fonts.css";
import "../src/design/tokens.css";
import "../src/design/base.css";
import "../src/design/controls.css";
import "../src/design/common.css";
import { mount } from "svelte";
import Gallery from "./Gallery.svelte";
import { states } from "./states";
import { isPseudo } from "./words";

const target = document.getElementById("page");
const asked = new URLSearchParams(location.search).get("state");
const shown = asked === null ? undefined : states[asked];
if (isPseudo) document.documentElement.dir = "rtl";
if (target && shown) mount(shown.component, { target, props: shown.props });
else if (target) mount(Gallery, { target });

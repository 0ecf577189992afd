/** A living page of the design's parts, in all their states: `npm run gallery`. No part of the product. */
import "../src/design/fonts.css";
import "../src/design/tokens.css";
import "../src/design/base.css";
import { mount } from "svelte";
import Gallery from "./Gallery.svelte";

const target = document.getElementById("page");
if (target) mount(Gallery, { target });

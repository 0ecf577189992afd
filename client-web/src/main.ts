import "./design/fonts.css";
import "./design/tokens.css";
import "./design/base.css";
import "./design/controls.css";
import "./design/common.css";
import { mount } from "svelte";
import { staysGone } from "./io/exit";
import { sweep } from "./io/storage";
import App from "./app/App.svelte";

const target = document.getElementById("page");
if (!target) throw new Error("index.html has no element #page");
sweep(Date.now());
if (!staysGone()) {
  // What is there says that the page doesn't start.
  target.replaceChildren();
  mount(App, { target });
}

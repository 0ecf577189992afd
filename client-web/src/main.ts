import "./design/fonts.css";
import "./design/tokens.css";
import "./design/base.css";
import { mount } from "svelte";
import { staysGone } from "./io/exit";
import App from "./app/App.svelte";

const target = document.getElementById("page");
if (!target) throw new Error("index.html has no element #page");
if (!staysGone()) mount(App, { target });

/** Every word the page shows, in English. */
export * as common from "./en/common";
export * as door from "./en/door";
export * as line from "./en/line";
export * as news from "./en/news";
export * as room from "./en/room";
export * as staff from "./en/staff";
export * as start from "./en/start";
export * as turn from "./en/turn";
export * as where from "./en/where";

/** Every word the page shows, in English. */
export * as common from "./en/common";
export * as door from "./en/door";
export * as connection from "./en/connection";
export * as news from "./en/news";
export * as refusals from "./en/refusals";
export * as room from "./en/room";
export * as console from "./en/console";
export * as start from "./en/start";
export * as turn from "./en/turn";
export * as where from "./en/where";

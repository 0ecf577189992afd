/** The words of a first visit, in English. Those of parts that load later are in all.en.ts. */
export * as common from "./common.en";
export * as connection from "../features/connection/words.en";
export * as door from "../features/door/words.en";
export * as log from "../features/log/words.en";
export * as message from "../features/message/words.en";
export * as news from "../features/announcer/words.en";
export * as presence from "../features/presence/words.en";
export * as refusals from "./refusals.en";
export * as room from "../features/room/words.en";
export * as signal from "../features/signal/words.en";
export * as silence from "../features/silence/words.en";
export * as turn from "../features/turn/words.en";
export * as where from "../features/room/where_words.en";

/** Every word the page shows, in English. */
export * from "./en";
export * as console from "../features/console/words.en";
export * as links from "../features/links/words.en";
export * as moderation from "../features/moderation/words.en";
export * as queue from "../features/queue/words.en";
export * as round from "../features/round/words.en";
export * as session from "../features/session/words.en";
export * as start from "../features/start/words.en";

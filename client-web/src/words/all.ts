import * as en from "./all.en";

/** The shape of a language: everything English has. The type check fails if anything is missing. */
export type Words = typeof en;

/** The words for parts of the page that load later. What a first visit shows takes its words from index.ts: it loads no others. */
export { en as words };

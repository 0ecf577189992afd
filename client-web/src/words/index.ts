import * as en from "./en";

/** What a language must have: all that English has, or the type check fails. */
export type Words = typeof en;

export const words: Words = en;

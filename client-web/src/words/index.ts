import * as en from "./en";

/** The shape of a language: everything English has. The type check fails if anything is missing. */
export type Words = typeof en;

// A namespace re-export, not a constant. As long as words are read by their full path
// (`words.door.comeIn`, and no `const { door } = words`), the build can tell which are used and
// leave out the table of names.
export { en as words };

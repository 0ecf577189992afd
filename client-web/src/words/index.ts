import * as en from "./en";

/** What a language must have: all that English has, or the type check fails. */
export type Words = typeof en;

// Not a value of its own: so the build sees which words are read, as long as they are named in full
// (`words.door.comeIn`, and no `const { door } = words`), and carries no table of their names.
export { en as words };

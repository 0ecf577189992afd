import * as en from "./en";

// A namespace re-export, not a constant. As long as words are read by their full path
// (`words.door.comeIn`, and no `const { door } = words`), the build can tell which are used and
// leave out the table of names.
export { en as words };

// Names in labels and announcements stand between characters that isolate their direction.
const isolates = "[\u2068\u2069]*";

/** Returns a text without the characters that isolate names. */
export function bare(text) {
  return text.replace(/[\u2068\u2069]/g, "");
}

/** Matches exactly this text, whatever is isolated in it. */
export function exactly(text) {
  const letters = [...text].map((char) => char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&"));
  return new RegExp(`^${isolates}${letters.join(isolates)}${isolates}$`, "u");
}

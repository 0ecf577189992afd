/**
 * A pseudo-language, for the gallery only: 40 % longer, accented, and read from right to left. Where a state holds in
 * it, a translation will fit.
 */

const accents: Record<string, string> = Object.fromEntries(
  [..."AÁBƁCÇDĎEÉFƑGĜHĤIÍJĴKĶLĻMḾNŇOÓPÞQǪRŘSŠTŤUÚVṼWŴXẊYÝZŽaábƀcçdďeéfƒgĝhĥiíjĵkķlļmḿnňoópþqǫrřsštťuúvṽwŵxẋyýzž"]
    .join("")
    .match(/../gu)
    ?.map((pair) => [...pair]) ?? [],
);
/** So much longer are texts in other languages than in English. */
const longer = 1.4;

/** Transforms a text. What stands in braces is filled in later, so it stays. */
export function pseudo(text: string): string {
  if (!/\p{L}/u.test(text)) return text;
  return text.replace(/\{\w+\}|[\p{L}\p{M}’]+/gu, (word) => (word.startsWith("{") ? word : lengthened(word)));
}

function lengthened(word: string): string {
  const letters = [...word].map((letter) => accents[letter] ?? letter);
  const extra = Math.round(letters.length * (longer - 1));
  return letters.join("") + (letters.at(-1) ?? "").toLowerCase().repeat(extra);
}

/** Transforms a table of words: its texts, and what its functions return. */
export function pseudoWords<T>(table: T): T {
  if (typeof table === "string") return pseudo(table) as T;
  if (Array.isArray(table)) return table.map(pseudoWords) as T;
  if (typeof table === "function") return ((...given: unknown[]) => pseudoWords(table(...given) as unknown)) as T;
  if (typeof table !== "object" || table === null) return table;
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, pseudoWords(entry)])) as T;
}

/** Tagged unions for commands and facts: an object with a single key, its name. */

export type NameIn<U> = U extends unknown ? keyof U : never;
export type BodyIn<U, N extends PropertyKey> = U extends Record<N, infer B> ? B : never;

/** Returns the name and the body. */
export function untagged<U extends object>(tagged: U): [NameIn<U>, BodyIn<U, NameIn<U>>] {
  return Object.entries(tagged)[0] as [NameIn<U>, BodyIn<U, NameIn<U>>];
}

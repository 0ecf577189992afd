/**
 * Maxima that are needed before a `welcome` tells them, as in `protocol/src/limits.rs`. The server
 * refuses what is longer; here they only save the way there.
 */
export const title_chars_max = 120;
export const agreements_chars_max = 4_000;
export const name_chars_max = 40;

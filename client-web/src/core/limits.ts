/**
 * Maxima that are needed before a `welcome` tells them, as in `protocol/src/limits.rs`. The server
 * refuses what is longer; here they only save the way there.
 */
export const title_chars_max = 120;
export const agreements_chars_max = 4_000;
export const name_chars_max = 40;
/** Of the line that tells who holds a circle. */
export const held_by_chars_max = 120;
/** How many days ahead the hour of a next session may lie. */
export const next_days_max = 400;

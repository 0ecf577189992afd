/**
 * Limits that the page needs before it receives them in a `welcome`, as in
 * `protocol/src/limits.rs`. The server enforces them; here they only save a round trip.
 */
export const title_chars_max = 120;
export const agreements_chars_max = 4_000;
export const name_chars_max = 40;
/** Maximum characters in the line that says who holds a circle. */
export const held_by_chars_max = 120;
/** How many days ahead a next session may be scheduled. */
export const next_days_max = 400;
/** How many people a circle can keep out until a host lets them back in. */
export const bars_max = 200;

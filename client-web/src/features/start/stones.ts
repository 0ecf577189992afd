/** A small circle as a sign for each circle in *My circles*, so that they can be told apart at a glance. */

const count = 6;

/** Returns the marks of a circle's sign. They follow from its id alone, and say nothing about its people. */
export function stonesOf(circle: string): { seat: number }[] {
  const digits = [...circle].filter((digit) => digit !== "-").slice(-2 * count);
  return Array.from({ length: count }, (_, at) => ({ seat: parseInt(digits.slice(2 * at, 2 * at + 2).join(""), 16) % 64 }));
}

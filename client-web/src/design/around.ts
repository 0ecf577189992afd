/** Places around a circle. */

/**
 * Returns where each of `count` people sits around a circle, in percent of its width from its centre: the first
 * at the bottom, the others clockwise. One alone is in the centre.
 */
export function placesAround(count: number, radius = 38): { x: number; y: number }[] {
  if (count === 1) return [{ x: 0, y: 0 }];
  return Array.from({ length: count }, (_, index) => {
    const angle = (0.25 + index / count) * 2 * Math.PI;
    return { x: rounded(radius * Math.cos(angle)), y: rounded(radius * Math.sin(angle)) };
  });
}

/** Returns the largest size, at most `max`, at which so many people on this circle don't touch. All in percent of its width. */
export function sizeAround(count: number, max: number, radius = 38): number {
  const chord = 2 * radius * Math.sin(Math.PI / Math.max(2, count));
  return Math.min(max, rounded(chord / 1.2));
}

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}

/** Bars: who was removed and may not come back, as hosts see it. */
import type { Bar, BarId, SeatNo, View } from "../wire";

/** Returns every bar in force, the latest first. */
export function barsOf({ hosts }: View): [BarId, Bar][] {
  return Object.entries(hosts?.bars ?? {}).sort(([, a], [, b]) => b.at - a.at);
}

/** Returns the bar of someone who was removed in this session. */
export function barOf(view: View, seat: SeatNo): [BarId, Bar] | undefined {
  return barsOf(view).find(([, bar]) => bar.seat === seat);
}

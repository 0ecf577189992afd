/** What needs a host now: the most urgent first. */
import { inOrder } from "../../core/view/keyed";
import type { SeatNo, View } from "../../core/wire";
import { waitsLong } from "./acts";

export type Slip =
  /** Someone asked the hosts for help. */
  | { is: "point"; seat: SeatNo }
  /** The circle has been waiting for someone for longer than usual. */
  | { is: "awaited"; seat: SeatNo; away: boolean };

export function slipsFor(view: View, now: number): Slip[] {
  const points = inOrder(view.hosts?.process_points ?? {}).map((seat) => ({ is: "point", seat }) as const);
  const awaited = waitsLong(view, now);
  return [...points, ...(awaited ? [{ is: "awaited", ...awaited } as const] : [])];
}

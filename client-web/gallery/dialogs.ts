/** Dialogs over the room. */
import type { Component, ComponentProps } from "svelte";
import type { View } from "../src/core/wire";
import PersonDialog from "../src/features/moderation/PersonDialog.svelte";
import LeaveDialog from "../src/features/presence/LeaveDialog.svelte";
import type { CircleStore } from "../src/features/room/circle.svelte";
import ToolDialog from "../src/features/room/ToolDialog.svelte";
import CutShortDialog from "../src/features/round/CutShortDialog.svelte";
import RoundDialog from "../src/features/round/RoundDialog.svelte";
import { bar, hosts } from "../test/build";
import * as evening from "./evening";
import { asAna, asFay, ben } from "./evening";
import Over from "./Over.svelte";
import { visit } from "./played_server";
import { type State, state } from "./state";

type Given = "circle" | "view" | "close";

// Any component: its own properties are checked.
function over<C extends Component<any>>(view: View, dialog: C, about: Omit<ComponentProps<C>, Given>): State {
  type Dialog = Component<Record<string, unknown> & { circle: CircleStore; view: View; close: () => void }>;
  return state(Over, { circle: visit(view), dialog: dialog as unknown as Dialog, about });
}

const between = { round: { ...evening.asked, open: false }, turn: {} };

export const dialogs: Record<string, () => State> = {
  round: () => over(asFay(between), RoundDialog, { change: false }),
  "round-closing": () => over(asFay(between), RoundDialog, { change: false, closing: true }),
  "round-change": () => over(asFay(), RoundDialog, { change: true }),
  "round-cut-short": () => over(asFay(), CutShortDialog, { command: { close_round: {} } }),
  person: () => over(asFay(), PersonDialog, { seat: ben }),
  "person-muted": () => over(asFay({}, hosts({ mutes: { [ben]: { by: 1 } } })), PersonDialog, { seat: ben }),
  "person-removed": () => over(asFay({}, hosts({ bars: { one: bar(ben) } })), PersonDialog, { seat: ben }),
  you: () => over(asAna(), ToolDialog, { tool: "you" }),
  agreements: () => over(asAna(), ToolDialog, { tool: "agreements" }),
  bell: () => over(asAna(), ToolDialog, { tool: "bell" }),
  leave: () => over(asAna(), LeaveDialog, { leave: () => undefined }),
};

/** The states of the page, each as a whole page: `?state=door`. */
import { dialogs } from "./dialogs";
import { hosting } from "./hosting";
import { outside } from "./outside";
import { rooms } from "./rooms";
import type { State } from "./state";

export const states: Record<string, () => State> = { ...outside, ...rooms, ...hosting, ...dialogs };

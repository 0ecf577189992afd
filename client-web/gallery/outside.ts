/** The states of the page outside of a room, each as a whole page: `?state=door`. */
import { SavedCircles } from "../src/io/saved_circles";
import type { Door, LobbySummary } from "../src/core/wire";
import Stopped from "../src/features/connection/Stopped.svelte";
import DoorPage from "../src/features/door/DoorPage.svelte";
import type { AtDoor, JoinFlow } from "../src/features/door/join_flow.svelte";
import { screenOf } from "../src/features/door/door";
import Shut from "../src/features/door/Shut.svelte";
import WhoIsIt from "../src/features/door/WhoIsIt.svelte";
import MadeLinks from "../src/features/links/MadeLinks.svelte";
import type { CircleStore } from "../src/features/room/circle.svelte";
import { emptyForm } from "../src/features/start/new_form";
import NewCircle from "../src/features/start/NewCircle.svelte";
import Welcome from "../src/features/start/Welcome.svelte";
import { circle, room, settings, view } from "../test/build";
import { now, type State, state } from "./state";

const nothing = () => undefined;
const title = "Thursday evening circle";
/** The same links in every picture. */
const secrets = Object.fromEntries(
  ["keeper", "facilitator", "moderator", "participant", "listener"].map((role, at) => [role, "ABCDE".charAt(at).repeat(43)]),
) as Record<"keeper" | "facilitator" | "moderator" | "participant" | "listener", string>;

/** Storage in memory that holds one circle of one's own. */
function mine(): SavedCircles {
  const memory = new Map<string, string>();
  const saved = new SavedCircles({
    getItem: (key) => memory.get(key) ?? null,
    setItem: (key, value) => void memory.set(key, value),
    removeItem: (key) => void memory.delete(key),
  });
  saved.keep({ circle, title, role: "facilitator", secret: secrets.facilitator, at: now });
  return saved;
}

function door(more: Partial<Door> = {}, session?: Partial<LobbySummary>): Door {
  return {
    ...{ circle, role: "participant", title: { plain: title }, locker: "", settings, now, lasts_ms: 5_400_000 },
    agreements: { plain: "What’s said here stays here.\nWe listen. We don’t give advice.\nEveryone can pass." },
    ...(session && { session: { room, phase: "open", here: 5, hosts: [{ plain: "Fay" }, { plain: "Mo" }], closed: false, ...session } }),
    ...more,
  };
}

function doorState(of: Door, known?: string, more: Partial<AtDoor> = {}): State {
  const at: AtDoor = { at: "door", door: of, ...(known && { known }), ...more };
  const flow = {
    ...{ now, isReached: true, stage: at, screen: screenOf(of, known !== undefined, now) },
    heldSecrets: () => Promise.resolve(secrets),
  } as unknown as JoinFlow;
  return state(DoorPage, { at, flow });
}

function store(more: object = {}): CircleStore {
  return {
    ...{ client: {}, begun: {}, draft: "", view: view(), now },
    name: (seat: number) => ["", "Fay", "Ana", "Ben", "Cleo"][seat] ?? "",
    shownName: () => ({ name: "Ana", plain: "Ana" }),
    ...more,
  } as unknown as CircleStore;
}

const stopped = (why: "ended" | "removed" | "replaced" | "left" | "no_circle" | "outdated", draft = "") =>
  state(Stopped, { why, circle: store({ draft }), toDoor: undefined });
const shut = (why: "no_link" | "no_circle" | "unreachable" | "deleted") => state(Shut, { why, say: undefined, again: nothing });

export const outside: Record<string, () => State> = {
  start: () => state(Welcome, { mine: mine(), print: nothing, begin: nothing, returned: false }),
  new: () => state(NewCircle, { form: { ...emptyForm(), title }, write: nothing, back: nothing, onmade: nothing }),
  links: () => state(MadeLinks, { made: { title, circle, secrets }, mine: mine(), print: nothing }),
  door: () => doorState(door({}, {})),
  "door-empty": () => doorState(door()),
  "door-host": () => doorState(door({ role: "facilitator", next_at: now + 86_400_000 })),
  "door-known": () => doorState(door({}, {}), "Ana"),
  "door-removed": () => doorState(door({}, {}), "Ana", { removed: true }),
  "door-waiting": () => doorState(door({ next_at: now + 3 * 86_400_000, held_by: { plain: "Fay and Mo" } })),
  "door-begun": () => doorState(door({}, { closed: true })),
  keeper: () => doorState(door({ role: "keeper" })),
  asking: () => state(WhoIsIt, { name: "Ana", comeBack: nothing, notMe: nothing }),
  "no-link": () => shut("no_link"),
  unreachable: () => shut("unreachable"),
  deleted: () => shut("deleted"),
  ended: () => stopped("ended", "Half a sentence"),
  removed: () => stopped("removed"),
  replaced: () => stopped("replaced"),
  left: () => stopped("left"),
  outdated: () => stopped("outdated"),
};

import type { Isolated } from "../../core/view/isolated";

export const waitingTitle = "Still to come";
export const nobodyWaits = "Nobody is waiting.";
export const first = "next";
export const moveUp = (name: Isolated): string => `Move ${name} up`;
export const moveDown = (name: Isolated): string => `Move ${name} down`;
export const up = "Up";
export const down = "Down";
export const unheardTitle = "Yet to speak";
export const unheardToo = "Also yet to speak";

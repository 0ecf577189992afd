export const waitingTitle = "Who waits";
export const nobodyWaits = "Nobody waits.";
export const first = "next";
export const moveUp = (name: string): string => `Move ${name} up`;
export const moveDown = (name: string): string => `Move ${name} down`;
export const up = "Up";
export const down = "Down";
export const unheardTitle = "Not heard yet";
export const unheardToo = "Also not heard yet";

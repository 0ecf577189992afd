export const skip = "Skip to your words";
export const where = "Where are we?";
export const agreements = "What we agreed on";
export const toCircle = "See the circle";
export const closeCircle = "Close the circle";
export const more = "More";

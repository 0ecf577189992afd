export const skip = "To your words";
export const where = "Where are we?";
export const agreements = "What we agreed on";
export const toCircle = "See the circle";
export const asked = "Asked";

import type { Isolated } from "../../core/view/isolated";
import type { LinkRole } from "../../core/wire";

export const forRole: Record<LinkRole, { name: string; allows: string }> = {
  participant: { name: "For everyone", allows: "They take turns, pass and listen." },
  facilitator: { name: "For facilitators", allows: "They host the circle: open rounds, offer the turn, keep time." },
  moderator: { name: "For moderators", allows: "They look after everyone’s safety: they can pause, mute and remove." },
  listener: { name: "For listeners", allows: "They only listen, and everyone can see that." },
  keeper: { name: "Keep this one safe", allows: "It finds the other links again, sets the time of the next session and can delete the circle." },
};
/** The same inside a sentence. */
const inSentence: Record<LinkRole, string> = {
  participant: "for everyone",
  facilitator: "for facilitators",
  moderator: "for moderators",
  listener: "for listeners",
  keeper: "for the keeper",
};
export const onlyYou = "Only for you";

export const readyTitle = "Your circle is ready";
export const intro = "Anyone with a link can join in that role, so send each one only to the people it’s for.";
export const enterNow = "Go to my circle";
export const enterHint = "Opens in a new tab.";
export const another = "Create another circle";
export const others = "Links for hosts and listeners";

export const label = (role: LinkRole): string => `Link ${inSentence[role]}`;
export const copyLink = (role: LinkRole): string => `Copy the link ${inSentence[role]}`;
export const copyByHand = "The link is selected. Please copy it yourself.";
export const share = "Share";
export const shareLink = (role: LinkRole): string => `Share the link ${inSentence[role]}`;
export const shareText = (circle: Isolated): string => `You’re invited to “${circle}”. ${neverHaveTo}`;
export const qr = "QR code";
export const qrLink = (role: LinkRole): string => `QR code ${inSentence[role]}`;
export const qrName = (circle: Isolated, role: LinkRole): string => `QR code of the link ${inSentence[role]} of “${circle}”`;
export const qrHint = "Point a phone’s camera at it to join.";
export const print = "Print";
export const printCode = "Print with QR code";
export const printLink = (role: LinkRole): string => `Print the link ${inSentence[role]} with its QR code`;
export const neverHaveTo = "You never have to speak.";
export const cardHow = "To join, point a phone’s camera at the code, or type this address into a browser:";
export const cardCare = "Anyone with this card can join. Please look after it.";

export const keepHere = "Keep these links on this device";
export const keptHere = "Kept on this device";
export const keptHint = "You’ll find them under My circles on the start page.";
export const keepHint = "Only if nobody else uses this device: anyone who opens this page on it could join.";
export const keepFailed = "This device couldn’t keep them. Please copy or print them instead.";
export const once =
  "This page shows the links only now. Keep the last one: with it you can find the others again. Nobody else can, not even the people who run the server.";

export const keeperTitle = "The links";
export const keeperHint = "Send each one only to the people it’s for.";
export const keeperNone = "The links aren’t stored for this circle. You need the ones from when it was made.";

export const invite = "Invite people";
export const inviteHint = "Anyone with this link can join this circle. They never have to speak.";
export const inviteMissing = "This page doesn’t have the link. Ask the person who made this circle.";
export const inviteLater = "This page has the link only after you’ve come in with your own. Open your own link again, or ask the person who made this circle.";

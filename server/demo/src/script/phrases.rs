//! What the members say in any session. `{name}` is the name of the visitor they address.

use super::format::MEMBERS;

/// The facilitator greets a visitor.
pub(crate) const GREETINGS: &[&str] = &[
    "Welcome, {name}. I'm so glad you're here. You never have to speak: the turn will come to you, and you can always pass.",
    "Hello, {name}, and welcome. Make yourself comfortable. When you're offered the turn, you can take it, pass, or say later.",
    "Welcome, {name}. There's nothing you need to do. The turn will come to you, and it's fine to stay quiet.",
];

/// The facilitator greets a visitor who came to listen.
pub(crate) const GREETINGS_TO_LISTENERS: &[&str] = &[
    "Welcome, {name}. It's good to have you here listening.",
    "Hello, {name}. Glad you came to listen.",
];

/// Another member greets a visitor who came before the first round.
pub(crate) const HELLOS_TO_GUESTS: &[&str] = &[
    "Hi {name}, good to have you here.",
    "Welcome, {name}!",
    "Hi {name}. Nice to see a new name.",
];

/// How a share may begin right after a visitor's.
pub(crate) const THANKS: &[&str] =
    &["Thank you, {name}.", "Thanks for that, {name}.", "{name}, thank you. I heard you."];

/// The facilitator, when a visitor hasn't answered an offer for a while.
pub(crate) const NO_HURRY: &[&str] = &[
    "No hurry, {name}. You can take the turn, pass, or say later, whatever's easiest. We're happy to wait.",
    "Take your time, {name}. We're happy to wait, and whatever you choose is fine.",
];

/// The facilitator, when a visitor has had the turn for a while without sharing.
pub(crate) const STILL_WITH_YOU: &[&str] = &[
    "We're still with you, {name}. Whenever you've finished, you can pass the turn on.",
    "Take all the time you need, {name}. Silence is welcome too.",
];

/// The question to a visitor who arrived after the last round.
pub(crate) const ONE_MORE: &str =
    "Before we close, {name}: is there anything you'd like to share with us?";

/// What each member answers to a visitor's own question.
pub(crate) const SPARE_SHARES: [&[&str]; MEMBERS] = [
    &[
        "Good question, and not one I had planned! I'd like to listen to the rest of you first. I'm glad it was asked.",
    ],
    &[
        "I don't have an answer ready. What comes to mind is how much easier things got once I started saying them out loud.",
    ],
    &["That question gets to me a little. I'll take it home and see what comes of it."],
    &["Hm. Honestly, I don't know yet. And it feels OK to say that here."],
    &["Oh, I like that. The first thing I thought of was my gran's kitchen with the radio on."],
    &["I'll keep it short: I'm here, I'm listening, and I'm grateful someone asked."],
];

/// Puts a visitor's name into a phrase.
pub(crate) fn address(name: &str, phrase: &str) -> String {
    phrase.replace("{name}", name)
}

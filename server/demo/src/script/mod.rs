//! Everything the demo's members say. To give them another session, write a file like `week.rs` and
//! add it to [`SESSIONS`].

mod format;
mod kindness;
mod phrases;
mod rest;
#[cfg(test)]
mod tests;
mod week;

pub(crate) use format::{MEMBERS, QuestionScript, SessionScript, TurnScript};
pub(crate) use phrases::{
    GREETINGS, GREETINGS_TO_LISTENERS, HELLOS_TO_GUESTS, NO_HURRY, ONE_MORE, SPARE_SHARES,
    STILL_WITH_YOU, THANKS, address,
};

/// The member who facilitates, and the one who moderates. The others are participants.
pub(crate) const FACILITATOR: usize = 0;
pub(crate) const MODERATOR: usize = 1;

/// The members' names, in order of arrival.
pub(crate) const NAMES: [&str; MEMBERS] = ["Fay", "Mo", "Ana", "Ben", "Cleo", "Dan"];

/// The circle's title.
pub(crate) const TITLE: &str = "Evening circle for carers and friends";
/// Who holds the circle.
pub(crate) const HELD_BY: &str = "Fay and Mo, who are simulated like all the members";
/// The circle's agreements.
pub(crate) const AGREEMENTS: &str = "This is a demonstration. The six members are simulated. \
Anyone else who joins is a real person, like you.\n\n\
One person speaks at a time, and the rest of us listen.\n\
You never have to speak. You can pass, or say later, whenever you like.\n\
We speak for ourselves and don't give advice.\n\
What's said here stays here, and is deleted when the session ends.";

/// The sessions, in order; after the last one the first begins again.
pub(crate) const SESSIONS: &[SessionScript] = &[week::SESSION, kindness::SESSION, rest::SESSION];

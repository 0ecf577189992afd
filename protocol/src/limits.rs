//! The limits of the wire protocol. `welcome` contains those that a client needs in advance;
//! exceeding any other gets a refusal.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
use ts_rs::TS;

/// Maximum size of a frame from a client, in bytes.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Maximum characters in a name.
pub const NAME_CHARS_MAX: usize = 40;
/// Maximum characters in a circle's title.
pub const TITLE_CHARS_MAX: usize = 120;
/// Maximum characters in the line that says who holds a circle.
pub const HELD_BY_CHARS_MAX: usize = 120;
/// Maximum characters in a circle's agreements.
pub const AGREEMENTS_CHARS_MAX: usize = 4_000;
/// Maximum characters in a prompt, or in the message of a pause.
pub const PROMPT_CHARS_MAX: usize = 600;
/// Maximum characters in a share, an announcement or a message on an open floor.
pub const SHARE_CHARS_MAX: usize = 4_000;
/// Maximum lines in a text.
pub const LINES_MAX: usize = 100;
/// Maximum seats in a room, including those of people who left.
pub const SEATS_MAX: u16 = 100;
/// Seats that only hosts can take, so that strangers with a link can't lock them out.
pub const SEATS_FOR_HOSTS: u16 = 5;
/// Maximum messages in a room.
pub const MESSAGES_MAX: usize = 10_000;
/// Messages of a room that only shares and announcements can use.
pub const MESSAGES_RESERVED: usize = 2_000;
/// Maximum messages that one seat can write on open floors in a session.
pub const FLOOR_MESSAGES_PER_SEAT_MAX: u32 = 1_000;
/// Messages that each seat can write on open floors however many others have written.
pub const FLOOR_MESSAGES_PER_SEAT_MIN: u32 = 40;
/// Changes of stance, and hands raised or lowered, that one seat can make in a row.
pub const SIGNALS_AT_ONCE: u64 = 6;
/// How long a hidden message can be restored, in milliseconds. Then its words are erased.
pub const HIDDEN_MS: u64 = 120_000;
/// Time after which a seat can make one more of these, in milliseconds.
pub const SIGNAL_EVERY_MS: u64 = 5_000;
/// Times that one seat can come back in a row, after it left or lost its connection.
pub const RETURNS_AT_ONCE: u64 = 12;
/// Time after which a seat can come back once more, in milliseconds.
pub const RETURN_EVERY_MS: u64 = 5_000;
/// Time from the end of a silence until someone who isn't a host can ring the bell, in milliseconds.
pub const BELL_EVERY_MS: u64 = 60_000;
/// Maximum bars of a circle that last until they are lifted.
pub const BARS_MAX: usize = 200;
/// Maximum messages to which one seat can have gestures at a time.
pub const GESTURED_PER_SEAT_MAX: u32 = 1_000;
/// Maximum texts in a room: messages, names and prompts together. Erased ones don't count.
pub const TEXTS_MAX: usize = 20_000;
/// Texts of a room that only shares and hosts can use.
pub const TEXTS_RESERVED: usize = 4_000;
/// Time from one change of a person's name until they may change it again, in milliseconds.
pub const RENAME_EVERY_MS: u64 = 60_000;
/// How long the last facilitator may be away until moderators act in their place, in milliseconds.
pub const FACILITATOR_AWAY_MS: u64 = 60_000;
/// Maximum that a typing signal adds to a firm limit that is about to end, in milliseconds. It never
/// adds more than the limit itself.
pub const WRITING_ADDS_MS_MAX: u64 = 60_000;
/// Maximum unanswered commands that a client may have for one seat.
pub const UNANSWERED_MAX: usize = 16;
/// Maximum commands of one seat that the server works on at once. Beyond that it stops reading from
/// the connection.
pub const IN_FLIGHT_MAX: usize = 8;
/// Commands remembered for each seat.
pub const REMEMBERED_MAX: usize = 64;
/// Number of times a seat may leave and return and still see the earliest messages it was shown.
pub const VISITS_MAX: usize = 32;
/// Maximum bytes of messages in a welcome; earlier ones are paged.
pub const WELCOME_TEXT_BYTES_MAX: usize = 64 * 1024;
/// Maximum messages in a welcome; earlier ones are paged.
pub const WELCOME_MESSAGES_MAX: usize = 500;
/// Maximum messages in one page.
pub const PAGE_MESSAGES_MAX: usize = 100;
/// Range of a turn's limit, in milliseconds.
pub const TURN_LIMIT_MS: std::ops::RangeInclusive<u64> = 15_000..=3_600_000;
/// Maximum wait between two messages on an open floor, in milliseconds.
pub const SLOW_MS_MAX: u64 = 600_000;
/// Maximum length of a timed mute, in milliseconds: one day.
pub const MUTE_MS_MAX: u64 = 86_400_000;
/// Range of a session's planned length, in milliseconds: five minutes to eight hours.
pub const LASTS_MS: std::ops::RangeInclusive<u64> = 300_000..=28_800_000;
/// Maximum time until the next session, in milliseconds: 400 days.
pub const NEXT_SESSION_MS_MAX: u64 = 400 * 86_400_000;
/// Range of a silence's length, in milliseconds.
pub const SILENCE_MS: std::ops::RangeInclusive<u64> = 5_000..=120_000;
/// Default length of a silence, in milliseconds.
pub const SILENCE_DEFAULT_MS: u64 = 15_000;
/// Maximum size of a locker before base64, in bytes.
pub const LOCKER_BYTES_MAX: usize = 4 * 1024;
/// Maximum size of an HTTP request body, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Maximum nesting depth of arrays and objects in a frame.
pub const DEPTH_MAX: usize = 16;

/// The limits a client should know, as sent in `welcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Limits {
    /// Maximum size of a frame from a client, in bytes.
    pub frame_bytes: u32,
    /// Maximum characters in a share, an announcement or a message on an open floor.
    pub share_chars: u32,
    /// Maximum characters in a name.
    pub name_chars: u32,
    /// Maximum characters in a prompt, or in the message of a pause.
    pub prompt_chars: u32,
    /// Maximum lines in a text.
    pub lines: u32,
    /// Maximum commands that may be unanswered at once.
    pub unanswered: u32,
    /// Maximum messages in one page.
    pub page_messages: u32,
}

/// The limits of this version.
pub const LIMITS: Limits = Limits {
    frame_bytes: FRAME_BYTES_MAX as u32,
    share_chars: SHARE_CHARS_MAX as u32,
    name_chars: NAME_CHARS_MAX as u32,
    prompt_chars: PROMPT_CHARS_MAX as u32,
    lines: LINES_MAX as u32,
    unanswered: UNANSWERED_MAX as u32,
    page_messages: PAGE_MESSAGES_MAX as u32,
};

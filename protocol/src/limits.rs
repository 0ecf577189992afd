//! Every maximum of the wire, in one place. `welcome` tells those a client needs before it asks
//! for something; the others are answered by a refusal that names them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Bytes of one frame from a client.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 40;
/// Characters of a circle's title.
pub const TITLE_CHARS_MAX: usize = 120;
/// Characters of who holds a circle.
pub const HELD_BY_CHARS_MAX: usize = 120;
/// Characters of a circle's agreements.
pub const AGREEMENTS_CHARS_MAX: usize = 4_000;
/// Characters of a prompt, or of the message of a pause.
pub const PROMPT_CHARS_MAX: usize = 600;
/// Characters of a share, an announcement or a message on an open floor.
pub const SHARE_CHARS_MAX: usize = 4_000;
/// Seats of one room, those who left included.
pub const SEATS_MAX: u16 = 100;
/// Messages in a room.
pub const MESSAGES_MAX: usize = 10_000;
/// Texts of one room in all: messages, names, prompts.
pub const TEXTS_MAX: usize = 20_000;
/// Commands of one seat that may be unanswered at the client.
pub const UNANSWERED_MAX: usize = 16;
/// Commands of one seat that the server works on at once; then it stops reading that connection.
pub const IN_FLIGHT_MAX: usize = 8;
/// Commands remembered for each seat.
pub const REMEMBERED_MAX: usize = 64;
/// Times a seat may leave and return before the earliest messages it was shown are no longer shown
/// to it again.
pub const VISITS_MAX: usize = 32;
/// Process points waiting at once.
pub const PROCESS_POINTS_MAX: usize = 16;
/// Bytes of messages in a welcome; earlier ones are paged.
pub const WELCOME_TEXT_BYTES_MAX: usize = 64 * 1024;
/// Messages in a welcome; earlier ones are paged.
pub const WELCOME_MESSAGES_MAX: usize = 500;
/// Messages in one page.
pub const PAGE_MESSAGES_MAX: usize = 100;
/// Least and most milliseconds of a turn's limit.
pub const TURN_LIMIT_MS: std::ops::RangeInclusive<u64> = 15_000..=3_600_000;
/// Most milliseconds between two messages on an open floor.
pub const SLOW_MS_MAX: u64 = 600_000;
/// Most milliseconds of a mute for a time: one day.
pub const MUTE_MS_MAX: u64 = 86_400_000;
/// Least and most milliseconds that a session is meant to last: five minutes to eight hours.
pub const LASTS_MS: std::ops::RangeInclusive<u64> = 300_000..=28_800_000;
/// Most milliseconds from now to the next session: 400 days.
pub const NEXT_SESSION_MS_MAX: u64 = 400 * 86_400_000;
/// Least and most milliseconds of a silence.
pub const SILENCE_MS: std::ops::RangeInclusive<u64> = 5_000..=120_000;
/// Milliseconds of a silence if its bell says nothing else.
pub const SILENCE_DEFAULT_MS: u64 = 15_000;
/// Bytes of a locker, before base64.
pub const LOCKER_BYTES_MAX: usize = 4 * 1024;
/// Bytes of a body to the HTTP interface.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Levels of arrays and objects in a frame.
pub const DEPTH_MAX: usize = 16;

/// The limits a client should know, as told in `welcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Limits {
    /// Bytes of one frame from a client.
    pub frame_bytes: u32,
    /// Characters of a share, an announcement or a message on an open floor.
    pub share_chars: u32,
    /// Characters of a name.
    pub name_chars: u32,
    /// Characters of a prompt, or of the message of a pause.
    pub prompt_chars: u32,
    /// Commands that may be unanswered at once.
    pub unanswered: u32,
    /// Messages in one page.
    pub page_messages: u32,
}

/// The limits of this version.
pub const LIMITS: Limits = Limits {
    frame_bytes: FRAME_BYTES_MAX as u32,
    share_chars: SHARE_CHARS_MAX as u32,
    name_chars: NAME_CHARS_MAX as u32,
    prompt_chars: PROMPT_CHARS_MAX as u32,
    unanswered: UNANSWERED_MAX as u32,
    page_messages: PAGE_MESSAGES_MAX as u32,
};

//! Human texts: what people write. Views and rows name a text by id; the text itself is in a
//! frame's `texts`, or stored separately.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// Something a person wrote. Either readable by the server, or sealed by its clients and opaque.
///
/// Its `Debug` never shows the words: texts must not reach logs (design invariant 6).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// Unicode text as written.
    Plain(String),
    /// Base64url bytes that only holders of the circle's content key can decrypt.
    Sealed(String),
}

/// Why a [`Text`] was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// More Unicode scalar values than its kind allows (for sealed text: four bytes for each).
    #[error("the text has {length} characters; at most {max} are allowed here")]
    TooLong {
        /// Length of the text.
        length: usize,
        /// Longest length allowed.
        max: usize,
    },
    /// Control or bidirectional-override characters, which could disguise a text or break a line.
    #[error("the text holds a control character")]
    Control,
}

impl Text {
    /// Returns a plain text.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::Plain(words.into())
    }

    /// Checks a text of several lines (a share, an announcement, agreements) against `max` characters.
    pub fn check(&self, max: usize) -> Result<(), TextError> {
        self.check_with(max, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    }

    /// Checks a text of one line (a name, a title): like [`check`](Self::check), and without line
    /// breaks and characters that change the text direction.
    pub fn check_line(&self, max: usize) -> Result<(), TextError> {
        self.check_with(max, |c| {
            c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        })
    }

    fn check_with(&self, max: usize, refused: impl Fn(char) -> bool) -> Result<(), TextError> {
        let (words, max) = match self {
            Self::Plain(words) => (words, max),
            Self::Sealed(bytes) => (bytes, sealed_chars_max(max)),
        };
        if words.trim().is_empty() {
            return Err(TextError::Empty);
        }
        let length = words.chars().count();
        if length > max {
            return Err(TextError::TooLong { length, max });
        }
        if words.chars().any(refused) {
            return Err(TextError::Control);
        }
        Ok(())
    }

    /// Returns the size of the text in bytes, for budgets.
    pub fn byte_len(&self) -> usize {
        match self {
            Self::Plain(words) | Self::Sealed(words) => words.len(),
        }
    }
}

/// Base64 characters that hold `max` scalar values of up to four bytes, and a seal of 64 bytes.
fn sealed_chars_max(max: usize) -> usize {
    (max * 4 + 64).div_ceil(3) * 4
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Plain(_) => "Plain",
            Self::Sealed(_) => "Sealed",
        };
        write!(f, "{kind}({} bytes)", self.byte_len())
    }
}

/// A field of a command that may contain a human text.
pub(crate) trait CarriesText {
    /// Returns the text, if there is one.
    fn carried(&self) -> Option<&Text>;
    /// Returns a mutable reference to the text, if there is one.
    fn carried_mut(&mut self) -> Option<&mut Text>;
}

impl CarriesText for Text {
    fn carried(&self) -> Option<&Text> {
        Some(self)
    }

    fn carried_mut(&mut self) -> Option<&mut Text> {
        Some(self)
    }
}

impl CarriesText for Option<Text> {
    fn carried(&self) -> Option<&Text> {
        self.as_ref()
    }

    fn carried_mut(&mut self) -> Option<&mut Text> {
        self.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_characters_and_both_ends_are_refused() {
        assert_eq!(Text::plain(" \n").check(10), Err(TextError::Empty));
        assert_eq!(Text::plain("é".repeat(10)).check(10), Ok(()));
        assert_eq!(
            Text::plain("é".repeat(11)).check(10),
            Err(TextError::TooLong { length: 11, max: 10 })
        );
    }

    #[test]
    fn a_name_is_one_line_and_cannot_turn_text_around() {
        assert_eq!(Text::plain("Ana\u{202E}").check_line(40), Err(TextError::Control));
        assert_eq!(Text::plain("Ana\nMod").check_line(40), Err(TextError::Control));
        assert_eq!(Text::plain("Ana 👩‍👩‍👧").check_line(40), Ok(()));
    }

    #[test]
    fn debug_output_never_shows_the_words() {
        assert_eq!(format!("{:?}", Text::plain("secret")), "Plain(6 bytes)");
    }
}

//! Human texts: what people write. Views and rows name a text by id; the text itself is in a
//! frame's `texts`, or stored separately.

use crate::limits::LINES_MAX;
use crate::refusal::RefusalCode;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
#[cfg(feature = "schema")]
use ts_rs::TS;

/// Something a person wrote. Either readable by the server, or sealed by its clients and opaque.
///
/// Reading one from JSON removes white space at its ends and makes each line break a line feed.
/// Fields other than `plain` and `sealed` are ignored.
///
/// Its `Debug` never shows the words: texts must not reach logs (design invariant 6).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
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
    /// Nothing that shows: only white space, marks or invisible characters.
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
    /// More lines than a text may have.
    #[error("the text has {lines} lines; at most {LINES_MAX} are allowed")]
    TooManyLines {
        /// Number of lines.
        lines: usize,
    },
    /// A sealed text. Circles that seal their texts don't exist yet.
    #[error("the text is sealed, and this version reads only plain texts")]
    Sealed,
    /// Control or bidirectional-override characters, which could disguise a text or break a line.
    #[error("the text holds a control character")]
    Control,
}

impl From<TextError> for RefusalCode {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::Empty,
            TextError::TooLong { .. } | TextError::TooManyLines { .. } => Self::TooLong,
            TextError::Control | TextError::Sealed => Self::BadText,
        }
    }
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
        let Self::Plain(words) = self else { return Err(TextError::Sealed) };
        if words.trim().is_empty() {
            return Err(TextError::Empty);
        }
        let length = words.chars().count();
        if length > max {
            return Err(TextError::TooLong { length, max });
        }
        let lines = words.split(['\n', '\u{2028}', '\u{2029}']).count();
        if lines > LINES_MAX {
            return Err(TextError::TooManyLines { lines });
        }
        if words.chars().any(refused) {
            return Err(TextError::Control);
        }
        if words.chars().any(is_visible) { Ok(()) } else { Err(TextError::Empty) }
    }

    /// Returns the size of the text in bytes, for budgets.
    pub fn byte_len(&self) -> usize {
        match self {
            Self::Plain(words) | Self::Sealed(words) => words.len(),
        }
    }
}

/// Returns whether a character shows by itself. Spaces, combining marks, and characters that
/// Unicode calls default ignorable don't, nor do the blanks of Braille, music and hieroglyphs and the
/// placeholder of an object.
fn is_visible(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let shows = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Number)
        .union(GeneralCategoryGroup::Punctuation)
        .union(GeneralCategoryGroup::Symbol);
    shows.contains(category)
        && !matches!(c, '\u{2800}' | '\u{FFFC}' | '\u{1D159}' | '\u{13441}' | '\u{13442}')
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            plain: Option<String>,
            sealed: Option<String>,
        }
        match Fields::deserialize(deserializer)? {
            Fields { plain: Some(words), sealed: None } => {
                let words = words.replace("\r\n", "\n").replace('\r', "\n");
                Ok(Self::Plain(words.trim().to_owned()))
            }
            Fields { plain: None, sealed: Some(bytes) } => Ok(Self::Sealed(bytes)),
            Fields { .. } => Err(D::Error::custom("expected either `plain` or `sealed`")),
        }
    }
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
    fn a_text_must_show_something() {
        for nothing in [
            "",
            " \n",
            "\u{200B}",
            "\u{3164}",
            "\u{2800}",
            "\u{FFFC}",
            "\u{1D159}",
            "\u{13441}",
            "\u{301}",
            "\u{FE0F}\u{200D}",
        ] {
            assert_eq!(Text::plain(nothing).check(10), Err(TextError::Empty), "{nothing:?}");
            assert_eq!(Text::plain(nothing).check_line(10), Err(TextError::Empty), "{nothing:?}");
        }
        for something in ["a", "❤️", "!", "٣", "e\u{301}", "👩‍👩‍👧"] {
            assert_eq!(Text::plain(something).check(10), Ok(()), "{something:?}");
        }
    }

    #[test]
    fn a_text_has_a_bounded_number_of_lines_and_no_space_at_its_ends() {
        let lines = |count: usize| serde_json::json!({ "plain": vec!["a"; count].join("\r\n") });
        let read = |json| serde_json::from_value::<Text>(json).unwrap();
        assert_eq!(read(lines(LINES_MAX)).check(4_000), Ok(()));
        let lines_max = LINES_MAX + 1;
        let refused = Err(TextError::TooManyLines { lines: lines_max });
        assert_eq!(read(lines(lines_max)).check(4_000), refused);
        assert_eq!(read(serde_json::json!({ "plain": "\n\n a\n\n b \n" })), Text::plain("a\n\n b"));
    }

    #[test]
    fn a_text_is_plain_and_fields_it_does_not_know_are_ignored() {
        let read = |json: &str| serde_json::from_str::<Text>(json);
        assert_eq!(read(r#"{"plain":"a","lang":"en"}"#).unwrap(), Text::plain("a"));
        assert!(read(r#"{"plain":"a","sealed":"YQ"}"#).is_err());
        assert!(read(r#"{"lang":"en"}"#).is_err());
        assert_eq!(read(r#"{"sealed":"YQ"}"#).unwrap().check(10), Err(TextError::Sealed));
    }

    #[test]
    fn debug_output_never_shows_the_words() {
        assert_eq!(format!("{:?}", Text::plain("secret")), "Plain(6 bytes)");
    }
}

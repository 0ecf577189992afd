//! Splits a line of a scenario into tokens.

use serde_json::Value;
use std::time::Duration;

/// A token of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// A person: starts with a capital letter.
    Name(&'a str),
    /// A person's: `Ana's`.
    Owner(&'a str),
    /// Any other word.
    Word(&'a str),
    /// A string, an object or an array.
    Json(Value),
    /// A duration: `90s`, `2min`, `500ms`.
    Time(Duration),
    Number(u32),
    /// `:`, `!`, `,`, `;`, `…`.
    Mark(char),
}

/// Splits a line into tokens.
pub(super) fn tokens(line: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' | '{' | '[' => {
                let mut values = serde_json::Deserializer::from_str(rest).into_iter();
                let value = values.next().unwrap_or(Ok(Value::Null));
                (Token::Json(value.map_err(|error| error.to_string())?), values.byte_offset())
            }
            ':' | '!' | ',' | ';' | '…' => (Token::Mark(first), first.len_utf8()),
            _ => {
                let ends = |c: char| c.is_whitespace() || ":!,;…\"{[".contains(c);
                let length = rest.find(ends).unwrap_or(rest.len());
                (word(rest.get(..length).unwrap_or_default())?, length)
            }
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

fn word(word: &str) -> Result<Token<'_>, String> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return number(word);
    }
    if !word.starts_with(char::is_uppercase) {
        return Ok(Token::Word(word));
    }
    Ok(word.strip_suffix("'s").map_or(Token::Name(word), Token::Owner))
}

fn number(word: &str) -> Result<Token<'_>, String> {
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (number, unit) = word.split_at(digits);
    let number: u32 = number.parse().map_err(|_| format!("`{word}` is too large"))?;
    let unit_ms = match unit {
        "" => return Ok(Token::Number(number)),
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(format!("`{word}` is not a time: write `500ms`, `90s`, `2min` or `1h`")),
    };
    Ok(Token::Time(Duration::from_millis(u64::from(number) * unit_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_split_into_names_words_json_times_and_marks() {
        assert_eq!(
            tokens(r#"Ana's: share {"text":"a; {b"} ! "x" 90s 2min 7; …"#).unwrap(),
            [
                Token::Owner("Ana"),
                Token::Mark(':'),
                Token::Word("share"),
                Token::Json(json!({"text": "a; {b"})),
                Token::Mark('!'),
                Token::Json(json!("x")),
                Token::Time(Duration::from_secs(90)),
                Token::Time(Duration::from_secs(120)),
                Token::Number(7),
                Token::Mark(';'),
                Token::Mark('…'),
            ]
        );
        for bad in ["say \"open", "share {text", "9x"] {
            assert!(tokens(bad).is_err(), "{bad}");
        }
    }
}

//! The words of a line.

use std::time::Duration;

/// A word of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A person: begins with a capital.
    Name(&'a str),
    /// A person's: `Ana's`.
    Owner(&'a str),
    /// Any other word.
    Word(&'a str),
    /// Words in quotes.
    Text(&'a str),
    /// A time: `90s`, `2min`, `500ms`.
    Time(Duration),
    /// A number.
    Number(u32),
    /// `:`, `!`, `,`, `…`.
    Mark(char),
}

/// Splits a line into words.
pub(super) fn words(line: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '"' => {
                let (text, after) = rest
                    .get(1..)
                    .and_then(|rest| rest.split_once('"'))
                    .ok_or("a quote is opened and not closed")?;
                (Token::Text(text), after)
            }
            ':' | '!' | ',' | '…' => {
                (Token::Mark(first), rest.get(first.len_utf8()..).unwrap_or(""))
            }
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, ':' | '!' | ',' | '…' | '"'))
                    .unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                (word_token(word)?, after)
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn word_token(word: &str) -> Result<Token<'_>, String> {
    let word = word.strip_prefix('+').unwrap_or(word);
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return number_token(word);
    }
    if !word.starts_with(char::is_uppercase) {
        return Ok(Token::Word(word));
    }
    Ok(match word.strip_suffix("'s") {
        Some(name) => Token::Owner(name),
        None => Token::Name(word),
    })
}

fn number_token(word: &str) -> Result<Token<'_>, String> {
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (number, unit) = word.split_at(digits);
    let number: u32 = number.parse().map_err(|_| format!("`{word}` is too large a number"))?;
    let unit_ms = match unit {
        "" => return Ok(Token::Number(number)),
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(format!("`{word}` is no time: write `500ms`, `90s`, `2min` or `1h`")),
    };
    Ok(Token::Time(Duration::from_millis(u64::from(number) * unit_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_into_names_words_texts_times_and_marks() {
        assert_eq!(
            words(r#"Ana's: share "a: b"! 90s +2min 7, …"#).unwrap(),
            [
                Token::Owner("Ana"),
                Token::Mark(':'),
                Token::Word("share"),
                Token::Text("a: b"),
                Token::Mark('!'),
                Token::Time(Duration::from_secs(90)),
                Token::Time(Duration::from_secs(120)),
                Token::Number(7),
                Token::Mark(','),
                Token::Mark('…'),
            ]
        );
        assert!(words("say \"open").is_err());
        assert!(words("+9x").is_err());
    }
}

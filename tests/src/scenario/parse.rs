//! From a Markdown file to steps. What is not understood is an error that names file and line.

use super::draft::draft;
use super::expect;
use super::lex::{Token, words};
use super::script::{Act, Scenario, Step};
use hearth_protocol::api::LinkRole;
use hearth_protocol::{CloseCode, RefusalCode, Settings, Stance, TurnLimit};
use serde::de::DeserializeOwned;
use serde_json::json;

/// Parses a file. Only what stands in fenced blocks is run; the rest is the story.
pub fn parse(file: &str, markdown: &str) -> Result<Scenario, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut fenced = false;
    for (index, line) in markdown.lines().enumerate() {
        let number = index + 1;
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let line = line.split_once("  #").map_or(line, |(line, _)| line).trim();
        if !fenced || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = |why: String| format!("{file}:{number}: `{line}`: {why}");
        let first = steps.is_empty();
        if let Some(expected) = line.strip_prefix(['>', '=']) {
            let state = line.starts_with('=');
            let tokens = words(expected).map_err(at)?;
            let expected = if state { expect::stands(&tokens) } else { expect::event(&tokens) };
            let step = steps.last_mut().ok_or_else(|| at("nothing has happened yet".into()))?;
            step.expects.push((number, expected.map_err(at)?));
        } else {
            let act = act(&words(line).map_err(at)?).map_err(at)?;
            if first != matches!(act, Act::Circle { .. }) {
                return Err(at("a scenario begins with its one `circle`".into()));
            }
            steps.push(Step { line: number, act, expects: Vec::new() });
        }
    }
    if steps.is_empty() {
        return Err(format!("{file}: there is no fenced block with a scenario in it"));
    }
    Ok(Scenario { file: file.to_owned(), steps })
}

fn act(tokens: &[Token<'_>]) -> Result<Act, String> {
    use Token::{Mark, Name, Owner, Text, Time, Word};
    let own = |name: &str| name.to_owned();
    Ok(match tokens {
        [Word("circle"), Text(title), settings @ ..] => {
            Act::Circle { title: own(title), settings: Box::new(circle_settings(settings)?) }
        }
        [Word("every"), Word("command"), Word("is"), Word("sent"), Word("twice")] => {
            Act::EverythingTwice
        }
        [Name(who), Word("comes"), Word("in"), how @ ..] => comes_in(who, how)?,
        [Name(who), Word("is"), Word("writing")] => Act::Writes(own(who)),
        [Owner(who), Word("line"), Word("drops")] => Act::Drops(own(who)),
        [Word("everybody"), Word("returns")] => Act::AllReturn,
        [Name(who), Word("returns"), how @ ..] => {
            let (fresh, how) = match how {
                [Word("without"), Word("resume"), how @ ..] => (true, how),
                how => (false, how),
            };
            let closed = match how {
                [] => None,
                [Mark('!'), Word(code)] => Some(close_code(code)?),
                _ => {
                    return Err(
                        "after `returns` stands nothing, `without resume` or `! code`".into()
                    );
                }
            };
            Act::Returns { who: own(who), fresh, closed }
        }
        [Name(who), Word("opens"), Word("a"), Word("second"), Word("screen")] => {
            Act::SecondScreen(own(who))
        }
        [
            Owner(who),
            Word("first"),
            Word("screen"),
            Mark(':'),
            Word("it"),
            Word("wasn't"),
            Word("me"),
        ] => Act::NotMe(own(who)),
        [Time(time)] => Act::Passes(*time),
        [Word("the"), Word("server"), Word("is"), Word("killed")] => Act::Killed,
        [Word("the"), Word("server"), Word("starts"), Word("again")] => Act::Starts,
        [Name(who), Mark(':'), asked @ ..] => asks(who, asked)?,
        _ => return Err("no such line: docs stand in protocol/scenarios/README.md".into()),
    })
}

fn comes_in(who: &str, mut how: &[Token<'_>]) -> Result<Act, String> {
    use Token::{Mark, Word};
    let (mut by, mut stance, mut closed) = (LinkRole::Participant, Stance::Sharing, None);
    loop {
        how = match how {
            [] => break,
            [Word("as"), Word(role), rest @ ..] => {
                by = named(role)?;
                rest
            }
            [Mark('!'), Word(code), rest @ ..] => {
                closed = Some(close_code(code)?);
                rest
            }
            [Word(word), rest @ ..] => {
                stance = named(word)?;
                rest
            }
            _ => return Err("after `comes in` stand `as ROLE`, a stance, `! code`".into()),
        };
    }
    Ok(Act::ComesIn { who: who.to_owned(), by, stance, closed })
}

fn asks(who: &str, asked: &[Token<'_>]) -> Result<Act, String> {
    use Token::{Mark, Word};
    let (asked, refused) = match asked {
        [asked @ .., Mark('!'), Word(code)] => (asked, Some(named::<RefusalCode>(code)?)),
        asked => (asked, None),
    };
    let (asked, same_move) = match asked {
        [asked @ .., Word("@same")] => (asked, true),
        asked => (asked, false),
    };
    let [Word(name), args @ ..] = asked else {
        return Err("after the colon stands a command".into());
    };
    Ok(Act::Asks { who: who.to_owned(), command: draft(name, args)?, same_move, refused })
}

fn circle_settings(mut tokens: &[Token<'_>]) -> Result<Settings, String> {
    use Token::{Time, Word};
    let mut settings = Settings::default();
    loop {
        tokens = match tokens {
            [] => return Ok(settings),
            [Word("order"), Word(order), rest @ ..] => {
                settings.order = named(order)?;
                rest
            }
            [Word("hands_by"), Word(by), rest @ ..] => {
                settings.hands_by = named(by)?;
                rest
            }
            [Word("advance"), Word(advance), rest @ ..] => {
                settings.advance = named(advance)?;
                rest
            }
            [Word("offers"), Word(offers), rest @ ..] => {
                settings.offers = named(offers)?;
                rest
            }
            [Word("late"), Word(late), rest @ ..] => {
                settings.late = named(late)?;
                rest
            }
            [Word("pace"), Word(pace), rest @ ..] => {
                settings.pace = named(pace)?;
                rest
            }
            [Word("earlier_words"), rest @ ..] => {
                settings.earlier_words = true;
                rest
            }
            [Word("slow"), Time(time), rest @ ..] => {
                settings.slow_ms = millis(*time);
                rest
            }
            [Word("limit"), Time(time), Word("firm"), rest @ ..] => {
                settings.limit = Some(TurnLimit { ms: millis(*time), firm: true });
                rest
            }
            [Word("limit"), Time(time), rest @ ..] => {
                settings.limit = Some(TurnLimit { ms: millis(*time), firm: false });
                rest
            }
            _ => return Err("this is no setting of a circle".into()),
        };
    }
}

/// Returns the value that has this name on the wire.
pub(super) fn named<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(json!(name)).map_err(|error| format!("`{name}`: {error}"))
}

/// Returns the close code whose reason is `name`.
pub(super) fn close_code(name: &str) -> Result<CloseCode, String> {
    let found = CloseCode::ALL.iter().find(|code| code.reason() == name);
    found.copied().ok_or_else(|| format!("`{name}` is no reason of a close code"))
}

/// Returns a time as fields on the wire have it.
pub(super) fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(lines: &str) -> Result<Scenario, String> {
        parse("story.md", &format!("# Title\n```\n{lines}\n```\nFay returns in prose.\n"))
    }

    #[test]
    fn what_stands_in_fences_is_run_and_expectations_belong_to_the_step_before() {
        let scenario = story(
            "circle \"Tuesday\" order hands limit 3min\n\nFay comes in as facilitator\n> joined Fay\n= waiting: nobody",
        )
        .unwrap();
        assert_eq!(scenario.steps.len(), 2);
        assert_eq!(scenario.steps[1].line, 5);
        assert_eq!(scenario.steps[1].expects.len(), 2);
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_with_file_and_line() {
        for (lines, at) in [
            ("Fay comes in", "story.md:3"),
            ("circle \"a\"\nFay dances", "story.md:4"),
            ("circle \"a\"\nFay: dance", "story.md:4"),
            ("circle \"a\"\nFay: take ! no_such_code", "story.md:4"),
            ("circle \"a\"\n> dances Fay", "story.md:4"),
            ("circle \"a\"\n= Fay dances", "story.md:4"),
            ("circle \"a\" order sideways", "story.md:3"),
        ] {
            let error = story(lines).unwrap_err();
            assert!(error.starts_with(at), "{error}");
        }
    }
}

//! Parses a Markdown file into steps. A line that isn't understood is an error with file and line.

use super::expect;
use super::lex::{Token, tokens};
use super::names;
use super::script::{Action, Scenario, Step, WrittenCommand};
use hearth_protocol::api::LinkRole;
use hearth_protocol::presence::Stance;
use hearth_protocol::{CloseCode, RefusalCode, Settings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const NO_SUCH_LINE: &str = "unknown line; protocol/scenarios/README.md describes the language";

/// Parses a file. Only lines in fenced blocks run; the rest is the story.
pub fn parse(file: &str, markdown: &str) -> Result<Scenario, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut fenced = false;
    for (index, line) in markdown.lines().enumerate() {
        let number = index + 1;
        let line = line.trim();
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if !fenced || line.is_empty() {
            continue;
        }
        let at = |why: String| format!("{file}:{number}: `{line}`: {why}");
        if let Some(expected) = line.strip_prefix(['>', '=']) {
            let tokens = tokens(expected).map_err(at)?;
            let statement = line.starts_with('=');
            let expect =
                if statement { expect::statement(&tokens) } else { expect::frame(&tokens) };
            let step = steps.last_mut().ok_or_else(|| at("nothing has happened yet".into()))?;
            step.expects.push((number, expect.map_err(at)?));
        } else {
            let action = action(&tokens(line).map_err(at)?).map_err(at)?;
            if steps.is_empty() != matches!(action, Action::Circle { .. }) {
                return Err(at("a scenario begins with its only `circle`".into()));
            }
            steps.push(Step { line: number, action, expects: Vec::new() });
        }
    }
    if steps.is_empty() {
        return Err(format!("{file}: no fenced block with a scenario in it"));
    }
    Ok(Scenario { file: file.to_owned(), steps })
}

fn action(tokens: &[Token<'_>]) -> Result<Action, String> {
    use Token::{Json, Mark, Name, Owner, Time, Word};
    let own = |name: &str| name.to_owned();
    Ok(match tokens {
        [Word("circle"), Json(Value::String(title)), settings @ ..] => {
            Action::Circle { title: title.clone(), settings: Box::new(circle(settings)?) }
        }
        [Word("every"), Word("command"), Word("is"), Word("sent"), Word("twice")] => {
            Action::EverythingTwice
        }
        [Name(who), Word("joins"), how @ ..] => joins(who, how)?,
        [Name(who), Word("is"), Word("writing")] => Action::Writes(own(who)),
        [Owner(who), Word("connection"), Word("drops")] => Action::Drops(own(who)),
        [Word("everyone"), Word("returns")] => Action::AllReturn,
        [Name(who), Word("returns"), Word("without"), Word("resume")] => {
            Action::Returns { who: own(who), fresh: true, closed: None }
        }
        [Name(who), Word("returns")] => {
            Action::Returns { who: own(who), fresh: false, closed: None }
        }
        [Name(who), Word("returns"), Mark('!'), Word(code)] => {
            Action::Returns { who: own(who), fresh: false, closed: Some(close_code(code)?) }
        }
        [Name(who), Word("opens"), Word("a"), Word("second"), Word("screen")] => {
            Action::SecondScreen(own(who))
        }
        [Owner(who), Word("first"), Word("screen"), Mark(':'), rest @ ..]
            if rest == [Word("it"), Word("wasn't"), Word("me")] =>
        {
            Action::NotMe(own(who))
        }
        [Time(time)] => Action::Passes(*time),
        [Word("the"), Word("server"), Word("is"), Word("killed")] => Action::Killed,
        [Word("the"), Word("server"), Word("starts"), Word("again")] => Action::Starts,
        [Name(who), Mark(':'), sent @ ..] => sends(who, sent)?,
        _ => return Err(NO_SUCH_LINE.into()),
    })
}

fn joins(who: &str, mut how: &[Token<'_>]) -> Result<Action, String> {
    use Token::{Mark, Word};
    let (mut by, mut stance, mut closed) = (LinkRole::Participant, Stance::Sharing, None);
    loop {
        how = match how {
            [] => return Ok(Action::Joins { who: who.to_owned(), by, stance, closed }),
            [Word("as"), Word(role), rest @ ..] => {
                by = named(role)?;
                rest
            }
            [Mark('!'), Word(code)] => {
                closed = Some(close_code(code)?);
                &[]
            }
            [Word(word), rest @ ..] => {
                stance = named(word)?;
                rest
            }
            _ => return Err("write `joins`, `as ROLE`, a stance, `! code`".into()),
        };
    }
}

fn sends(who: &str, sent: &[Token<'_>]) -> Result<Action, String> {
    use Token::{Json, Mark, Word};
    let (sent, refused) = match sent {
        [sent @ .., Mark('!'), Word(code)] => (sent, Some(refusal(code)?)),
        sent => (sent, None),
    };
    let (name, fields) = match sent {
        [Word(name)] => (*name, Map::new()),
        [Word(name), Json(Value::Object(fields))] => (*name, fields.clone()),
        _ => return Err("write `Name: command {fields} ! code`".into()),
    };
    let command = WrittenCommand { name: name.to_owned(), fields };
    names::check_command(&command)?;
    Ok(Action::Sends { who: who.to_owned(), command, refused })
}

fn circle(settings: &[Token<'_>]) -> Result<Settings, String> {
    let written = match settings {
        [] => return Ok(Settings::default()),
        [Token::Json(written)] => written,
        _ => return Err("write `circle \"title\" {settings}`".into()),
    };
    let settings: Settings =
        serde_json::from_value(written.clone()).map_err(|error| error.to_string())?;
    names::check_known(written, &json!(settings))?;
    Ok(settings)
}

/// Returns the refusal code with this name. Clients read an unknown code as another one; scenarios
/// don't.
fn refusal(name: &str) -> Result<RefusalCode, String> {
    let found = RefusalCode::ALL.iter().find(|code| json!(code) == json!(name));
    found.copied().ok_or_else(|| format!("there is no refusal code `{name}`"))
}

/// Returns the value that has this name on the wire.
pub(super) fn named<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(json!(name)).map_err(|error| format!("`{name}`: {error}"))
}

/// Returns the close code with this reason.
pub(super) fn close_code(reason: &str) -> Result<CloseCode, String> {
    let found = CloseCode::ALL.iter().find(|code| code.reason() == reason);
    found.copied().ok_or_else(|| format!("`{reason}` is not the reason of a close code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(lines: &str) -> Result<Scenario, String> {
        parse("story.md", &format!("# Title\n```\n{lines}\n```\nFay returns in prose.\n"))
    }

    #[test]
    fn lines_in_fences_run_and_expectations_belong_to_the_step_before() {
        let scenario = story(
            "circle \"Tuesday\" {\"order\":\"hands\"}\n\nFay joins as facilitator\n> joined {\"seat\":\"Fay\"}; …\n= waiting: nobody",
        )
        .unwrap();
        assert_eq!(scenario.steps.len(), 2);
        assert_eq!(scenario.steps[1].line, 5);
        assert_eq!(scenario.steps[1].expects.len(), 2);
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_with_file_and_line() {
        for (line, why) in [
            ("Fay dances", "unknown line"),
            ("Fay: dance", "`dance`"),
            ("Fay: take ! no_such_code", "no_such_code"),
            ("Fay: share {\"txt\":\"a\"}", "text"),
            ("Fay: mute {\"seat\":\"Ben\",\"form_ms\":1}", "form_ms"),
            ("Fay: mute {\"seat\":\"Ben\",\"for_ms\":\"1\"}", "names a person or a message"),
            ("Fay: rename {\"name\":7}", "missing, unknown or of another type"),
            ("> dances {\"seat\":\"Fay\"}", "`dances`"),
            ("> offered {\"saet\":\"Fay\"}", "saet"),
            ("> hosts: muted; {}", "fact"),
            ("= Fay dances", "unknown"),
            ("= room.turn is", "unknown"),
        ] {
            let error = story(&format!("circle \"a\"\n{line}")).unwrap_err();
            assert!(error.starts_with("story.md:4") && error.contains(why), "{error}");
        }
        for line in
            ["Fay joins", "circle \"a\" {\"order\":\"sideways\"}", "circle \"a\" {\"ordre\":1}"]
        {
            let error = story(line).unwrap_err();
            assert!(error.starts_with("story.md:3"), "{error}");
        }
    }

    #[test]
    fn every_transcript_in_the_repository_parses() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/scenarios");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".md") && name != "README.md" {
                parse(&name, &std::fs::read_to_string(&path).unwrap()).unwrap();
                count += 1;
            }
        }
        assert!(count > 20);
    }
}

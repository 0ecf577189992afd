//! Compares the frames that followed a step with those expected.

use super::frame_log::{Frames, LogPosition, LoggedFrame};
use super::names::Names;
use super::script::{Audience, Expect, ExpectedFact};
use serde_json::Value;

/// The result of a comparison.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// Everything expected arrived, and nothing else.
    All,
    /// Something may still arrive.
    NotYet(String),
    /// Something else arrived: the line of the expectation, and the reason.
    Else(usize, String),
}

/// Compares the frames since `mark` with those expected of a step.
pub(super) fn followed(
    names: Names<'_>,
    mark: &LogPosition,
    expects: &[(usize, Expect)],
) -> Followed {
    let mut audiences: Vec<&Audience> = Vec::new();
    for (_, expect) in expects {
        let audience = match expect {
            Expect::Frame(audience, _) => audience,
            Expect::AnyFrames | Expect::Nothing => &Audience::Room,
            Expect::Closes { .. } | Expect::Holds(_) => continue,
        };
        if !audiences.contains(&audience) {
            audiences.push(audience);
        }
    }
    for audience in audiences {
        match to_audience(names, mark, expects, audience) {
            Followed::All => {}
            other => return other,
        }
    }
    Followed::All
}

fn to_audience(
    names: Names<'_>,
    mark: &LogPosition,
    expects: &[(usize, Expect)],
    audience: &Audience,
) -> Followed {
    let none = Frames::new();
    let log = names.log;
    let (frames, since) = match audience {
        Audience::Room => (&log.room, mark.room),
        Audience::Hosts => (&log.hosts, mark.hosts),
        Audience::Alone(who) => match names.seat(who) {
            Ok(seat) => {
                (log.own.get(&seat).unwrap_or(&none), mark.own.get(&seat).copied().unwrap_or(0))
            }
            Err(why) => return Followed::NotYet(why),
        },
    };
    let came: Vec<&LoggedFrame> = frames.range(since + 1..).map(|(_, frame)| frame).collect();
    // Patches without facts show up in the view, so they need not be named.
    let mut telling = came.iter().copied().filter(|frame| !frame.facts.is_empty());
    let (mut last_line, mut anything) = (0, false);
    for (line, expect) in expects {
        let expected = match expect {
            Expect::Frame(to, facts) if to == audience => facts,
            Expect::AnyFrames if *audience == Audience::Room => {
                anything = true;
                continue;
            }
            Expect::Nothing if *audience == Audience::Room => {
                return match came.first() {
                    None => Followed::All,
                    Some(frame) => {
                        let patch = frame.patch.as_ref().map_or_else(String::new, Value::to_string);
                        Followed::Else(
                            *line,
                            format!("a frame came: `{}` {patch}", told(names, frame)),
                        )
                    }
                };
            }
            _ => continue,
        };
        last_line = *line;
        loop {
            let Some(frame) = telling.next() else {
                return Followed::NotYet(format!("line {line}: it did not come"));
            };
            match facts_fit(names, expected, &frame.facts) {
                Ok(()) => break,
                Err(_) if anything => {}
                Err(why) => {
                    let all: Vec<_> = came.iter().map(|frame| told(names, frame)).collect();
                    let all = all.join("\n  > ");
                    return Followed::Else(*line, format!("{why}; these came:\n  > {all}"));
                }
            }
        }
        anything = false;
    }
    match telling.next() {
        Some(frame) if !anything => {
            Followed::Else(last_line, format!("one more frame came: `{}`", told(names, frame)))
        }
        _ => Followed::All,
    }
}

/// Checks that a frame's facts are those expected, in order.
fn facts_fit(names: Names<'_>, expected: &[ExpectedFact], facts: &[Value]) -> Result<(), String> {
    let mut facts = facts.iter();
    let mut anything = false;
    for expected in expected {
        let ExpectedFact::Fact { name, fields } = expected else {
            anything = true;
            continue;
        };
        loop {
            let fact = facts.next().ok_or_else(|| format!("`{name}` is not in the frame"))?;
            let fits = match fact.get(name) {
                Some(found) => names.fits(name, fields, found, false),
                None => Err(format!("found `{}` instead of `{name}`", names.written(fact))),
            };
            match fits {
                Ok(()) => break,
                Err(_) if anything => {}
                Err(why) => return Err(why),
            }
        }
        anything = false;
    }
    match facts.next() {
        Some(fact) if !anything => Err(format!("the frame has `{}` too", names.written(fact))),
        _ => Ok(()),
    }
}

fn told(names: Names<'_>, frame: &LoggedFrame) -> String {
    let facts: Vec<_> = frame.facts.iter().map(|fact| names.written(fact)).collect();
    if facts.is_empty() { "(no facts)".to_owned() } else { facts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::super::frame_log::FrameLog;
    use super::super::parse::parse;
    use super::*;
    use hearth_protocol::SeatNo;
    use serde_json::json;

    fn compare(frames: &[Value], expected: &str) -> Followed {
        let mut log = FrameLog::default();
        for frame in frames {
            log.add(SeatNo(2), &serde_json::from_value(frame.clone()).unwrap()).unwrap();
        }
        let seats = [("Ana".to_owned(), SeatNo(2)), ("Ben".to_owned(), SeatNo(3))].into();
        let story = parse("story.md", &format!("```\ncircle \"a\"\n{expected}\n```")).unwrap();
        let names = Names { seats: &seats, log: &log };
        followed(names, &LogPosition::default(), &story.steps[0].expects)
    }

    #[test]
    fn a_line_names_all_facts_of_one_frame() {
        let frames = [
            json!({"room": 1, "at": 1, "facts": [
                {"turn_ended": {"seat": 2, "how": "finished"}}, {"offered": {"seat": 3, "by": 2}},
            ]}),
            json!({"room": 2, "at": 2, "patch": {"queue": {"complete": true}}}),
            json!({"own": 1, "at": 1, "facts": [{"you_were_muted": {}}]}),
        ];
        for expected in [
            r#"> turn_ended {"seat":"Ana"}; offered {"seat":"Ben","by":"Ana"}"#,
            r#"> …; offered {"seat":"Ben"}"#,
            r#"> turn_ended {"how":"finished"}; …"#,
            "> …",
            "> Ana alone: you_were_muted",
            "",
        ] {
            assert_eq!(compare(&frames, expected), Followed::All, "{expected}");
        }
        for expected in [
            r#"> turn_ended {"seat":"Ana"}"#,
            "> turn_ended\n> offered",
            r#"> turn_ended {"seat":"Ben"}; offered"#,
            r#"> offered; turn_ended"#,
            "> nothing",
        ] {
            let found = compare(&frames, expected);
            assert!(matches!(found, Followed::Else(..)), "{expected}: {found:?}");
        }
        let found = compare(&frames, "> …\n> resumed");
        assert!(matches!(found, Followed::NotYet(_)), "{found:?}");
    }

    #[test]
    fn a_fact_names_a_message_by_its_words_or_fields() {
        let id = "0190a5e0-0000-4000-8000-000000000001";
        let frames = [json!({
            "room": 1, "at": 1, "facts": [{"said": {"message": 1}}],
            "messages": {"1": {"seat": 2, "kind": "share", "round": 1, "at": 1, "text": id,
                "taken_back": false, "hidden": false, "gestures": {}}},
            "texts": {id: {"plain": "I am here"}},
        })];
        for expected in [
            r#"> said {"message":"I am here"}"#,
            r#"> said {"message":{"seat":"Ana","kind":"share","text":"I am here"}}"#,
        ] {
            assert_eq!(compare(&frames, expected), Followed::All, "{expected}");
        }
        for expected in [r#"> said {"message":"No"}"#, r#"> said {"message":{"kind":"floor"}}"#] {
            assert!(matches!(compare(&frames, expected), Followed::Else(..)), "{expected}");
        }
    }
}

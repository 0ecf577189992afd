//! Texts that are empty, too long, or contain characters that cannot be displayed.

use super::Attacked;
use hearth_protocol::frame::Outcome;
use hearth_protocol::limits::{NAME_CHARS_MAX, PROMPT_CHARS_MAX, SHARE_CHARS_MAX};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::policy::TextKind;
use hearth_protocol::presence::PresenceCommand;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{Command, RefusalCode, Text};
use hearth_tests::members::{Member, command};
use hearth_tests::server::TestServer;
use serde_json::json;

/// Commands whose text a facilitator in a new room isn't allowed to send yet.
const NOT_IN_A_NEW_ROOM: &[&str] = &["share", "set_prompt"];

/// Returns every command that has a text and may be sent in a new room, with `text` in it, and the
/// maximum length of its kind of text.
fn commands(sender: &Member, text: &Text) -> Vec<(usize, Command)> {
    let samples = Command::samples().into_iter();
    let carrying = samples.filter(|command| !NOT_IN_A_NEW_ROOM.contains(&command.name()));
    let commands = carrying.filter_map(|sample| {
        let max = match sample.policy().text? {
            TextKind::Name => NAME_CHARS_MAX,
            TextKind::Prompt => PROMPT_CHARS_MAX,
            TextKind::Message => SHARE_CHARS_MAX,
        };
        let name = sample.name();
        let mut fields = json!(sample)[name].clone();
        for (field, value) in fields.as_object_mut()? {
            match field.as_str() {
                "turn_id" => *value = json!(sender.turn_id()),
                // The sample names a seat that isn't taken.
                "start" => *value = json!("facilitator"),
                "seat" => *value = json!(2),
                _ if value.get("plain").is_some() => *value = json!(text),
                _ => {}
            }
        }
        Some((max, command(name, &fields)))
    });
    commands.collect()
}

#[tokio::test]
async fn empty_texts_long_texts_and_control_characters_are_refused_with_the_reason() {
    let mut room = Attacked::open(TestServer::with_system_clock(|_| {})).await;
    let texts = |max: usize| {
        [
            (Text::plain(""), RefusalCode::Empty),
            (Text::plain(" \t\n"), RefusalCode::Empty),
            (Text::plain("\u{200b}"), RefusalCode::Empty),
            (Text::Sealed("d29yZHM".into()), RefusalCode::BadText),
            (Text::plain("a\n".repeat(101) + "a"), RefusalCode::TooLong),
            (Text::plain("\u{1f331}".repeat(max + 1)), RefusalCode::TooLong),
            (Text::plain("a\u{7}b"), RefusalCode::BadText),
            (Text::plain("a\0b"), RefusalCode::BadText),
        ]
    };
    let all = commands(&room.fay, &Text::plain("x"));
    assert!(all.len() >= 5, "say, announce, rename, pause and open_round at least");
    for (max, sample) in all {
        for (text, code) in texts(max) {
            let commands = commands(&room.fay, &text).into_iter();
            let mut same = commands.filter(|(_, command)| command.name() == sample.name());
            let (_, command) = same.next().unwrap();
            room.fay.is_refused(command, code).await;
        }
    }
    room.is_unharmed().await;
}

#[tokio::test]
async fn texts_of_one_and_of_the_most_characters_are_kept_whole() {
    let room = Attacked::open(TestServer::with_system_clock(|_| {})).await;
    for text in ["x".to_owned(), "\u{1f331}".repeat(SHARE_CHARS_MAX)] {
        room.fay.says(&text).await;
        room.ana.sees(&text).await;
    }
    let name = Text::plain("\u{1f331}".repeat(NAME_CHARS_MAX));
    room.ana.does(PresenceCommand::Rename { name: name.clone() }).await;
    let view = room.ana.client.view();
    assert_eq!(view.name_of(view.seat()), Some(&name));
}

#[tokio::test]
async fn the_holders_words_have_the_same_limits() {
    let room = Attacked::open(TestServer::with_system_clock(|_| {})).await;
    room.fay.does(command("open_round", &json!({}))).await;
    room.fay.does(TurnCommand::Take { turn_id: room.fay.turn_id() }).await;
    let share =
        |text: &str| MessageCommand::Share { turn_id: room.fay.turn_id(), text: Text::plain(text) };
    for (text, code) in [
        ("", RefusalCode::Empty),
        (&"x".repeat(SHARE_CHARS_MAX + 1), RefusalCode::TooLong),
        ("\u{0}", RefusalCode::BadText),
    ] {
        room.fay.is_refused(share(text), code).await;
    }
    let lines = share("one\n\ttwo\r\nthree");
    assert!(matches!(room.fay.asks(lines).await, Outcome::Ok(_)));
}

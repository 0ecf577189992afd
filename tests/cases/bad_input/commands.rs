//! Frames that are no commands, and commands that name what there is not.

use super::{Scene, hello_text, refusal};
use hearth_protocol::limits::{DEPTH_MAX, MUTE_MS_MAX, SLOW_MS_MAX};
use hearth_protocol::{CloseCode, Command, RefusalCode, SeatNo, Text, WordsId};
use hearth_tests::house::House;
use hearth_tests::raw::Got;
use serde_json::{Value, json};
use uuid::Uuid;

const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

fn house() -> House {
    House::with_system_clock(|_| {})
}

fn no_commands() -> Vec<(String, &'static str)> {
    let deep = DEPTH_MAX + 1;
    let nested = format!(
        r#"{{"id":"{ID}","share":{{"move":1,"text":{}1{}}}}}"#,
        "[".repeat(deep),
        "]".repeat(deep)
    );
    vec![
        (String::new(), "malformed"),
        ("{".to_owned(), "malformed"),
        ("null".to_owned(), "malformed"),
        ("[]".to_owned(), "malformed"),
        (format!(r#"{{"id":"{ID}","raise":{{}}}} trailing"#), "malformed"),
        (r#"{"raise":{}}"#.to_owned(), "malformed"),
        (r#"{"id":"not an id","raise":{}}"#.to_owned(), "malformed"),
        (r#"{"id":7,"raise":{}}"#.to_owned(), "malformed"),
        (format!(r#"{{"id":"{ID}"}}"#), "unknown_command"),
        (format!(r#"{{"id":"{ID}","sing":{{}}}}"#), "unknown_command"),
        (format!(r#"{{"id":"{ID}","__proto__":{{}}}}"#), "unknown_command"),
        (format!(r#"{{"id":"{ID}","raise":{{}},"lower":{{}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"move":-1}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"move":1.5}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"move":"1"}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","take":{{"move":1e400}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","mute":{{"seat":65536}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","stance":{{"stance":"dancing"}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","share":{{"move":1,"text":"bare"}}}}"#), "malformed"),
        (format!(r#"{{"id":"{ID}","share":{{"move":1,"text":{{"loud":"x"}}}}}}"#), "malformed"),
        (nested, "malformed"),
    ]
}

#[tokio::test]
async fn what_is_no_command_is_refused_and_the_line_goes_on() {
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    for (text, code) in no_commands() {
        stranger.text(&text).await.unwrap();
        assert_eq!(refusal(&stranger.next().await).as_deref(), Some(code), "{text}");
        // One good command between them: nobody is shown the door for a slip.
        stranger.text(&format!(r#"{{"id":"{}","lower":{{}}}}"#, Uuid::new_v4())).await.unwrap();
        assert_eq!(refusal(&stranger.next().await).as_deref(), Some("no_round"), "{text}");
    }
    scene.is_unharmed().await;
}

#[tokio::test]
async fn a_second_hello_is_no_command() {
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    stranger.text(&hello_text(scene.hello("Stranger", 9))).await.unwrap();
    assert_eq!(refusal(&stranger.next().await).as_deref(), Some("malformed"));
    scene.is_unharmed().await;
}

#[tokio::test]
async fn who_sends_nothing_but_nonsense_is_shown_the_door() {
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    for _ in 0..50 {
        if stranger.text("nonsense").await.is_err() {
            break;
        }
    }
    let (texts, end) = stranger.until_closed().await;
    assert_eq!(end, Got::Close(Some(CloseCode::BadFrame.code())));
    assert!(texts.len() < 50);
    scene.is_unharmed().await;
}

fn command(body: Value) -> Command {
    serde_json::from_value(body).unwrap()
}

#[tokio::test]
async fn seats_words_and_numbers_that_there_are_not_are_refused_by_name() {
    let mut scene = Scene::set(house()).await;
    let nobody = [SeatNo(0), SeatNo(77), SeatNo(u16::MAX)];
    for seat in nobody {
        for command in [
            Command::Mute { seat, for_ms: None },
            Command::Unmute { seat },
            Command::Remove { seat },
            Command::Restore { seat },
            Command::SetRole { seat, role: hearth_protocol::Role::Moderator },
        ] {
            scene.fay.is_refused(command, RefusalCode::NoSuchSeat).await;
        }
    }
    let ana = scene.ana.client.seat();
    let said = WordsId(Uuid::from_u128(1));
    let round = |field: &str, value: Value| command(json!({ "open_round": { field: value } }));
    for (asked, code) in [
        (Command::Mute { seat: ana, for_ms: Some(0) }, RefusalCode::OutOfRange),
        (Command::Mute { seat: ana, for_ms: Some(MUTE_MS_MAX + 1) }, RefusalCode::OutOfRange),
        (Command::Mute { seat: ana, for_ms: Some(u64::MAX) }, RefusalCode::OutOfRange),
        (round("limit", json!({ "ms": 0 })), RefusalCode::OutOfRange),
        (round("limit", json!({ "ms": u64::MAX })), RefusalCode::OutOfRange),
        (round("slow_ms", json!(SLOW_MS_MAX + 1)), RefusalCode::OutOfRange),
        (round("start", json!({ "seat": 77 })), RefusalCode::NoSuchSeat),
        (Command::TakeBack { said }, RefusalCode::NoSuchWords),
        (Command::Page { before: said }, RefusalCode::NoSuchWords),
        (Command::Skip { r#move: u64::MAX }, RefusalCode::StaleMove),
        (
            command(json!({ "gesture": { "said": said, "kind": "heard", "on": true } })),
            RefusalCode::NoSuchWords,
        ),
    ] {
        scene.fay.is_refused(asked, code).await;
    }
    scene.is_unharmed().await;
}

#[tokio::test]
async fn a_refusal_says_nothing_of_what_was_sent() {
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    let secret = "my-very-own-words";
    for text in [
        format!(r#"{{"id":"{ID}","{secret}":{{}}}}"#),
        format!(r#"{{"id":"{ID}","share":{{"move":0,"text":{{"plain":"{secret}"}}}}}}"#),
        format!(r#"{{"id":"{ID}","share":{{"move":"{secret}"}}}}"#),
        secret.to_owned(),
    ] {
        stranger.text(&text).await.unwrap();
        let Got::Text(answer) = stranger.next().await else { panic!("no answer to {text}") };
        assert!(answer.contains("refused") && !answer.contains(secret), "{answer}");
    }
    let share = Command::Share { r#move: 0, text: Text::plain(secret) };
    scene.ana.is_refused(share, RefusalCode::NotYourTurn).await;
    scene.is_unharmed().await;
}

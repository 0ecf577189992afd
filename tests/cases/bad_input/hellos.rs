//! First frames that are no hello, or do not open the door.

use super::{Scene, hello_text, refusal};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::{EntryKey, SeatKey};
use hearth_protocol::limits::NAME_CHARS_MAX;
use hearth_protocol::{CircleId, CloseCode, Hello, Text};
use hearth_tests::house::House;
use hearth_tests::raw::{Got, frame};
use std::time::Duration;
use uuid::Uuid;

fn house() -> House {
    House::with_system_clock(|config| config.limits.hello_ms = 400)
}

async fn first_frame(scene: &Scene, bytes: &[u8]) -> (Vec<String>, Got) {
    let mut line = scene.line().await;
    line.write(bytes).await.unwrap();
    line.until_closed().await
}

#[tokio::test]
async fn a_first_frame_that_is_no_hello_ends_the_line() {
    let mut scene = Scene::set(house()).await;
    let command = r#"{"id":"0190a5e0-0000-7000-8000-000000000001","raise":{}}"#;
    let nested = format!(r#"{{"hello":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let no_circle = r#"{"hello":{"seat_key":"AAAA"}}"#;
    for text in [command, "{", "", "[]", r#"{"hello":7}"#, &nested, no_circle, r#"{"writing":{}}"#]
    {
        let (_, end) = first_frame(&scene, &frame(1, text.as_bytes())).await;
        assert_eq!(end, Got::Close(Some(CloseCode::BadFrame.code())), "{text:.60}");
    }
    let (_, end) = first_frame(&scene, &frame(2, b"\0\0")).await;
    assert_eq!(end, Got::Close(Some(1003)));
    scene.is_unharmed().await;
}

#[tokio::test]
async fn who_says_no_hello_in_time_is_shown_the_door() {
    let mut scene = Scene::set(house()).await;
    let mut line = scene.line().await;
    // Half a hello is none.
    line.write(&frame(1, b"{\"hello\":{}}")[..5]).await.unwrap();
    let (_, end) = line.until_closed().await;
    assert_eq!(end, Got::Close(Some(CloseCode::NoHello.code())));
    scene.is_unharmed().await;
}

#[tokio::test]
async fn pings_are_no_hello_either() {
    let scene = Scene::set(house()).await;
    let mut line = scene.line().await;
    let pinging = async {
        while line.frame(9, b"").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    // The line ends though it is never quiet.
    tokio::time::timeout(Duration::from_secs(10), pinging).await.expect("the line ends");
}

async fn is_not_let_in(scene: &Scene, hello: Hello, code: CloseCode, why: Option<&str>) {
    let (texts, end) = first_frame(scene, &frame(1, hello_text(hello).as_bytes())).await;
    assert_eq!(end, Got::Close(Some(code.code())), "{texts:?}");
    let refused = texts.first().and_then(|text| refusal(&Got::Text(text.clone())));
    assert_eq!(refused.as_deref(), why);
}

#[tokio::test]
async fn wrong_and_missing_keys_open_nothing() {
    let mut scene = Scene::set(house()).await;
    let good = scene.hello("Mallory", 9);
    let keeper = scene.links.link(LinkRole::Keeper).secret().entry_key();
    let of_another = hearth_tests::company::circle(&scene.house, Default::default()).await;
    let of_another = of_another.link(LinkRole::Facilitator).secret().entry_key();
    let secret = *scene.links.link(LinkRole::Facilitator).secret().as_bytes();
    for entry_key in [
        None,
        Some(EntryKey::from_bytes([0; 32])),
        Some(keeper),
        Some(of_another),
        // The secret itself is not the key that follows from it.
        Some(EntryKey::from_bytes(secret)),
    ] {
        let hello = Hello { entry_key, ..good.clone() };
        is_not_let_in(&scene, hello, CloseCode::NotAdmitted, None).await;
    }
    let nameless = Hello { name: None, ..good.clone() };
    is_not_let_in(&scene, nameless, CloseCode::NotAdmitted, None).await;
    let nowhere = Hello { circle: CircleId(Uuid::from_u128(1)), ..good };
    is_not_let_in(&scene, nowhere, CloseCode::NoCircle, None).await;
    scene.is_unharmed().await;
}

#[tokio::test]
async fn somebodys_seat_is_not_had_without_its_key() {
    let mut scene = Scene::set(house()).await;
    // A stranger who names another seat key gets a seat of their own, and *it wasn't me* needs the
    // key that the seat has.
    let hello = Hello {
        new_seat_key: Some(SeatKey::from_bytes([8; 32])),
        entry_key: None,
        ..scene.hello("Ana", 7)
    };
    is_not_let_in(&scene, hello, CloseCode::NotAdmitted, None).await;
    scene.is_unharmed().await;
}

#[tokio::test]
async fn names_that_cannot_be_shown_are_refused_with_the_reason() {
    let mut scene = Scene::set(house()).await;
    for (name, why) in [
        (String::new(), "empty"),
        (" \u{3000}".to_owned(), "empty"),
        ("x".repeat(NAME_CHARS_MAX + 1), "too_long"),
        ("Ana\nadmin".to_owned(), "bad_text"),
        ("Ana\u{202e}nimda".to_owned(), "bad_text"),
        ("Ana\0".to_owned(), "bad_text"),
    ] {
        let hello = Hello { name: Some(Text::plain(name)), ..scene.hello("", 9) };
        is_not_let_in(&scene, hello, CloseCode::BadFrame, Some(why)).await;
    }
    scene.is_unharmed().await;
}

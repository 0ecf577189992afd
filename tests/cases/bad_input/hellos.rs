//! First frames that are not a hello, or that are not admitted.

use super::{Attacked, hello_text, refusal};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::{EntryKey, SeatKey};
use hearth_protocol::limits::NAME_CHARS_MAX;
use hearth_protocol::{CircleId, CloseCode, Hello, Text};
use hearth_tests::raw::{Got, frame};
use hearth_tests::server::TestServer;
use std::time::Duration;
use uuid::Uuid;

fn server() -> TestServer {
    TestServer::with_system_clock(|config| config.limits.hello_ms = 400)
}

async fn first_frame(room: &Attacked, bytes: &[u8]) -> (Vec<String>, Got) {
    let mut websocket = room.websocket().await;
    websocket.write(bytes).await.unwrap();
    websocket.until_closed().await
}

#[tokio::test]
async fn a_first_frame_that_is_not_a_hello_ends_the_connection() {
    let mut room = Attacked::open(server()).await;
    let command = r#"{"id":"0190a5e0-0000-7000-8000-000000000001","raise":{}}"#;
    let nested = format!(r#"{{"hello":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let no_circle = r#"{"hello":{"seat_key":"AAAA"}}"#;
    for text in [command, "{", "", "[]", r#"{"hello":7}"#, &nested, no_circle, r#"{"writing":{}}"#]
    {
        let (_, end) = first_frame(&room, &frame(1, text.as_bytes())).await;
        assert_eq!(end, Got::Close(Some(CloseCode::BadFrame.code())), "{text:.60}");
    }
    let (_, end) = first_frame(&room, &frame(2, b"\0\0")).await;
    assert_eq!(end, Got::Close(Some(1003)));
    room.is_unharmed().await;
}

#[tokio::test]
async fn without_a_hello_in_time_the_connection_is_closed() {
    let mut room = Attacked::open(server()).await;
    let mut websocket = room.websocket().await;
    // Half a hello.
    websocket.write(&frame(1, b"{\"hello\":{}}")[..5]).await.unwrap();
    let (_, end) = websocket.until_closed().await;
    assert_eq!(end, Got::Close(Some(CloseCode::NoHello.code())));
    room.is_unharmed().await;
}

#[tokio::test]
async fn pings_do_not_replace_a_hello() {
    let room = Attacked::open(server()).await;
    let mut websocket = room.websocket().await;
    let pinging = async {
        while websocket.frame(9, b"").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    // The connection ends although it is never idle.
    tokio::time::timeout(Duration::from_secs(10), pinging).await.expect("the connection ends");
}

async fn is_not_admitted(room: &Attacked, hello: Hello, code: CloseCode, why: Option<&str>) {
    let (texts, end) = first_frame(room, &frame(1, hello_text(hello).as_bytes())).await;
    assert_eq!(end, Got::Close(Some(code.code())), "{texts:?}");
    let refused = texts.first().and_then(|text| refusal(&Got::Text(text.clone())));
    assert_eq!(refused.as_deref(), why);
}

#[tokio::test]
async fn wrong_and_missing_keys_open_nothing() {
    let mut room = Attacked::open(server()).await;
    let good = room.hello("Mallory", 9);
    let keeper = room.links.link(LinkRole::Keeper).secret().entry_key();
    let of_another = hearth_tests::members::circle(&room.server, Default::default()).await;
    let of_another = of_another.link(LinkRole::Facilitator).secret().entry_key();
    let secret = *room.links.link(LinkRole::Facilitator).secret().as_bytes();
    for entry_key in [
        None,
        Some(EntryKey::from_bytes([0; 32])),
        Some(keeper),
        Some(of_another),
        // The secret itself is not the key derived from it.
        Some(EntryKey::from_bytes(secret)),
    ] {
        let hello = Hello { entry_key, ..good.clone() };
        is_not_admitted(&room, hello, CloseCode::NotAdmitted, None).await;
    }
    let nameless = Hello { name: None, ..good.clone() };
    is_not_admitted(&room, nameless, CloseCode::NotAdmitted, None).await;
    let nowhere = Hello { circle: CircleId(Uuid::from_u128(1)), ..good };
    is_not_admitted(&room, nowhere, CloseCode::NotAdmitted, None).await;
    room.is_unharmed().await;
}

#[tokio::test]
async fn nobody_gets_a_seat_without_its_key() {
    let mut room = Attacked::open(server()).await;
    // A stranger with another seat key gets their own seat. *It wasn't me* needs the seat's current
    // key.
    let hello = Hello {
        new_seat_key: Some(SeatKey::from_bytes([8; 32])),
        entry_key: None,
        ..room.hello("Ana", 7)
    };
    is_not_admitted(&room, hello, CloseCode::NotAdmitted, None).await;
    room.is_unharmed().await;
}

#[tokio::test]
async fn names_that_cannot_be_displayed_are_refused_with_the_reason() {
    let mut room = Attacked::open(server()).await;
    for (name, why) in [
        (String::new(), "empty"),
        (" \u{3000}".to_owned(), "empty"),
        ("x".repeat(NAME_CHARS_MAX + 1), "too_long"),
        ("Ana\nadmin".to_owned(), "bad_text"),
        ("Ana\u{202e}nimda".to_owned(), "bad_text"),
        ("Ana\0".to_owned(), "bad_text"),
    ] {
        let hello = Hello { name: Some(Text::plain(name)), ..room.hello("", 9) };
        is_not_admitted(&room, hello, CloseCode::BadFrame, Some(why)).await;
    }
    room.is_unharmed().await;
}

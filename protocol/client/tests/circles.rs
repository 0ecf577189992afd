//! Circles over HTTP, against a scripted server.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a broken assumption fails the test"
)]

mod fake;

use fake::Fake;
use hearth_client::{
    CircleOptions, Error, delete_circle, look_at_door, make_circle, set_next_session,
};
use hearth_protocol::api::{Door, LinkRole, NewCircle};
use hearth_protocol::{CircleId, Settings, Text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Reads one request: its head, and the body that it announces.
async fn request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if bytes.len() >= end + 4 + length {
                return (head, bytes[end + 4..].to_vec());
            }
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the request broke off");
    }
}

async fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn a_made_circle_has_a_link_for_each_role_and_the_server_learns_no_secret() {
    let fake = Fake::start().await;
    let origin = fake.link.origin().clone();
    let new = CircleOptions {
        operator_key: Some("operator".to_owned()),
        ..CircleOptions::titled("Tuesday")
    };
    let making = tokio::spawn(async move { make_circle(&origin, new).await });
    let mut stream = fake.raw().await;
    let (head, body) = request(&mut stream).await;
    let circle = Uuid::from_u128(5);
    answer(&mut stream, "201 Created", &format!(r#"{{"circle":"{circle}"}}"#)).await;
    let links = making.await.unwrap().unwrap();

    assert!(head.starts_with("post /api/circles http/1.1"), "{head}");
    assert!(head.contains("authorization: hearth operator"));
    let new: NewCircle = serde_json::from_slice(&body).unwrap();
    assert_eq!(new.title, Text::plain("Tuesday"));
    assert_eq!(links.circle(), CircleId(circle));
    let body = String::from_utf8(body).unwrap();
    for entry in &new.entries {
        let secret = *links.link(entry.role).secret();
        assert_eq!(entry.entry_hash, secret.entry_key().hash());
        assert!(!body.contains(&secret.encode()));
    }
    assert_eq!(new.entries.len(), LinkRole::ALL.len());
    for entry in &new.entries {
        let hosts = matches!(entry.role, LinkRole::Keeper | LinkRole::Facilitator);
        assert_eq!(entry.locker.is_empty(), !hosts, "{entry:?}");
    }
}

#[tokio::test]
async fn a_refusal_says_what_happened_and_what_to_do() {
    let fake = Fake::start().await;
    let origin = fake.link.origin().clone();
    let making =
        tokio::spawn(async move { make_circle(&origin, CircleOptions::titled("x")).await });
    let mut stream = fake.raw().await;
    request(&mut stream).await;
    let problem = r#"{"type":"about:blank","title":"Forbidden","status":403,
        "detail":"Ask the operator.","code":"not_allowed"}"#;
    answer(&mut stream, "403 Forbidden", problem).await;
    let error = making.await.unwrap().unwrap_err();
    assert!(
        matches!(&error, Error::Http { status: 403, code, .. } if code == "not_allowed"),
        "{error}"
    );
    assert!(error.to_string().contains("Ask the operator."));
}

#[tokio::test]
async fn a_circle_is_read_with_the_entry_key_and_never_the_secret() {
    let fake = Fake::start().await;
    let link = fake.link.clone();
    let looking = tokio::spawn(async move { look_at_door(&link).await });
    let mut stream = fake.raw().await;
    let (head, _) = request(&mut stream).await;
    let door = Door {
        circle: fake.link.circle(),
        role: LinkRole::Participant,
        title: Text::plain("Tuesday"),
        agreements: None,
        held_by: None,
        lasts_ms: None,
        next_at: None,
        now: 1_795_219_200_000,
        settings: Settings::default(),
        locker: String::new(),
        session: None,
    };
    answer(&mut stream, "200 OK", &serde_json::to_string(&door).unwrap()).await;
    assert_eq!(looking.await.unwrap().unwrap(), door);
    let secret = fake.link.secret();
    assert!(head.contains(&secret.entry_key().encode().to_lowercase()));
    assert!(!head.contains(&secret.encode().to_lowercase()));
}

#[tokio::test]
async fn the_hour_of_a_next_session_is_set_with_the_entry_key_and_cleared_by_an_empty_body() {
    let fake = Fake::start().await;
    for (at, sent) in [(Some(7), r#"{"at":7}"#), (None, "{}")] {
        let link = fake.link.clone();
        let setting = tokio::spawn(async move { set_next_session(&link, at).await });
        let mut stream = fake.raw().await;
        let (head, body) = request(&mut stream).await;
        answer(&mut stream, "200 OK", sent).await;
        assert_eq!(setting.await.unwrap().unwrap().at, at);
        let path = format!("put /api/circles/{}/next_session http/1.1", fake.link.circle());
        assert!(head.starts_with(&path), "{head}");
        assert!(head.contains(&fake.link.secret().entry_key().encode().to_lowercase()));
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body.to_string(), sent);
    }
}

#[tokio::test]
async fn a_circle_is_deleted_with_the_entry_key_of_its_keeper() {
    let fake = Fake::start().await;
    let link = fake.link.clone();
    let deleting = tokio::spawn(async move { delete_circle(&link).await });
    let mut stream = fake.raw().await;
    let (head, _) = request(&mut stream).await;
    stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    deleting.await.unwrap().unwrap();
    let path = format!("delete /api/circles/{} http/1.1", fake.link.circle());
    assert!(head.starts_with(&path), "{head}");
    assert!(head.contains(&fake.link.secret().entry_key().encode().to_lowercase()));
}

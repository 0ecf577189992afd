//! HTTP requests that are rejected before a WebSocket opens, and requests that never end.

use super::Attacked;
use hearth_client::WS_PATH;
use hearth_protocol::limits::BODY_BYTES_MAX;
use hearth_tests::raw::Raw;
use hearth_tests::server::TestServer;
use std::time::{Duration, Instant};

fn server() -> TestServer {
    TestServer::with_system_clock(|config| {
        config.limits.headers_ms = 500;
        config.limits.body_ms = 500;
    })
}

async fn status(room: &Attacked, request: &str) -> String {
    let mut raw = Raw::connect(room.server.address()).await;
    // The server may close before it has read all of a request that is too long.
    let _written = raw.write(request.as_bytes()).await;
    let head = raw.head().await;
    head.get(9..12).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_rejected() {
    let mut room = Attacked::open(server()).await;
    let address = room.server.address();
    let own = format!("http://{address}");
    let other_port = format!("http://{}:1", address.ip());
    for (headers, expected) in [
        (vec![("host", "circle.example")], "421"),
        (vec![("host", "127.0.0.1.circle.example")], "421"),
        (vec![("host", "")], "421"),
        (vec![("origin", "https://circle.example")], "403"),
        (vec![("origin", "null")], "403"),
        (vec![("origin", other_port.as_str())], "403"),
        (vec![("origin", own.as_str())], "101"),
        (vec![], "101"),
    ] {
        let request = Raw::upgrade(address, WS_PATH, &headers);
        assert_eq!(status(&room, &request).await, expected, "{headers:?}");
    }
    room.is_unharmed().await;
}

#[tokio::test]
async fn requests_that_are_not_a_handshake_get_the_right_status() {
    let mut room = Attacked::open(server()).await;
    let address = room.server.address();
    for (headers, expected) in [
        (vec![("sec-websocket-protocol", "")], "400"),
        (vec![("sec-websocket-protocol", "chat")], "400"),
        (vec![("sec-websocket-key", "short")], "400"),
        (vec![("sec-websocket-version", "12")], "426"),
        (vec![("upgrade", "")], "426"),
    ] {
        let request = Raw::upgrade(address, WS_PATH, &headers);
        assert_eq!(status(&room, &request).await, expected, "{headers:?}");
    }
    let post = Raw::upgrade(address, WS_PATH, &[]).replacen("GET", "POST", 1);
    assert_eq!(status(&room, &post).await, "405");
    room.is_unharmed().await;
}

#[tokio::test]
async fn headers_that_are_too_long_or_too_many_are_refused() {
    let mut room = Attacked::open(server()).await;
    let address = room.server.address();
    let long = "x".repeat(64 * 1024);
    let request = Raw::upgrade(address, WS_PATH, &[("x-long", &long)]);
    let answer = status(&room, &request).await;
    assert!(["431", ""].contains(&answer.as_str()), "{answer}");
    let many: String = (0..500).map(|number| format!("x-{number}: y\r\n")).collect();
    let request = format!("GET {WS_PATH} HTTP/1.1\r\nhost: {address}\r\n{many}\r\n");
    let answer = status(&room, &request).await;
    assert!(["431", "400", ""].contains(&answer.as_str()), "{answer}");
    let path = format!("GET /{long} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let answer = status(&room, &path).await;
    assert!(["414", "431", "400", ""].contains(&answer.as_str()), "{answer}");
    assert_eq!(status(&room, "nonsense\r\n\r\n").await, "400");
    room.is_unharmed().await;
}

#[tokio::test]
async fn half_open_handshakes_time_out_and_keep_nobody_out() {
    let mut room = Attacked::open(server()).await;
    let address = room.server.address();
    let mut half_open = Vec::new();
    for number in 0..200 {
        let mut raw = Raw::connect(address).await;
        let request = Raw::upgrade(address, WS_PATH, &[]);
        let part = if number % 2 == 0 { 0 } else { request.len() / 2 };
        raw.write(&request.as_bytes()[..part]).await.unwrap();
        half_open.push(raw);
    }
    let began = Instant::now();
    let mut late = room.stranger(9).await;
    assert!(late.text(r#"{"writing":{}}"#).await.is_ok());
    for raw in &mut half_open {
        let head = raw.head().await;
        assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    }
    assert!(began.elapsed() < Duration::from_secs(10));
    room.still_works().await;
}

#[tokio::test]
async fn bodies_that_do_not_describe_a_circle_create_none() {
    let mut room = Attacked::open(server()).await;
    let address = room.server.address();
    let post = |kind: &str, body: &str| {
        format!(
            "POST /api/circles HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let json = "application/json";
    let huge = format!(r#"{{"title":{{"plain":"{}"}}}}"#, "x".repeat(BODY_BYTES_MAX));
    let nested = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let no_entries = r#"{"title":{"plain":"Tuesday"},"entries":[]}"#;
    let long = format!(r#"{{"title":{{"plain":"{}"}},"entries":[]}}"#, "x".repeat(121));
    for (request, expected) in [
        (post(json, "{"), "400"),
        (post(json, "[]"), "400"),
        (post(json, &nested), "400"),
        (post(json, no_entries), "400"),
        (post(json, &long), "400"),
        (post(json, &huge), "413"),
        (post("text/plain", no_entries), "415"),
    ] {
        assert_eq!(status(&room, &request).await, expected, "{request:.120}");
    }
    let unfinished = format!(
        "POST /api/circles HTTP/1.1\r\nhost: {address}\r\ncontent-type: {json}\r\n\
                 content-length: 900\r\n\r\n{{"
    );
    let answer = status(&room, &unfinished).await;
    assert!(["408", ""].contains(&answer.as_str()), "{answer}");
    room.is_unharmed().await;
}

#[tokio::test]
async fn a_circle_shows_itself_only_to_its_keys() {
    let mut room = Attacked::open(server()).await;
    let address = room.server.address();
    let circle = room.links.circle();
    let get = |circle: &str, key: &str| {
        let key = if key.is_empty() { String::new() } else { format!("authorization: {key}\r\n") };
        format!("GET /api/circles/{circle} HTTP/1.1\r\nhost: {address}\r\n{key}\r\n")
    };
    let circle = circle.to_string();
    let wrong = format!("Hearth {}", "A".repeat(43));
    for (request, expected) in [
        (get(&circle, ""), "401"),
        (get(&circle, "Hearth short"), "401"),
        (get(&circle, "Bearer x"), "401"),
        (get(&circle, &wrong), "404"),
        (get("not-a-circle", &wrong), "404"),
        (get("0190a5e0-0000-7000-8000-000000000001", &wrong), "404"),
    ] {
        assert_eq!(status(&room, &request).await, expected, "{request}");
    }
    room.is_unharmed().await;
}

use crate::server::{Answer, LONG, Running, read_to_end, start};
use hearth_protocol::CloseCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const GOOD: [&str; 5] = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    KEY,
    "Sec-WebSocket-Protocol: hearth.v1",
];

/// Sends a handshake of these lines, and returns the socket and the head of the response.
async fn shake(running: &Running, line: &str, headers: &[&str]) -> (TcpStream, Answer) {
    let mut socket = running.connect().await;
    let host = format!("Host: {}", running.server.address());
    let lines = [&[line, host.as_str()], headers].concat().join("\r\n");
    socket.write_all(format!("{lines}\r\n\r\n").as_bytes()).await.unwrap();
    let mut head = Vec::new();
    let reading = async {
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
    };
    tokio::time::timeout(LONG, reading).await.unwrap();
    (socket, Answer::parse(&head))
}

const LINE: &str = "GET /ws HTTP/1.1";

#[tokio::test]
async fn a_handshake_is_answered_according_to_rfc_6455() {
    let running = start(|_| {}).await;
    let (socket, answer) = shake(&running, LINE, &GOOD).await;
    assert_eq!(answer.status, 101);
    assert_eq!(answer.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!(answer.header("sec-websocket-protocol"), Some("hearth.v1"));
    assert_eq!(answer.header("upgrade"), Some("websocket"));
    drop(socket);
    let mixed = [
        "upgrade: WebSocket",
        "connection: keep-alive, UPGRADE",
        "sec-websocket-version: 13",
        KEY,
        "sec-websocket-protocol: other, hearth.v1",
    ];
    assert_eq!(shake(&running, LINE, &mixed).await.1.status, 101);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_invalid_handshake_is_refused_with_a_problem() {
    let running = start(|_| {}).await;
    let swap = |from: &'static str, to: &'static str| {
        GOOD.map(|header| if header.starts_with(from) { to } else { header }).to_vec()
    };
    let plain = "X-Nothing: 1";
    let table = [
        (LINE, vec![], 426, "upgrade_needed"),
        (LINE, swap("Upgrade", plain), 426, "upgrade_needed"),
        (LINE, swap("Upgrade", "Upgrade: h2c"), 426, "upgrade_needed"),
        (LINE, swap("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"), 426, "upgrade_needed"),
        (LINE, swap("Sec-WebSocket-Version", plain), 426, "upgrade_needed"),
        (LINE, swap("Connection", "Connection: close"), 400, "bad_handshake"),
        (LINE, swap("Sec-WebSocket-Key", plain), 400, "bad_handshake"),
        (LINE, swap("Sec-WebSocket-Key", "Sec-WebSocket-Key: c2hvcnQ="), 400, "bad_handshake"),
        (LINE, swap("Sec-WebSocket-Protocol", plain), 400, "bad_handshake"),
        (
            LINE,
            swap("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: chat"),
            400,
            "bad_handshake",
        ),
        ("POST /ws HTTP/1.1", GOOD.to_vec(), 405, "wrong_method"),
        ("GET /ws HTTP/1.0", GOOD.to_vec(), 400, "bad_handshake"),
    ];
    for (line, headers, status, code) in table {
        let headers = [headers, vec!["X-Test: 1"]].concat();
        let (mut socket, answer) = shake(&running, line, &headers).await;
        assert_eq!(answer.status, status, "{line} {headers:?}");
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        socket.read_exact(&mut body).await.unwrap();
        assert_eq!(Answer { body, ..answer.clone() }.problem(), code, "{line} {headers:?}");
        if status == 426 {
            let told = answer.header("upgrade").or(answer.header("sec-websocket-version"));
            assert!(told.is_some(), "{answer:?}");
        }
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn another_site_cannot_open_a_websocket() {
    let running = start(|_| {}).await;
    let foreign = [&GOOD[..], &["Origin: https://evil.example"]].concat();
    assert_eq!(shake(&running, LINE, &foreign).await.1.status, 403);
    let own = format!("Origin: http://{}", running.server.address());
    let own = [&GOOD[..], &[own.as_str()]].concat();
    assert_eq!(shake(&running, LINE, &own).await.1.status, 101);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn one_address_has_a_limit_of_websockets_and_gets_its_slot_back() {
    let running = start(|config| config.limits.websockets_per_address_max = 1).await;
    let (first, answer) = shake(&running, LINE, &GOOD).await;
    assert_eq!(answer.status, 101);
    assert_eq!(shake(&running, LINE, &GOOD).await.1.status, 429);
    drop(first);
    let freed = async {
        while shake(&running, LINE, &GOOD).await.1.status != 101 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, freed).await.expect("the slot is released");
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_stopping_server_asks_its_clients_to_reconnect() {
    let running = start(|_| {}).await;
    let (mut socket, answer) = shake(&running, LINE, &GOOD).await;
    assert_eq!(answer.status, 101);
    let closing = tokio::spawn(async move { read_to_end(&mut socket).await });
    running.server.stop().await.unwrap();
    let last = closing.await.unwrap();
    let [kind, _, high, low, ..] = last[..] else { panic!("no close came: {last:?}") };
    assert_eq!(kind, 0x88, "the frame is a close: {last:?}");
    assert_eq!(u16::from_be_bytes([high, low]), CloseCode::Restarting.code());
}

//! Requests that start but never finish.

use crate::server::{LONG, Running, read_to_end, start};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;

async fn impatient() -> Running {
    start(|config| {
        config.limits.headers_ms = 200;
        config.limits.body_ms = 200;
    })
    .await
}

/// Sends these bytes and then nothing; returns everything until the server closes.
async fn stall(running: &Running, sent: &str) -> String {
    let mut socket = running.connect().await;
    socket.write_all(sent.as_bytes()).await.unwrap();
    String::from_utf8(read_to_end(&mut socket).await).unwrap()
}

#[tokio::test]
async fn a_connection_that_does_not_finish_its_headers_times_out() {
    let running = impatient().await;
    let begun = Instant::now();
    for sent in ["", "GET", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "] {
        stall(&running, sent).await;
    }
    assert!(begun.elapsed() >= Duration::from_millis(500), "it waited for the timeout");
    assert!(begun.elapsed() < LONG / 2);
    assert_eq!(running.get("/healthz").await.status, 200);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_drips_its_headers_times_out() {
    let running = impatient().await;
    let mut socket = running.connect().await;
    let begun = Instant::now();
    let dripping = async {
        while socket.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, dripping).await.expect("the server closes");
    assert!(begun.elapsed() < LONG / 2);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_body_that_does_not_arrive_times_out() {
    let running = impatient().await;
    let request = format!(
        "POST /api/circles HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\n\r\n{{",
        running.server.address()
    );
    let answer = stall(&running, &request).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("too_slow"), "{answer}");
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_idle_connection_between_requests_times_out() {
    let running = impatient().await;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", running.server.address());
    let answer = stall(&running, &request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn headers_beyond_their_limits_are_refused() {
    let running = impatient().await;
    let host = format!("Host: {}\r\n", running.server.address());
    let long = format!("GET /healthz HTTP/1.1\r\n{host}X-Long: {}\r\n\r\n", "x".repeat(40_000));
    let many = format!("GET /healthz HTTP/1.1\r\n{host}{}\r\n", "X-Many: 1\r\n".repeat(100));
    for request in [long, many] {
        let answer = running.raw(request.as_bytes()).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    for broken in
        ["\r\n\r\n\r\n", "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{0}\r\n\r\n"]
    {
        let answer = String::from_utf8(running.raw(broken.as_bytes()).await).unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{broken:?}: {answer}");
    }
    assert_eq!(running.get("/healthz").await.status, 200);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_page_connection_has_a_limited_lifetime() {
    let running = start(|config| {
        config.limits.page_connection_ms = 300;
        config.limits.body_ms = 200;
    })
    .await;
    let mut socket = running.connect().await;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", running.server.address());
    let asking = async {
        while socket.write_all(request.as_bytes()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    tokio::time::timeout(LONG, asking).await.expect("the server closes");
    running.server.stop().await.unwrap();
}

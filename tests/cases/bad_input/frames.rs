//! Frames that break the WebSocket protocol or the limits.

use super::Attacked;
use hearth_protocol::limits::FRAME_BYTES_MAX;
use hearth_tests::raw::{Got, frame};
use hearth_tests::server::TestServer;

const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

fn server() -> TestServer {
    TestServer::with_system_clock(|_| {})
}

/// Checks that these bytes from someone who was admitted end their connection with `code`.
async fn ends_with(bytes: &[u8], code: u16) {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    // The server may hang up before it has read everything.
    let _written = stranger.write(bytes).await;
    let (_, end) = stranger.until_closed().await;
    assert_eq!(end, Got::Close(Some(code)));
    room.is_unharmed().await;
}

#[tokio::test]
async fn a_frame_that_is_too_long_is_refused_as_such() {
    let long = format!(r#"{{"id":"{ID}","later":"{}"}}"#, "x".repeat(FRAME_BYTES_MAX));
    ends_with(&frame(1, long.as_bytes()), 1009).await;
}

#[tokio::test]
async fn a_frame_that_announces_an_absurd_length_is_refused_at_once() {
    let mut bytes = vec![0x81, 0xff];
    bytes.extend(u64::MAX.to_be_bytes().map(|byte| byte & 0x7f));
    bytes.extend([0; 4]);
    ends_with(&bytes, 1009).await;
}

#[tokio::test]
async fn a_message_in_many_fragments_has_the_same_limit() {
    let piece = vec![b'x'; 8 * 1024];
    let mut bytes = frame(1, &piece);
    bytes[0] = 0x01;
    for _ in 0..10 {
        let mut more = frame(0, &piece);
        more[0] = 0x00;
        bytes.extend(more);
    }
    ends_with(&bytes, 1009).await;
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused_as_such() {
    ends_with(&frame(1, b"{\"id\":\"\xff\xfe\"}"), 1007).await;
}

#[tokio::test]
async fn binary_frames_are_refused_as_such() {
    ends_with(&frame(2, b"{}"), 1003).await;
}

#[tokio::test]
async fn frames_that_are_not_masked_or_of_no_known_kind_break_the_protocol() {
    ends_with(&[0x81, 0x02, b'{', b'}'], 1002).await;
    ends_with(&frame(3, b"{}"), 1002).await;
    let mut reserved = frame(1, b"{}");
    reserved[0] |= 0x40;
    ends_with(&reserved, 1002).await;
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_of_a_frame_harms_nobody() {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    stranger.write(&frame(1, b"{\"id\":")[..6]).await.unwrap();
    drop(stranger);
    room.is_unharmed().await;
}

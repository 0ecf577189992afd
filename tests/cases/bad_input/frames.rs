//! Frames that are not as WebSocket and the limits have them.

use super::Scene;
use hearth_protocol::limits::FRAME_BYTES_MAX;
use hearth_tests::house::House;
use hearth_tests::raw::{Got, frame};

const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

fn house() -> House {
    House::with_system_clock(|_| {})
}

/// What is written on the line of somebody who was let in, and the code that ends it.
async fn ends_with(bytes: &[u8], code: u16) {
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    // A server that has had enough may hang up before it has read everything.
    let _written = stranger.write(bytes).await;
    let (_, end) = stranger.until_closed().await;
    assert_eq!(end, Got::Close(Some(code)));
    scene.is_unharmed().await;
}

#[tokio::test]
async fn a_frame_longer_than_fits_is_refused_as_too_big() {
    let long = format!(r#"{{"id":"{ID}","later":"{}"}}"#, "x".repeat(FRAME_BYTES_MAX));
    ends_with(&frame(1, long.as_bytes()), 1009).await;
}

#[tokio::test]
async fn a_frame_that_announces_more_bytes_than_there_are_in_the_world_is_refused_at_once() {
    let mut bytes = vec![0x81, 0xff];
    bytes.extend(u64::MAX.to_be_bytes().map(|byte| byte & 0x7f));
    bytes.extend([0; 4]);
    ends_with(&bytes, 1009).await;
}

#[tokio::test]
async fn a_message_in_many_pieces_is_held_to_the_same_length() {
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
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    stranger.write(&frame(1, b"{\"id\":")[..6]).await.unwrap();
    drop(stranger);
    scene.is_unharmed().await;
}

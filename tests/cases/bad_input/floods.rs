//! Floods of every command, of typing signals, and of pings.

use super::Attacked;
use hearth_protocol::{CloseCode, Command};
use hearth_tests::raw::{Got, frame};
use hearth_tests::server::TestServer;
use serde_json::json;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// More than any seat may send, but not more than the server still reads after closing, so that the
/// sender gets the close and not a reset.
const FLOOD: usize = 300;
/// More than the server ever reads.
const NO_END: usize = 20_000;
const NOT_SLOWED: Duration = Duration::from_secs(5);

/// Starts a server with the default limits.
fn server() -> TestServer {
    TestServer::with_system_clock(|config| config.limits = Default::default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_any_command_ends_its_connection_and_slows_nobody() {
    let mut room = Attacked::open(server()).await;
    for (number, command) in (10..).zip(Command::samples()) {
        let name = command.name();
        let mut stranger = room.stranger(number).await;
        let mut bytes = Vec::new();
        for _ in 0..FLOOD {
            let mut body = json!(command);
            body["id"] = json!(Uuid::new_v4());
            bytes.extend(frame(1, body.to_string().as_bytes()));
        }
        let began = Instant::now();
        // The server may close before all of it is written.
        let _written = stranger.write(&bytes).await;
        let (texts, end) = stranger.until_closed().await;
        let expected = if name == "leave" { CloseCode::Left } else { CloseCode::Flood }.code();
        assert_eq!(end, Got::Close(Some(expected)), "{name}: after {} frames", texts.len());
        room.still_works().await;
        assert!(began.elapsed() < NOT_SLOWED, "{name}");
        // One flood doesn't use up what a room accepts per second, but forty in a row would.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_receive_at_most_one_writing_signal_per_second_of_a_flood() {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    let began = Instant::now();
    let signal = frame(1, br#"{"writing":{}}"#);
    let bytes: Vec<u8> = signal.iter().copied().cycle().take(signal.len() * 5_000).collect();
    let _written = stranger.write(&bytes).await;
    room.still_works().await;
    room.ana.catches_up().await;
    let told = room.ana.frames.iter().filter(|(text, _)| text.contains("writing")).count();
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!(told <= seconds + 2, "{told} typing signals in {seconds} s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_pings_ends_its_connection() {
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    let ping = frame(9, b"");
    let bytes: Vec<u8> = ping.iter().copied().cycle().take(ping.len() * FLOOD).collect();
    let _written = stranger.write(&bytes).await;
    let (_, end) = stranger.until_closed().await;
    assert_eq!(end, Got::Close(Some(CloseCode::Flood.code())));
    room.is_unharmed().await;
}

/// They never make a message, so nothing that counts messages sees them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_empty_continuation_frames_ends_its_connection_and_slows_nobody() {
    /// 60 MB.
    const EMPTY_FRAMES: usize = 10_000_000;
    let mut room = Attacked::open(server()).await;
    let mut stranger = room.stranger(9).await;
    let mut bytes = vec![0x01, 0x81, 0, 0, 0, 0, b'x'];
    bytes.extend([0x00, 0x80, 0, 0, 0, 0].repeat(EMPTY_FRAMES));
    let began = Instant::now();
    let _written = stranger.write(&bytes).await;
    let (_, end) = stranger.until_closed().await;
    assert!(matches!(end, Got::End) || end == Got::Close(Some(CloseCode::Flood.code())), "{end:?}");
    room.still_works().await;
    assert!(began.elapsed() < NOT_SLOWED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_flood_is_disconnected_and_slows_nobody() {
    let mut room = Attacked::open(server()).await;
    for (key, text) in [(8, r#"{"raise":{}}"#), (9, "nonsense")] {
        let mut stranger = room.stranger(key).await;
        let one = frame(1, text.as_bytes());
        let bytes: Vec<u8> = one.iter().copied().cycle().take(one.len() * NO_END).collect();
        let began = Instant::now();
        let _written = stranger.write(&bytes).await;
        let (texts, end) = stranger.until_closed().await;
        let codes =
            [CloseCode::Flood, CloseCode::BadFrame].map(|code| Got::Close(Some(code.code())));
        assert!(codes.contains(&end) || end == Got::End, "{end:?}");
        assert!(texts.len() < NO_END / 10, "{} answers", texts.len());
        room.still_works().await;
        assert!(began.elapsed() < NOT_SLOWED);
    }
}

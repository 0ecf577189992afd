//! Floods of every command, of signs of writing, and of pings.

use super::Scene;
use hearth_protocol::{CloseCode, Command};
use hearth_tests::house::House;
use hearth_tests::raw::{Got, frame};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// More than any seat may send, and no more than a server that has closed still reads: so the close
/// is what the sender finds, not a reset.
const FLOOD: usize = 300;
/// More than anybody reads.
const NO_END: usize = 20_000;
const NOT_SLOWED: Duration = Duration::from_secs(5);

/// A house with the limits it has by itself.
fn house() -> House {
    House::with_system_clock(|config| config.limits = Default::default())
}

/// Returns the body of a command that is as it should be.
fn body(name: &str) -> Value {
    let id = Uuid::from_u128(3);
    let text = json!({ "plain": "again and again" });
    match name {
        "take" | "pass" | "later" | "longer" | "next" | "skip" | "reclaim" | "go_on" | "done" => {
            json!({ "move": 0 })
        }
        "share" | "say" => json!({ "move": 0, "text": text }),
        "announce" => json!({ "text": text }),
        "take_back" => json!({ "said": id }),
        "gesture" => json!({ "said": id, "kind": "heard", "on": true }),
        "page" => json!({ "before": id }),
        "stance" => json!({ "stance": "resting" }),
        "rename" => json!({ "name": text }),
        "offer" => json!({ "move": 0, "seat": 1 }),
        "mute" | "unmute" | "remove" | "restore" | "answer_point" => json!({ "seat": 1 }),
        "set_role" => json!({ "seat": 1, "role": "listener" }),
        "set_order" => json!({ "order": "open" }),
        "set_phase" => json!({ "phase": "open" }),
        "reorder" => json!({ "waiting": [1] }),
        "open_round" | "close_round" | "set_prompt" | "set_limit" | "pause" | "unpause" | "end"
        | "undo_end" | "raise" | "lower" | "step_back" | "sit_out" | "point" | "leave" => json!({}),
        other => panic!("a new command needs a body here: {other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_any_command_ends_its_line_and_slows_nobody() {
    let mut scene = Scene::set(house()).await;
    for (number, name) in (10..).zip(Command::NAMES) {
        let mut stranger = scene.stranger(number).await;
        let mut bytes = Vec::new();
        for _ in 0..FLOOD {
            let text = json!({ "id": Uuid::new_v4(), *name: body(name) }).to_string();
            bytes.extend(frame(1, text.as_bytes()));
        }
        let began = Instant::now();
        // The line may be closed before all of it is written.
        let _written = stranger.write(&bytes).await;
        let (texts, end) = stranger.until_closed().await;
        let expected = if *name == "leave" { CloseCode::Left } else { CloseCode::Flood }.code();
        assert_eq!(end, Got::Close(Some(expected)), "{name}: after {} frames", texts.len());
        scene.still_works().await;
        assert!(began.elapsed() < NOT_SLOWED, "{name}");
        // What a room takes in a second is not used up by one flood; by forty in a row it would be.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_signs_of_writing_is_told_to_others_now_and_then_at_most() {
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    let began = Instant::now();
    let sign = frame(1, br#"{"writing":{}}"#);
    let bytes: Vec<u8> = sign.iter().copied().cycle().take(sign.len() * 5_000).collect();
    let _written = stranger.write(&bytes).await;
    scene.still_works().await;
    scene.ana.catches_up().await;
    let told = scene.ana.frames.iter().filter(|(text, _)| text.contains("writing")).count();
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!(told <= seconds + 2, "{told} signs of writing in {seconds} s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_pings_ends_its_line() {
    let mut scene = Scene::set(house()).await;
    let mut stranger = scene.stranger(9).await;
    let ping = frame(9, b"");
    let bytes: Vec<u8> = ping.iter().copied().cycle().take(ping.len() * FLOOD).collect();
    let _written = stranger.write(&bytes).await;
    let (_, end) = stranger.until_closed().await;
    assert_eq!(end, Got::Close(Some(CloseCode::Flood.code())));
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_without_end_is_cut_off_and_slows_nobody() {
    let mut scene = Scene::set(house()).await;
    for (key, text) in [(8, r#"{"raise":{}}"#), (9, "nonsense")] {
        let mut stranger = scene.stranger(key).await;
        let one = frame(1, text.as_bytes());
        let bytes: Vec<u8> = one.iter().copied().cycle().take(one.len() * NO_END).collect();
        let began = Instant::now();
        let _written = stranger.write(&bytes).await;
        let (texts, end) = stranger.until_closed().await;
        let codes =
            [CloseCode::Flood, CloseCode::BadFrame].map(|code| Got::Close(Some(code.code())));
        assert!(codes.contains(&end) || end == Got::End, "{end:?}");
        assert!(texts.len() < NO_END / 10, "{} answers", texts.len());
        scene.still_works().await;
        assert!(began.elapsed() < NOT_SLOWED);
    }
}

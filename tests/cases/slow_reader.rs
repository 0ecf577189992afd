//! A client that doesn't read what it is sent is disconnected, and doesn't slow anyone down.

use hearth_client::{Join, Reconnect, View};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::presence::Stance;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{ClientFrame, CloseCode, Hello, MessageNo, Settings, Text};
use hearth_tests::members::{Member, WITHIN, circle, command};
use hearth_tests::raw::{Got, Raw};
use hearth_tests::server::TestServer;
use serde_json::json;
use std::time::{Duration, Instant};

/// Characters in a share, four bytes each.
const LONG: usize = hearth_protocol::limits::SHARE_CHARS_MAX;
/// Many times more than the system's socket buffers hold.
const SHARES: usize = 700;
const NOT_SLOWED: Duration = Duration::from_secs(5);

fn numbers(member: &Member) -> Vec<MessageNo> {
    member.client.with_view(|view| view.messages().map(|(number, _)| number).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slow_reader_is_disconnected_with_come_back_and_slows_nobody() {
    let server =
        TestServer::with_system_clock(|config| config.limits.broadcast_bytes_per_room = 262_144);
    let links = circle(&server, Settings::default()).await;
    let fay = Member::join(&links, LinkRole::Facilitator, "Fay").await;
    let ana = Member::join(&links, LinkRole::Participant, "Ana").await;

    let key = SeatKey::from_bytes([4; 32]);
    let link = links.link(LinkRole::Participant);
    let hello = Hello {
        circle: link.circle(),
        seat_key: key,
        entry_key: Some(link.secret().entry_key()),
        name: Some(Text::plain("Slow")),
        stance: Stance::Listening,
        resume: None,
        new_seat_key: None,
    };
    let mut slow = Raw::connect_with_small_buffer(server.address()).await;
    slow.open_websocket(server.address()).await;
    slow.text(&ClientFrame::Hello(Box::new(hello)).to_text().unwrap()).await.unwrap();
    assert!(matches!(slow.next().await, Got::Text(welcome) if welcome.contains("welcome")));

    fay.does(command("open_round", &json!({}))).await;
    fay.does(TurnCommand::Take { turn_id: fay.turn_id() }).await;
    let mut slowest = Duration::ZERO;
    for number in 0..SHARES {
        let words = format!("{number:04}{}", "\u{1F331}".repeat(LONG - 4));
        let began = Instant::now();
        let message = fay.shares(&words).await;
        let arrived = |view: &View| view.snapshot.messages.contains(message);
        ana.client.wait_for(WITHIN, arrived).await.expect("the share arrives");
        slowest = slowest.max(began.elapsed());
    }
    assert!(slowest < NOT_SLOWED, "someone waited for the slow reader: {slowest:?}");

    let (texts, end) = slow.until_closed().await;
    assert!(texts.len() < SHARES, "nobody was disconnected: {} frames were buffered", texts.len());
    // The close frame itself arrives only if the socket had room for it.
    let come_back = Got::Close(Some(CloseCode::TooSlow.code()));
    assert!(end == come_back || end == Got::End, "{end:?}");

    // After reconnecting they have the last messages, and can ask for earlier ones.
    let again = Join::to_circle(link.origin().clone(), link.circle()).seat_key(key);
    let slow = Member::join_as(again).await;
    assert!(slow.client.earlier_messages().await.unwrap());
    let (all, last) = (numbers(&ana), numbers(&slow));
    assert_eq!(all.len(), SHARES);
    assert!(last.len() > 1 && all.ends_with(&last), "{} of {}", last.len(), all.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_that_stops_reading_for_a_while_catches_up_without_gap_or_repeat() {
    const MESSAGES: usize = 200;
    let server =
        TestServer::with_system_clock(|config| config.limits.broadcast_bytes_per_room = 65_536);
    let links = circle(&server, Settings::default()).await;
    let fay = Member::join(&links, LinkRole::Facilitator, "Fay").await;
    let slow = Member::join(&links, LinkRole::Participant, "Slow").await;
    slow.client.set_reading(false).await.unwrap();
    for number in 0..MESSAGES {
        fay.says(&format!("{number}: {}", "x".repeat(1_000))).await;
    }
    slow.client.set_reading(true).await.unwrap();
    let has_all = |view: &View| view.snapshot.messages.len() == MESSAGES;
    if slow.client.wait_for(WITHIN, has_all).await.is_err() {
        // Disconnected for falling behind: after reconnecting, the rest arrives.
        slow.client.reconnect(Reconnect::Resume).await.unwrap();
        while slow.client.earlier_messages().await.unwrap() {}
    }
    assert_eq!(numbers(&slow), numbers(&fay));
}

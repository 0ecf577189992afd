//! Somebody who does not read what they are sent is cut off, and slows nobody.

use hearth_client::{Coming, Join};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{ClientFrame, CloseCode, Command, Hello, Settings, Stance, Text};
use hearth_tests::company::{Member, WITHIN, circle};
use hearth_tests::house::House;
use hearth_tests::raw::{Got, Raw};
use std::time::{Duration, Instant};

/// Four bytes each, as many as a share may have.
const LONG: usize = hearth_protocol::limits::SHARE_CHARS_MAX;
/// More than the system's own buffers of a socket hold, many times over.
const SHARES: usize = 700;
const NOT_SLOWED: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slow_reader_is_cut_off_with_come_back_and_slows_nobody() {
    let house = House::with_system_clock(|config| config.limits.broadcast_bytes_per_room = 262_144);
    let links = circle(&house, Settings::default()).await;
    let fay = Member::comes_in(&links, LinkRole::Facilitator, "Fay").await;
    let ana = Member::comes_in(&links, LinkRole::Participant, "Ana").await;

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
    let mut slow = Raw::connect_with_little_room(house.address()).await;
    slow.open_line(house.address()).await;
    slow.text(&ClientFrame::Hello(Box::new(hello)).to_text().unwrap()).await.unwrap();
    assert!(matches!(slow.next().await, Got::Text(welcome) if welcome.contains("welcome")));

    fay.does(serde_json::from_str(r#"{"open_round":{}}"#).unwrap()).await;
    fay.does(Command::Take { r#move: fay.client.current_move() }).await;
    let mut slowest = Duration::ZERO;
    for number in 0..SHARES {
        let words = format!("{number:04}{}", "\u{1F331}".repeat(LONG - 4));
        let began = Instant::now();
        fay.shares(&words).await;
        ana.client
            .wait_for(WITHIN, |view| {
                view.snapshot.said.last().is_some_and(
                    |said| matches!(&said.words.text, Some(Text::Plain(text)) if *text == words),
                )
            })
            .await
            .expect("the share arrives");
        slowest = slowest.max(began.elapsed());
    }
    assert!(slowest < NOT_SLOWED, "somebody waited for the slow one: {slowest:?}");

    let (texts, end) = slow.until_closed().await;
    assert!(texts.len() < SHARES, "nobody was cut off: {} frames were buffered", texts.len());
    // The close frame itself arrives only where the socket had room for it.
    let come_back = Got::Close(Some(CloseCode::TooSlow.code()));
    assert!(end == come_back || end == Got::End, "{end:?}");

    // Come back, they have the last of it, and can ask for what is older.
    let again = Join::to_circle(link.origin().clone(), link.circle()).seat_key(key);
    let slow = Member::comes_in_as(again).await;
    assert!(slow.client.earlier_words().await.unwrap());
    let said = |member: &Member| {
        member.client.look(|view| {
            let said = view.snapshot.said.iter();
            said.map(|said| said.words.id).collect::<Vec<_>>()
        })
    };
    let (all, last) = (said(&ana), said(&slow));
    assert_eq!(all.len(), SHARES);
    assert!(last.len() > 1 && all.ends_with(&last), "{} of {}", last.len(), all.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_that_stops_reading_for_a_while_catches_up_without_gap_or_repeat() {
    let house = House::with_system_clock(|config| config.limits.broadcast_bytes_per_room = 65_536);
    let links = circle(&house, Settings::default()).await;
    let fay = Member::comes_in(&links, LinkRole::Facilitator, "Fay").await;
    let slow = Member::comes_in(&links, LinkRole::Participant, "Slow").await;
    slow.client.set_reading(false).await.unwrap();
    for number in 0..200 {
        fay.says(&format!("{number}: {}", "x".repeat(1_000))).await;
    }
    slow.client.set_reading(true).await.unwrap();
    let caught_up = slow.client.wait_for(WITHIN, |view| view.snapshot.said.len() == 200).await;
    if caught_up.is_err() {
        // Cut off for falling behind: coming back brings the rest.
        slow.client.come_back(Coming::Resume).await.unwrap();
        while slow.client.earlier_words().await.unwrap() {}
    }
    let ids = |member: &Member| {
        member.client.look(|view| {
            let said = view.snapshot.said.iter();
            said.map(|said| said.words.id).collect::<Vec<_>>()
        })
    };
    assert_eq!(ids(&slow), ids(&fay));
}

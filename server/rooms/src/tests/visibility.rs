//! Who receives which part of a decision: messages, texts that are erased, and the hosts' frames.

use crate::testing::*;
use crate::{ConnectionTimers, RoomsLimits};
use hearth_protocol::frame::{AudienceFrame, Notice, ServerFrame};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{PresenceCommand, Role};
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::{CloseCode, Command, MessageNo, RefusalCode, Settings};
use std::time::Duration;

/// Where a resume finds what was missed.
#[derive(Debug, Clone, Copy)]
enum Source {
    Buffer,
    Journal,
}

/// A server whose broadcast buffer holds only a few long messages.
async fn with_a_small_buffer() -> TestServer {
    let limits = RoomsLimits {
        broadcast_bytes: 65_536,
        commands_burst_per_seat: 1_000,
        ..RoomsLimits::default()
    };
    TestServer::with(Settings::default(), limits, ConnectionTimers::default()).await
}

/// Forces a resume to read the journal: evicts everything from the broadcast buffer, without
/// sending so much that the resume gets a snapshot.
async fn outlast(person: &mut Person, source: Source) {
    if matches!(source, Source::Journal) {
        for _ in 0..25 {
            person.does(announce("x".repeat(3_000))).await;
        }
    }
}

fn gesture(message: u32, on: bool) -> Command {
    SignalCommand::Gesture { message: MessageNo(message), kind: GestureKind::Heard, on }.into()
}

/// Returns the frames of decisions that arrived.
fn decisions(person: &Person) -> Vec<AudienceFrame> {
    let frames = person.raw.iter().map(|text| ServerFrame::parse(text).unwrap());
    frames
        .filter_map(|frame| match frame {
            ServerFrame::Decision(frame) => Some(*frame),
            ServerFrame::Notice(_) | ServerFrame::Answer(_) => None,
        })
        .collect()
}

/// Asserts that no part of a message that a person may not see ever arrived, and returns how many
/// frames contained only their number.
fn bare_frames(person: &Person, hidden: MessageNo) -> usize {
    let mut bare = 0;
    for frame in decisions(person) {
        assert!(!frame.messages.contains_key(&hidden), "{frame:?}");
        let number = serde_json::json!({"message": hidden});
        for fact in &frame.facts {
            let body = fact.as_object().unwrap().values().next().unwrap();
            assert_ne!(body.get("message"), number.get("message"), "{frame:?}");
        }
        let empty = frame.facts.is_empty() && frame.patch.is_none() && frame.texts.is_empty();
        bare += usize::from(empty && frame.messages.is_empty());
    }
    bare
}

#[tokio::test]
async fn a_message_reaches_only_people_who_may_see_it() {
    for source in [Source::Buffer, Source::Journal] {
        let server = with_a_small_buffer().await;
        let mut ana = server.join(Role::Facilitator, "Ana").await;
        let mut ben = server.join(Role::Participant, "Ben").await;
        ana.does(announce("before they came")).await;
        ben.until_told("said").await;
        let mut cleo = server.join(Role::Participant, "Cleo").await;
        assert!(cleo.view.messages.is_empty() && !cleo.view.earlier);

        ben.does(gesture(1, true)).await;
        ana.does(announce("for everyone")).await;
        cleo.until_told("said").await;
        assert_eq!(bare_frames(&cleo, MessageNo(1)), 1, "live");
        assert!(ana.has_read("gestured"));
        let refused = cleo.is_refused(gesture(1, true)).await;
        assert_eq!(refused, RefusalCode::NoSuchMessage);
        let page = MessageCommand::Page { before: MessageNo(1) };
        assert_eq!(cleo.is_refused(page).await, RefusalCode::NoSuchMessage);

        let gone = cleo.drops();
        ben.does(gesture(1, false)).await;
        ben.does(gesture(2, true)).await;
        ana.does(take_back(1)).await;
        outlast(&mut ana, source).await;
        let mut cleo = server.resume(gone).await.unwrap();
        assert!(!cleo.fresh, "{source:?}");
        ana.does(announce("the last word")).await;
        cleo.reach(ana.view.cursor.room).await;
        assert_eq!(bare_frames(&cleo, MessageNo(1)), 2, "{source:?}");
        assert!(cleo.has_read("gestured"), "the gesture to a message they see");
        for text in &cleo.raw {
            assert!(
                !text.contains("before they came") && !text.contains("taken_back\":{"),
                "{text}"
            );
        }
        assert_eq!(cleo.screen(), server.truth(cleo.seat()).await);
        ben.reach(ana.view.cursor.room).await;
        assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    }
}

#[tokio::test]
async fn someone_who_left_and_returns_sees_what_they_had_been_shown() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.does(announce("shown to them")).await;
    ben.until_told("said").await;
    ben.sends(new_id(), PresenceCommand::Leave {}).await;
    assert_eq!(ben.wire.closed().await.code, Some(CloseCode::Left.code()));
    ana.does(announce("behind their back")).await;
    let mut ben = server.resume(ben.drops()).await.unwrap();
    assert!(ben.fresh);
    assert_eq!(ben.is_refused(gesture(2, true)).await, RefusalCode::NoSuchMessage);
    ana.does(announce("welcome back")).await;
    ben.until_told("said").await;
    assert_eq!(ben.view.messages.keys().map(|number| number.0).collect::<Vec<_>>(), [1, 3]);
    assert!(ben.has_read("shown to them") && !ben.has_read("behind their back"));
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

#[tokio::test]
async fn a_resume_brings_no_erased_text() {
    for source in [Source::Buffer, Source::Journal] {
        let server = with_a_small_buffer().await;
        let mut ana = server.join(Role::Facilitator, "Ana").await;
        let gone = server.join(Role::Participant, "Ben").await.drops();
        ana.does(announce("said in haste")).await;
        ana.does(announce("kept")).await;
        ana.does(take_back(1)).await;
        outlast(&mut ana, source).await;
        let mut ben = server.resume(gone).await.unwrap();
        assert!(!ben.fresh, "{source:?}");
        ben.reach(ana.view.cursor.room).await;
        assert!(ben.has_read("kept") && !ben.has_read("in haste"), "{source:?}");
        assert!(ben.has_read("\"taken_back\":{"), "{source:?}");
        assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    }
}

#[tokio::test]
async fn nobody_comes_back_to_hidden_words_except_hosts() {
    for source in [Source::Buffer, Source::Journal] {
        let server = with_a_small_buffer().await;
        let mut ana = server.join(Role::Facilitator, "Ana").await;
        let mo = server.join(Role::Moderator, "Mo").await.drops();
        let ben = server.join(Role::Participant, "Ben").await.drops();
        ana.does(announce("said in anger")).await;
        ana.does(MessageCommand::HideMessage { message: MessageNo(1) }).await;
        ana.does(announce("kept")).await;
        outlast(&mut ana, source).await;
        let mut ben = server.resume(ben).await.unwrap();
        ben.reach(ana.view.cursor.room).await;
        assert!(ben.fresh && !ben.has_read("in anger"), "{source:?}");
        // A welcome holds only the latest messages.
        if matches!(source, Source::Buffer) {
            assert_eq!(ben.screen(), server.truth(ben.seat()).await);
        }
        let mut mo = server.resume(mo).await.unwrap();
        mo.reach(ana.view.cursor.room).await;
        assert!(!mo.fresh && mo.has_read("in anger"), "{source:?}");
        assert_eq!(mo.screen(), server.truth(mo.seat()).await);

        ana.does(MessageCommand::RestoreMessage { message: MessageNo(1) }).await;
        ben.until_told("message_restored").await;
        assert!(ben.has_read("in anger"), "{source:?}");
        // A welcome holds only the latest messages.
        if matches!(source, Source::Buffer) {
            assert_eq!(ben.screen(), server.truth(ben.seat()).await);
        }
    }
}

#[tokio::test]
async fn an_erased_text_leaves_a_snapshot_that_waits() {
    let mut server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    ana.does(rename("Ana B.")).await;
    server.pipe_bytes = 64;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.does(announce("said in haste")).await;
    ben.until_told("said").await;
    // Ben stops reading: this frame fills his connection, and everything after it waits.
    ana.does(announce("y".repeat(500))).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    ana.does(ModerationCommand::SetRole { seat: ben.seat(), role: Role::Moderator }).await;
    ana.does(take_back(1)).await;
    let before = ben.raw.len();
    ben.until_told("taken_back").await;
    let snapshots = ben.raw[before..].iter().filter(|text| text.starts_with("{\"snapshot\""));
    assert_eq!(snapshots.count(), 1);
    assert!(ben.raw[before..].iter().all(|text| !text.contains("in haste")));
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

#[tokio::test]
async fn someone_promoted_gets_a_snapshot_and_exactly_the_hosts_frames_after_it() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    let cleo = server.join(Role::Participant, "Cleo").await;
    let mute = |for_ms| ModerationCommand::Mute { seat: cleo.seat(), for_ms };
    ana.does(open_round()).await;
    ana.does(mute(None)).await;
    ana.does(take(ana.turn_id())).await;
    ana.does(share(ana.turn_id(), "my turn")).await;
    ana.does(ModerationCommand::SetRole { seat: ben.seat(), role: Role::Moderator }).await;
    let snapshot = loop {
        match ben.next().await.unwrap() {
            ServerFrame::Notice(Notice::Snapshot(snapshot)) => break snapshot,
            ServerFrame::Decision(frame) => assert_eq!(frame.hosts, None),
            _ => {}
        }
    };
    let first = snapshot.cursor.hosts.expect("they are a host now");
    assert!(snapshot.hosts.as_ref().unwrap().mutes.contains(cleo.seat()));
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    let before = ben.raw.len();
    for for_ms in [Some(60_000), None, Some(120_000)] {
        ana.does(mute(for_ms)).await;
        ana.does(announce("in between")).await;
    }
    ana.does(ModerationCommand::Unmute { seat: cleo.seat() }).await;
    ben.until_told("unmuted").await;
    let hosts: Vec<u64> = ben.raw[before..]
        .iter()
        .filter_map(|text| match ServerFrame::parse(text).unwrap() {
            ServerFrame::Decision(frame) => frame.hosts,
            ServerFrame::Notice(_) | ServerFrame::Answer(_) => None,
        })
        .collect();
    assert_eq!(hosts, (first + 1..=first + 4).collect::<Vec<_>>());
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    assert!(!cleo.has_read("\"hosts\":"));

    // From here on a resume includes hosts' frames, too.
    let gone = ben.drops();
    ana.does(mute(None)).await;
    ana.does(announce("the last word")).await;
    let mut ben = server.resume(gone).await.unwrap();
    assert!(!ben.fresh);
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view.cursor.hosts, Some(first + 5));
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

#[tokio::test]
async fn a_removed_host_never_learns_by_whom() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut fay = server.join(Role::Facilitator, "Fay").await;
    let mut mo = server.join(Role::Moderator, "Mo").await;
    ana.does(ModerationCommand::Remove { seat: mo.seat(), until: None }).await;
    fay.until_told("barred").await;
    let mut frames = Vec::new();
    let closed = loop {
        match mo.next().await {
            Ok(ServerFrame::Decision(frame)) => frames.push(*frame),
            Ok(_) => {}
            Err(closed) => break closed,
        }
    };
    assert_eq!(closed.code, Some(CloseCode::Removed.code()));
    assert!(frames.last().unwrap().own.is_some() && mo.view.own.removed, "{frames:?}");
    assert!(!mo.has_read("barred"));
    let bars = |mo: &Person| mo.view.hosts.as_ref().unwrap().bars.len();
    assert_eq!(bars(&mo), 0);

    let gone = mo.drops();
    let rejected = server.resume(gone.clone()).await.unwrap_err();
    assert_eq!(rejected.code, Some(CloseCode::Removed.code()));
    let bar = ana.view.hosts.as_ref().unwrap().bars.keys().next().unwrap();
    ana.does(ModerationCommand::LiftBar { bar }).await;
    let mo = server.resume(gone).await.unwrap();
    assert!(mo.fresh, "no resume reaches back past the removal");
    assert_eq!(bars(&mo), 0);
    assert!(!mo.has_read("barred"));
    assert_eq!(mo.screen(), server.truth(mo.seat()).await);
}

#[tokio::test]
async fn a_frame_over_an_eighth_of_the_buffer_closes_its_recipients_and_they_come_back() {
    let server = with_a_small_buffer().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    let (id, large) = (new_id(), announce("\u{1F525}".repeat(3_000)));
    ana.sends(id, large.clone()).await;
    for person in [&mut ana, &mut ben] {
        assert_eq!(person.wire.closed().await.code, Some(CloseCode::TooSlow.code()));
        assert!(person.view.messages.is_empty());
    }
    // Without a cursor, as after a gap.
    let mut ben = server.come(ben.hello).await.unwrap();
    assert!(ben.fresh);
    assert_eq!(ben.view.messages.len(), 1);
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    // With a cursor, after the answer was lost: the large frame comes from the journal.
    let mut ana = server.resume(ana.drops()).await.unwrap();
    let outcome = ana.ask_as(id, large).await;
    assert!(matches!(outcome, hearth_protocol::frame::Outcome::Ok(_)), "{outcome:?}");
    assert_eq!(ana.view.messages.len(), 1);
    assert_eq!(ana.screen(), server.truth(ana.seat()).await);
    ana.does(announce("and on")).await;
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

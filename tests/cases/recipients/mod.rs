//! Compares what each seat received on the wire with what it may see.

mod circle;

use circle::{Circle, MUTED_ANSWER, gesture, mute, open_round};
use hearth_client::Reconnect;
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{AudienceFrame, Notice};
use hearth_protocol::message::{MessageCommand, MessageFact};
use hearth_protocol::moderation::{ModerationCommand, ModerationFact};
use hearth_protocol::policy::Permission;
use hearth_protocol::presence::Stance;
use hearth_protocol::signal::{SignalCommand, SignalFact};
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{CloseCode, Command, Cursor, Fact, MessageNo, RefusalCode, ServerFrame};
use hearth_tests::members::Member;
use hearth_tests::scenario::number_ids;
use serde_json::Value;
use std::collections::BTreeMap;

/// Returns the decisions for one audience that someone received: their numbers, and their frames.
fn decisions(
    member: &Member,
    number: impl Fn(&AudienceFrame) -> Option<u64>,
) -> Vec<(u64, &AudienceFrame)> {
    member.decisions().filter_map(|(_, frame)| Some((number(frame)?, frame))).collect()
}

/// Returns the cursor of someone's first welcome.
fn first_cursor(member: &Member) -> Cursor {
    let (_, snapshot) = member.snapshots().next().expect("the first frame is a welcome");
    snapshot.cursor.clone()
}

fn raw(member: &Member) -> String {
    member.frames.iter().map(|(text, _)| format!("{text}\n")).collect()
}

/// Returns the message that a fact is about.
fn message_of(fact: &Value) -> Option<MessageNo> {
    match serde_json::from_value(fact.clone()).ok()? {
        Fact::Message(MessageFact::Said { message } | MessageFact::TakenBack { message })
        | Fact::Signal(SignalFact::Gestured { message, .. }) => Some(message),
        _ => None,
    }
}

fn assert_gapless(numbers: &[(u64, &AudienceFrame)], after: u64, whose: &str) {
    let numbers: Vec<_> = numbers.iter().map(|(number, _)| *number).collect();
    let expected: Vec<_> = (after + 1..=after + numbers.len() as u64).collect();
    assert_eq!(numbers, expected, "{whose}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_receives_what_is_theirs_without_gaps_and_nothing_else() {
    let mut circle = Circle::gather().await;
    circle.play().await;

    // Fay was there first and sees every message.
    let all: BTreeMap<_, _> = decisions(circle.of("Fay"), |frame| frame.room).into_iter().collect();
    for (name, member) in &circle.members {
        let cursor = first_cursor(member);
        let room = decisions(member, |frame| frame.room);
        assert_gapless(&room, cursor.room, &format!("{name}: to the room"));
        if *name != "Dan" {
            assert_eq!(room.last().map(|(number, _)| number), all.keys().max(), "{name}");
        }
        for (number, frame) in room {
            if let Some(whole) = all.get(&number) {
                is_a_part_of(frame, whole, &format!("{name}: frame {number}"));
            }
        }
        let own = decisions(member, |frame| frame.own);
        assert_gapless(&own, cursor.own, &format!("{name}: own"));
        let hosts = decisions(member, |frame| frame.hosts);
        match cursor.hosts {
            Some(after) => {
                assert!(["Fay", "Mo"].contains(name), "{name} receives what hosts do");
                assert_gapless(&hosts, after, &format!("{name}: to hosts"));
                assert!(!hosts.is_empty());
            }
            None => assert!(!["Fay", "Mo"].contains(name), "{name} has no cursor for hosts"),
        }
    }
    facts_to_hosts_reach_hosts_alone(&circle);
    what_is_private_reaches_one_seat(&circle);
}

/// Checks that a frame is the same for two people, apart from messages that only one may see.
fn is_a_part_of(frame: &AudienceFrame, whole: &AudienceFrame, which: &str) {
    assert_eq!((frame.at, &frame.patch), (whole.at, &whole.patch), "{which}");
    for (number, part) in &frame.messages {
        assert_eq!(whole.messages.get(number), Some(part), "{which}: message {number}");
    }
    let seen = |fact: &&Value| {
        message_of(fact).is_none_or(|message| frame.messages.contains_key(&message))
    };
    let facts: Vec<_> = whole.facts.iter().filter(seen).collect();
    assert_eq!(frame.facts.iter().collect::<Vec<_>>(), facts, "{which}: facts");
    for (id, text) in &frame.texts {
        assert_eq!(whole.texts.get(id), Some(text), "{which}: texts");
    }
}

fn facts_to_hosts_reach_hosts_alone(circle: &Circle) {
    for name in ["Ben", "Cleo", "Dan", "Lea"] {
        let text = raw(circle.of(name));
        for hidden in ["\"hosts\"", "barred", "\"bar", "process_point", "\"turns\"", "\"mutes\""] {
            assert!(!text.contains(hidden), "{name} received {hidden}");
        }
    }
    // Ana receives what hosts do only between the two changes of her role.
    let ana = circle.of("Ana");
    let snapshots: Vec<_> =
        ana.snapshots().map(|(place, snapshot)| (place, snapshot.hosts.is_some())).collect();
    let [(_, false), (from, true), (to, false)] = snapshots[..] else {
        panic!("a change of role sends a new snapshot: {snapshots:?}");
    };
    let mut facts = Vec::new();
    for (place, (text, frame)) in ana.frames.iter().enumerate() {
        if let ServerFrame::Decision(frame) = frame
            && frame.hosts.is_some()
        {
            assert!(from < place && place < to, "{text}");
            facts.extend(frame.known_facts());
        }
    }
    let raised = SignalFact::ProcessPointRaised { seat: circle.seat("Ben") };
    assert_eq!(facts, [Fact::from(raised)]);
}

fn what_is_private_reaches_one_seat(circle: &Circle) {
    for (name, member) in &circle.members {
        let own = decisions(member, |frame| frame.own);
        let facts: Vec<_> = own.iter().flat_map(|(_, frame)| frame.known_facts()).collect();
        let count = |wanted: ModerationFact| {
            facts.iter().filter(|fact| **fact == Fact::from(wanted.clone())).count()
        };
        let ben = usize::from(*name == "Ben");
        assert_eq!(count(ModerationFact::YouWereMuted {}), 2 * ben, "{name}: {facts:?}");
        assert_eq!(count(ModerationFact::YouWereUnmuted {}), ben, "{name}: {facts:?}");
        let dan = usize::from(*name == "Dan");
        assert_eq!(count(ModerationFact::YouWereRemoved {}), dan, "{name}: {facts:?}");
    }
    for name in ["Cleo", "Ana", "Lea"] {
        let text = raw(circle.of(name));
        let before_host = text.split("\"hosts\"").next().unwrap_or_default();
        assert!(!before_host.contains("mute"), "{name} can tell that someone is muted");
    }
    let dan = circle.of("Dan");
    let (last, _) = dan.frames.last().unwrap();
    assert!(last.contains("you_were_removed"), "the last frame to Dan: {last}");
    assert_eq!(dan.closes, [Some(CloseCode::Removed.code())]);
    assert!(!raw(dan).contains("After Dan."));
    let cleo = raw(circle.of("Cleo"));
    assert!(!cleo.contains("before Cleo") && !cleo.contains("early ones"));
    assert!(cleo.contains("Words after Cleo came."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gestures_and_withdrawals_never_reach_someone_who_may_not_see_the_message() {
    let mut circle = Circle::gather().await;
    circle.does("Fay", open_round()).await;
    circle.takes("Ana").await;
    let message = circle.shares("Ana", "Before Cleo came.").await;
    circle.joins("Cleo", LinkRole::Participant, Stance::Sharing).await;
    circle.does("Ben", gesture(message, true)).await;
    circle.does("Dan", gesture(message, true)).await;
    circle.does("Ben", gesture(message, false)).await;
    circle.does("Ana", MessageCommand::TakeBack { message }).await;

    let text =
        circle.of("Fay").client.with_view(|view| view.snapshot.messages.get(message).unwrap().text);
    let to_cleo = decisions(circle.of("Cleo"), |frame| frame.room);
    let to_fay = decisions(circle.of("Fay"), |frame| frame.room);
    let since = &to_fay[to_fay.len() - to_cleo.len()..];
    assert!(to_cleo.len() >= 4, "she may know only that frames exist");
    for ((number, frame), (other, seen)) in to_cleo.iter().zip(since) {
        assert_eq!(number, other);
        if seen.messages.contains_key(&message) {
            assert!(frame.messages.is_empty() && frame.facts.is_empty(), "{frame:?}");
            assert!(frame.texts.is_empty(), "{frame:?}");
        }
    }
    let cleo = raw(circle.of("Cleo"));
    for hidden in [text.to_string().as_str(), "gesture", "taken_back", "Before Cleo"] {
        assert!(!cleo.contains(hidden), "Cleo received {hidden}");
    }
    circle.of("Cleo").is_refused(gesture(message, true), RefusalCode::NoSuchMessage).await;
    // Those who may see it received all of it.
    let lea = circle.of("Lea").facts();
    let count = |wanted: fn(&Fact) -> bool| lea.iter().filter(|fact| wanted(fact)).count();
    assert_eq!(count(|fact| matches!(fact, Fact::Signal(SignalFact::Gestured { .. }))), 3);
    assert_eq!(count(|fact| matches!(fact, Fact::Message(MessageFact::TakenBack { .. }))), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_brings_nothing_that_the_connection_itself_would_not_have_brought() {
    let mut circle = Circle::gather().await;
    circle.does("Fay", open_round()).await;
    let cursor = circle.of("Ben").client.view().snapshot.cursor;
    circle.of("Ben").client.disconnect().await.unwrap();
    circle.takes("Ana").await;
    circle.shares("Ana", "While Ben was gone.").await;
    let dan = circle.seat("Dan");
    circle.does("Mo", mute(dan, None)).await;
    let missed: Vec<_> = circle
        .of("Ana")
        .decisions()
        .filter(|(_, frame)| frame.room.is_some_and(|number| number > cursor.room))
        .map(|(text, _)| text.to_owned())
        .collect();
    let ben = circle.members.get_mut("Ben").unwrap();
    ben.pump();
    let had = ben.frames.len();
    ben.client.reconnect(Reconnect::Resume).await.unwrap();
    ben.catches_up().await;
    let received: Vec<_> = ben.frames[had..].iter().map(|(text, _)| text.clone()).collect();
    let welcome = &received[0];
    assert!(welcome.contains("\"welcome\"") && !welcome.contains("\"snapshot\""), "{welcome}");
    assert_eq!(received[1..], missed, "what was missed, exactly once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_from_the_future_or_of_hosts_gets_a_member_a_snapshot_and_nothing_more() {
    let mut circle = Circle::gather().await;
    circle.does("Fay", open_round()).await;
    let real = circle.of("Ben").client.view().snapshot.cursor;
    for claimed in [
        Cursor { room: real.room + 50, ..real.clone() },
        Cursor { own: real.own + 50, ..real.clone() },
        Cursor { hosts: Some(0), ..real.clone() },
        Cursor { room: u64::MAX, own: u64::MAX, hosts: Some(u64::MAX) },
    ] {
        let ben = circle.members.get_mut("Ben").unwrap();
        ben.pump();
        let had = ben.frames.len();
        ben.client.reconnect(Reconnect::From(claimed)).await.unwrap();
        ben.catches_up().await;
        let (text, frame) = &ben.frames[had];
        let ServerFrame::Notice(Notice::Welcome(welcome)) = frame else { panic!("{text}") };
        let snapshot = welcome.snapshot.as_ref().expect("a mismatch gets a snapshot");
        assert!(snapshot.hosts.is_none());
        assert_eq!(snapshot.cursor.hosts, None);
    }
}

/// Plays a session in which Dan is muted and hosts act in private, or in which Dan says *later* by
/// himself. Returns what `name` received, with ids numbered.
async fn received_by(name: &str, muted: bool) -> Vec<Value> {
    let mut circle = Circle::gather().await;
    circle.does("Fay", open_round()).await;
    let dan = circle.seat("Dan");
    if muted {
        circle.does("Mo", mute(dan, None)).await;
        circle.does("Dan", SignalCommand::ProcessPoint {}).await;
    }
    circle.takes("Ana").await;
    circle.shares("Ana", "One.").await;
    circle.finishes("Ana").await;
    if muted {
        circle.does("Mo", SignalCommand::AnswerProcessPoint { seat: dan }).await;
        let turn_id = circle.of("Ben").turn_id();
        circle.does("Ben", TurnCommand::Longer { turn_id }).await;
    }
    circle.takes("Ben").await;
    circle.shares("Ben", "Two.").await;
    circle.finishes("Ben").await;
    circle.pass(MUTED_ANSWER).await;
    if muted {
        circle.does("Fay", ModerationCommand::Unmute { seat: dan }).await;
    } else {
        let turn_id = circle.of("Dan").turn_id();
        circle.does("Dan", TurnCommand::Later { turn_id }).await;
    }
    circle.takes("Dan").await;
    circle.shares("Dan", "Three.").await;
    circle.finishes("Dan").await;
    let mut numbered = BTreeMap::new();
    let frames = circle.of(name).frames.iter().map(|(text, _)| {
        let mut value: Value = serde_json::from_str(text).unwrap();
        number_ids(&mut value, &mut numbered);
        value
    });
    frames.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bystander_cannot_tell_a_muted_person_from_one_who_says_later() {
    for name in ["Ana", "Lea"] {
        let (muted, by_himself) = (received_by(name, true).await, received_by(name, false).await);
        assert_eq!(muted, by_himself, "{name} can tell that something was hidden");
    }
    // Hosts received it, so it did happen.
    assert_ne!(received_by("Mo", true).await, received_by("Mo", false).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_role_has_no_effect() {
    let mut circle = Circle::gather().await;
    let before = circle.of("Ben").frames.len();
    let hosts = [Permission::Host, Permission::Facilitator];
    let samples = Command::samples().into_iter();
    let forged: Vec<_> = samples.filter(|sample| hosts.contains(&sample.policy().role)).collect();
    assert!(forged.len() > 15, "{} commands are for hosts", forged.len());
    for command in forged {
        circle.of("Ana").is_refused(command.clone(), RefusalCode::NotAllowed).await;
        circle.of("Lea").is_refused(command, RefusalCode::NotAllowed).await;
    }
    circle.settle().await;
    assert!(circle.of("Fay").client.with_view(|view| view.snapshot.room.round.is_none()));
    let received = &circle.of("Ben").frames[before..];
    assert!(received.is_empty(), "nothing happened, so nobody is told anything: {received:?}");
}

//! What each seat received, byte for byte, beside what it may see.

use hearth_client::{Coming, Join, Links};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{EventFrame, Notice};
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{
    CloseCode, Command, Cursor, GestureKind, Order, RefusalCode, Role, RoomEvent, SeatEvent,
    ServerFrame, Settings, StaffEvent, Stance, Text,
};
use hearth_tests::company::{Member, circle};
use hearth_tests::house::House;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const START: u64 = 1_767_722_400_000;

fn command(body: Value) -> Command {
    serde_json::from_value(body).unwrap()
}

/// Everybody who takes part in a story, by name.
struct Cast {
    house: House,
    links: Links,
    members: BTreeMap<&'static str, Member>,
}

impl Cast {
    async fn gather() -> Self {
        let house = House::with_manual_clock(START, |_| {});
        let links = circle(&house, Settings::default()).await;
        let mut cast = Self { house, links, members: BTreeMap::new() };
        cast.comes("Fay", LinkRole::Facilitator, Stance::Listening).await;
        cast.comes("Mo", LinkRole::Moderator, Stance::Listening).await;
        cast.comes("Ana", LinkRole::Participant, Stance::Sharing).await;
        cast.comes("Ben", LinkRole::Participant, Stance::Sharing).await;
        cast.comes("Dan", LinkRole::Participant, Stance::Sharing).await;
        cast.comes("Lea", LinkRole::Listener, Stance::Sharing).await;
        cast
    }

    async fn comes(&mut self, name: &'static str, role: LinkRole, stance: Stance) {
        let mut key = [0; 32];
        key[..name.len()].copy_from_slice(name.as_bytes());
        let join = Join::by_link(&self.links.link(role)).name(name).stance(stance);
        let member = Member::comes_in_as(join.seat_key(SeatKey::from_bytes(key))).await;
        self.members.insert(name, member);
    }

    fn of(&self, name: &str) -> &Member {
        &self.members[name]
    }

    async fn does(&mut self, name: &str, command: Command) {
        self.of(name).does(command).await;
        self.settle().await;
    }

    async fn shares(&mut self, name: &str, words: &str) {
        self.of(name).shares(words).await;
        self.settle().await;
    }

    fn seat(&self, name: &str) -> u16 {
        self.of(name).client.seat().0
    }

    fn mv(&self) -> u64 {
        self.of("Fay").client.current_move()
    }

    async fn settle(&mut self) {
        for member in self.members.values_mut() {
            if member.closes.is_empty() {
                let open = member.client.look(|view| view.line == hearth_client::LineState::Open);
                if open { member.catches_up().await } else { member.pump() }
            }
        }
    }

    async fn pass(&mut self, time: Duration) {
        self.house.pass(time);
        tokio::time::sleep(Duration::from_millis(30)).await;
        self.settle().await;
    }

    /// A session that has something of everything.
    async fn play(&mut self) {
        self.of("Fay").says("Welcome, early ones.").await;
        self.does("Fay", command(json!({ "open_round": { "prompt": { "plain": "How?" } } }))).await;
        self.does("Ana", Command::Take { r#move: self.mv() }).await;
        self.shares("Ana", "Words before Cleo came.").await;
        self.comes("Cleo", LinkRole::Participant, Stance::Sharing).await;
        self.shares("Ana", "Words after Cleo came.").await;
        let said = self.said("Words after Cleo came.");
        let sign = Command::Gesture { said, kind: GestureKind::Heard, on: true };
        self.does("Ben", sign).await;
        self.does("Ben", Command::Point {}).await;
        let ben = hearth_protocol::SeatNo(self.seat("Ben"));
        self.does("Mo", Command::AnswerPoint { seat: ben }).await;
        self.does("Mo", Command::Mute { seat: ben, for_ms: Some(60_000) }).await;
        self.does("Ana", Command::Done { r#move: self.mv(), to: None }).await;
        self.does("Dan", Command::Take { r#move: self.mv() }).await;
        self.shares("Dan", "The last that Dan may say.").await;
        let dan = hearth_protocol::SeatNo(self.seat("Dan"));
        self.does("Fay", Command::Remove { seat: dan }).await;
        self.does("Fay", command(json!({ "announce": { "text": { "plain": "After Dan." } } })))
            .await;
        self.pass(Duration::from_secs(60)).await;
        let ana = hearth_protocol::SeatNo(self.seat("Ana"));
        self.does("Fay", Command::SetRole { seat: ana, role: Role::Moderator }).await;
        self.does("Ben", Command::Point {}).await;
        self.does("Fay", Command::SetRole { seat: ana, role: Role::Participant }).await;
        self.does("Mo", Command::AnswerPoint { seat: ben }).await;
        self.does("Mo", Command::Mute { seat: ben, for_ms: None }).await;
    }

    fn said(&self, words: &str) -> hearth_protocol::WordsId {
        let text = Text::plain(words);
        let found = self.of("Fay").client.look(|view| {
            let mut said = view.snapshot.said.iter();
            said.find(|said| said.words.text.as_ref() == Some(&text)).map(|said| said.words.id)
        });
        found.expect("it was said")
    }
}

/// The events of one audience among what somebody received: number and text on the wire.
fn events(member: &Member, audience: &str) -> Vec<(u64, String)> {
    let numbers = member.frames.iter().filter_map(|(text, frame)| {
        let number = match (&**frame, audience) {
            (ServerFrame::Event(EventFrame::Room { room, .. }), "room") => *room,
            (ServerFrame::Event(EventFrame::Staff { staff, .. }), "staff") => *staff,
            (ServerFrame::Event(EventFrame::Seat { seat, .. }), "seat") => *seat,
            _ => return None,
        };
        Some((number, text.clone()))
    });
    numbers.collect()
}

/// The cursor that somebody's first welcome began with.
fn first_cursor(member: &Member) -> Cursor {
    match &*member.frames[0].1 {
        ServerFrame::Notice(Notice::Welcome(welcome)) => welcome.snapshot.as_ref().unwrap().cursor,
        other => panic!("the first frame is no welcome: {other:?}"),
    }
}

fn raw(member: &Member) -> String {
    member.frames.iter().map(|(text, _)| format!("{text}\n")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_receives_what_is_theirs_without_gaps_and_nothing_else() {
    let mut cast = Cast::gather().await;
    cast.play().await;

    let everyone: BTreeMap<_, _> = events(cast.of("Fay"), "room").into_iter().collect();
    for (name, member) in &cast.members {
        let staff = ["Fay", "Mo"].contains(name);
        let cursor = first_cursor(member);
        let room = events(member, "room");
        let from = cursor.room;
        let to =
            if *name == "Dan" { from + room.len() as u64 } else { *everyone.keys().max().unwrap() };
        let numbers: Vec<_> = room.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (from + 1..=to).collect::<Vec<_>>(), "{name}: the room's events");
        for (number, text) in &room {
            if let Some(seen) = everyone.get(number) {
                assert_eq!(text, seen, "{name}: event {number} is not what others received");
            }
        }
        let own: Vec<_> = events(member, "seat").iter().map(|(number, _)| *number).collect();
        let from = cursor.seat;
        assert_eq!(own, (from + 1..=from + own.len() as u64).collect::<Vec<_>>(), "{name}: own");
        let staffs: Vec<_> = events(member, "staff").iter().map(|(number, _)| *number).collect();
        match cursor.staff {
            Some(from) => {
                assert!(staff, "{name} has a place in the sequence of staff");
                let expected: Vec<_> = (from + 1..=from + staffs.len() as u64).collect();
                assert_eq!(staffs, expected, "{name}: of staff");
                assert!(!staffs.is_empty());
            }
            None => assert!(!staff, "{name} has no place in the sequence of staff"),
        }
    }
    staff_facts_reach_staff_alone(&cast);
    what_is_private_reaches_one_seat(&cast);
}

fn staff_facts_reach_staff_alone(cast: &Cast) {
    for name in ["Ben", "Cleo", "Dan", "Lea"] {
        let text = raw(cast.of(name));
        for hidden in ["\"staff\"", "\"board\"", "barred", "point_raised", "\"turns\""] {
            assert!(!text.contains(hidden), "{name} received {hidden}");
        }
    }
    // What Ana received of staff lies between her becoming one of them and her ceasing to be.
    let ana = cast.of("Ana");
    let kinds: Vec<_> = ana
        .frames
        .iter()
        .filter_map(|(_, frame)| match &**frame {
            ServerFrame::Notice(Notice::Snapshot(snapshot)) => Some(snapshot.board.is_some()),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [true, false], "a change of role sends a fresh snapshot");
    let place = |wanted: bool| {
        let is = |frame: &ServerFrame| {
            matches!(frame, ServerFrame::Notice(Notice::Snapshot(snapshot))
                if snapshot.board.is_some() == wanted)
        };
        ana.frames.iter().position(|(_, frame)| is(frame)).unwrap()
    };
    let staff: Vec<_> = ana
        .frames
        .iter()
        .enumerate()
        .filter_map(|(index, (_, frame))| match &**frame {
            ServerFrame::Event(EventFrame::Staff { event, .. }) => Some((index, event)),
            _ => None,
        })
        .collect();
    assert!(matches!(staff[..], [(_, StaffEvent::PointRaised { .. })]), "{staff:?}");
    assert!(staff.iter().all(|(index, _)| place(true) < *index && *index < place(false)));
}

fn what_is_private_reaches_one_seat(cast: &Cast) {
    for (name, member) in &cast.members {
        let own: Vec<_> = member
            .frames
            .iter()
            .filter_map(|(_, frame)| match &**frame {
                ServerFrame::Event(EventFrame::Seat { event, .. }) => Some(event),
                _ => None,
            })
            .collect();
        let muted = own.iter().filter(|event| matches!(event, SeatEvent::Muted(_))).count();
        assert_eq!(muted, if *name == "Ben" { 2 } else { 0 }, "{name}: {own:?}");
        let lifted = own.iter().filter(|event| matches!(event, SeatEvent::Unmuted {})).count();
        assert_eq!(lifted, usize::from(*name == "Ben"), "{name}");
        let removed = own.iter().any(|event| matches!(event, SeatEvent::Removed {}));
        assert_eq!(removed, *name == "Dan", "{name}");
    }
    for name in ["Cleo", "Ana", "Lea"] {
        let text = raw(cast.of(name)).replace("\"muted\":[]", "");
        let before_staff = text.split("\"board\"").next().unwrap_or_default();
        assert!(!before_staff.contains("muted"), "{name} can tell of a mute");
    }
    let dan = cast.of("Dan");
    let (last, _) = dan.frames.last().unwrap();
    assert!(last.contains("removed"), "the last thing Dan was told: {last}");
    assert_eq!(dan.closes, [Some(CloseCode::Removed.code())]);
    assert!(!raw(dan).contains("After Dan."));
    let cleo = raw(cast.of("Cleo"));
    assert!(!cleo.contains("before Cleo") && !cleo.contains("early ones"));
    assert!(cleo.contains("Words after Cleo came."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_brings_nothing_that_the_line_itself_would_not_have_brought() {
    let mut cast = Cast::gather().await;
    cast.does("Fay", command(json!({ "open_round": {} }))).await;
    let cursor = cast.of("Ben").client.view().snapshot.cursor;
    cast.of("Ben").client.cut().await.unwrap();
    cast.does("Ana", Command::Take { r#move: cast.mv() }).await;
    cast.shares("Ana", "While Ben was gone.").await;
    let dan = hearth_protocol::SeatNo(cast.seat("Dan"));
    cast.does("Mo", Command::Mute { seat: dan, for_ms: None }).await;
    let missed: Vec<_> = events(cast.of("Ana"), "room")
        .into_iter()
        .filter(|(number, _)| *number > cursor.room)
        .map(|(_, text)| text)
        .collect();
    let ben = cast.members.get_mut("Ben").unwrap();
    ben.pump();
    let had = ben.frames.len();
    ben.client.come_back(Coming::Resume).await.unwrap();
    ben.catches_up().await;
    let got: Vec<_> = ben.frames[had..].iter().map(|(text, _)| text.clone()).collect();
    assert!(got[0].contains("\"welcome\"") && !got[0].contains("\"snapshot\""), "{}", got[0]);
    assert_eq!(got[1..], missed, "what was missed, exactly once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_from_the_future_or_of_staff_gets_a_member_a_snapshot_and_nothing_more() {
    let mut cast = Cast::gather().await;
    cast.does("Fay", command(json!({ "open_round": {} }))).await;
    let real = cast.of("Ben").client.view().snapshot.cursor;
    for claimed in [
        Cursor { room: real.room + 50, ..real },
        Cursor { seat: real.seat + 50, ..real },
        Cursor { staff: Some(0), ..real },
        Cursor { room: u64::MAX, seat: u64::MAX, staff: Some(u64::MAX) },
    ] {
        let ben = cast.members.get_mut("Ben").unwrap();
        ben.pump();
        let had = ben.frames.len();
        ben.client.come_back(Coming::From(claimed)).await.unwrap();
        ben.catches_up().await;
        let (text, frame) = &ben.frames[had];
        let ServerFrame::Notice(Notice::Welcome(welcome)) = &**frame else { panic!("{text}") };
        let snapshot = welcome.snapshot.as_ref().expect("a mismatch gets a snapshot");
        assert!(snapshot.board.is_none());
        assert_eq!(snapshot.cursor.staff, None);
    }
}

/// Plays a story in which staff act in private, or do not, and returns what `name` received, ids
/// numbered.
async fn received_with(private_acts: bool, name: &str) -> Vec<String> {
    let mut cast = Cast::gather().await;
    cast.does("Fay", command(json!({ "open_round": {} }))).await;
    let dan = hearth_protocol::SeatNo(cast.seat("Dan"));
    if private_acts {
        cast.does("Mo", Command::Mute { seat: dan, for_ms: None }).await;
        cast.does("Dan", Command::Point {}).await;
    }
    cast.does("Ana", Command::Take { r#move: cast.mv() }).await;
    cast.shares("Ana", "One.").await;
    cast.does("Ana", Command::Done { r#move: cast.mv(), to: None }).await;
    if private_acts {
        cast.does("Mo", Command::AnswerPoint { seat: dan }).await;
        cast.does("Ben", Command::Longer { r#move: cast.mv() }).await;
    }
    cast.does("Ben", Command::Take { r#move: cast.mv() }).await;
    cast.shares("Ben", "Two.").await;
    if private_acts {
        cast.does("Fay", Command::Unmute { seat: dan }).await;
    }
    cast.does("Ben", Command::Done { r#move: cast.mv(), to: None }).await;
    let mut numbered = BTreeMap::new();
    let member = cast.of(name);
    let values = member.frames.iter().map(|(text, _)| {
        let mut value: Value = serde_json::from_str(text).unwrap();
        number_ids(&mut value, &mut numbered);
        value.to_string()
    });
    values.collect()
}

fn number_ids(value: &mut Value, numbered: &mut BTreeMap<String, usize>) {
    match value {
        Value::String(text) if uuid::Uuid::parse_str(text).is_ok() => {
            let next = numbered.len();
            let number = *numbered.entry(text.clone()).or_insert(next);
            *text = format!("id {number}");
        }
        Value::Array(items) => items.iter_mut().for_each(|item| number_ids(item, numbered)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| number_ids(field, numbered));
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_acts_leave_no_trace_in_what_others_receive() {
    for name in ["Ana", "Lea"] {
        let (with, without) = (received_with(true, name).await, received_with(false, name).await);
        assert_eq!(with, without, "{name} can tell that something was hidden");
    }
    // Staff are told, so it did happen.
    assert_ne!(received_with(true, "Mo").await, received_with(false, "Mo").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_role_is_worth_nothing() {
    let mut cast = Cast::gather().await;
    let ben = hearth_protocol::SeatNo(cast.seat("Ben"));
    for command in [
        command(json!({ "open_round": {} })),
        Command::Mute { seat: ben, for_ms: None },
        Command::Remove { seat: ben },
        Command::SetRole { seat: ben, role: Role::Facilitator },
        Command::End {},
        Command::Pause { message: None },
    ] {
        cast.of("Ana").is_refused(command.clone(), RefusalCode::NotAllowed).await;
        cast.of("Lea").is_refused(command, RefusalCode::NotAllowed).await;
    }
    cast.settle().await;
    // Nothing happened, so nobody was told anything.
    let order = cast.of("Fay").client.look(|view| view.snapshot.common.round.clone());
    assert!(order.is_none_or(|round| round.order == Order::GoRound && !round.open));
    let role = |frame: &ServerFrame| {
        matches!(frame, ServerFrame::Event(EventFrame::Room { event: RoomEvent::Role { .. }, .. }))
    };
    assert!(!cast.of("Ben").frames.iter().any(|(_, frame)| role(frame)));
}

//! Questions: each is said in the room by the host who asks it, belongs to its round, and can only be
//! changed.

use super::*;
use hearth_protocol::limits::MESSAGES_MAX;
use hearth_protocol::message::{Message, MessageKind};
use hearth_protocol::settings::Late;
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::{MessageNo, Text};
use hearth_room::{ROW_FORMAT, ROW_FORMAT_OLDEST, ReplayError, Room};

const FIRST: &str = "What helped?";

fn ask(words: &str) -> RoundCommand {
    let mut command = open_round(Order::GoRound);
    if let RoundCommand::OpenRound { prompt, .. } = &mut command {
        *prompt = Some(text(words));
    }
    command
}

fn change(words: Option<&str>) -> RoundCommand {
    RoundCommand::SetPrompt { prompt: words.map(text) }
}

fn asked(words: &str) -> World {
    let mut world = World::with(Settings::default(), &HOSTED);
    world.ok(1, ask(words));
    world
}

/// Returns the questions on someone's log.
fn questions(world: &World, seat: u16) -> Vec<(MessageNo, Message)> {
    let messages = world.screens[&SeatNo(seat)].messages.iter();
    let questions = messages.filter(|(_, message)| message.kind == MessageKind::Question);
    questions.map(|(number, message)| (number, message.clone())).collect()
}

/// Returns the words of the questions on someone's log; `None` for those that were erased.
fn read(world: &World, seat: u16) -> Vec<Option<String>> {
    let screen = &world.screens[&SeatNo(seat)];
    let words = |id| match screen.text(id) {
        Some(Text::Plain(words)) => Some(words.clone()),
        Some(Text::Sealed(_)) | None => None,
    };
    questions(world, seat).iter().map(|(_, message)| words(message.text)).collect()
}

fn words(all: &[Option<&str>]) -> Vec<Option<String>> {
    all.iter().map(|words| words.map(str::to_owned)).collect()
}

fn prompt(world: &World) -> Option<TextId> {
    world.room.view().round.as_ref().unwrap().prompt
}

fn holds_words(world: &World, seat: u16, words: &str) -> bool {
    serde_json::to_string(&world.screens[&SeatNo(seat)]).unwrap().contains(words)
}

#[test]
fn a_question_is_a_message_of_its_round_by_the_host_who_asks_it() {
    let mut world = World::with(Settings::default(), &HOSTED);
    world.ok(3, MessageCommand::Say { turn_id: 0, text: text("hello") });
    let rows = world.ok(2, ask(FIRST));
    assert_eq!(facts(&rows), ["phase_changed", "round_opened", "offered 2"], "nobody said it");
    for seat in 1..=4 {
        let [(number, question)] = questions(&world, seat).try_into().unwrap();
        assert_eq!((number, question.seat, question.round), (MessageNo(2), SeatNo(2), 1));
        assert_eq!(Some(question.text), prompt(&world), "seat {seat}");
    }
    world.ok(1, RoundCommand::CloseRound {});
    world.ok(1, open_round(Order::GoRound));
    world.ok(1, RoundCommand::CloseRound {});
    world.ok(1, ask("And now?"));
    assert_eq!(read(&world, 4), words(&[Some(FIRST), Some("And now?")]));
    assert_eq!(questions(&world, 4)[1].1.round, 3);
}

#[test]
fn those_who_were_there_see_a_question_and_newcomers_see_the_one_of_the_open_round_there_alone() {
    let mut world = World::with(Settings::default(), &HOSTED);
    disconnect(&mut world, 3);
    world.ok(4, PresenceCommand::Leave {});
    world.ok(1, ask(FIRST));
    reconnect(&mut world, 3);
    reconnect(&mut world, 4);
    let newcomer = world.join(Role::Participant).0;
    assert_eq!(read(&world, 3), words(&[Some(FIRST)]), "away");
    for late in [4, newcomer] {
        assert_eq!(read(&world, late), words(&[]), "seat {late}");
        assert!(holds_words(&world, late, FIRST), "the open round shows it to seat {late}");
    }
    world.ok(1, RoundCommand::CloseRound {});
    world.ok(1, ask("And now?"));
    let next = world.join(Role::Participant).0;
    assert!(!holds_words(&world, next, FIRST));
    assert_eq!(read(&world, newcomer), words(&[Some("And now?")]));

    let settings = Settings { earlier_words: true, ..Settings::default() };
    let mut world = World::with(settings, &HOSTED);
    world.ok(1, ask(FIRST));
    let newcomer = world.join(Role::Participant).0;
    assert_eq!(read(&world, newcomer), words(&[Some(FIRST)]), "the circle shows earlier words");
}

#[test]
fn the_words_of_a_question_that_is_changed_are_erased_everywhere() {
    let mut world = asked(FIRST);
    let newcomer = world.join(Role::Participant).0;
    disconnect(&mut world, 4);
    let before = prompt(&world).unwrap();
    let rows = world.ok(1, change(Some("And now?")));
    assert_eq!(facts(&rows), ["prompt_changed"]);
    reconnect(&mut world, 4);
    assert!(!world.texts.contains_key(&before), "the store has erased them");
    for seat in 1..=newcomer {
        assert!(!holds_words(&world, seat, FIRST), "seat {seat}");
    }
    for seat in 1..=4 {
        assert_eq!(read(&world, seat), words(&[None, Some("And now?")]), "seat {seat}");
        let [(_, old), (_, new)] = questions(&world, seat).try_into().unwrap();
        assert!(old.taken_back && !new.taken_back);
    }
    assert_eq!(read(&world, newcomer), words(&[Some("And now?")]), "they were there by then");

    let before = prompt(&world).unwrap();
    world.ok(1, change(None));
    assert_eq!((prompt(&world), world.texts.contains_key(&before)), (None, false));
    assert_eq!(read(&world, 4), words(&[None, None]));
    world.ok(1, change(None));
    world.ok(1, change(Some("At last?")));
    assert_eq!(read(&world, 4), words(&[None, None, Some("At last?")]));
}

#[test]
fn a_question_cannot_be_taken_back_hidden_or_responded_to() {
    let mut world = asked(FIRST);
    let message = questions(&world, 1)[0].0;
    let gesture = SignalCommand::Gesture { message, kind: GestureKind::Heard, on: true };
    let commands: [(u16, Command); 5] = [
        (1, MessageCommand::TakeBack { message }.into()),
        (1, MessageCommand::HideMessage { message }.into()),
        (1, MessageCommand::RestoreMessage { message }.into()),
        (1, gesture.clone().into()),
        (3, gesture.clone().into()),
    ];
    for (seat, command) in commands {
        let name = command.name();
        assert_eq!(refused(&mut world, seat, command), RefusalCode::Question, "{seat} {name}");
    }
    let newcomer = world.join(Role::Participant).0;
    assert_eq!(refused(&mut world, newcomer, gesture.clone()), RefusalCode::NoSuchMessage);
    world.ok(1, change(None));
    assert_eq!(refused(&mut world, 3, gesture), RefusalCode::NoSuchMessage);
}

#[test]
fn asking_is_not_speaking() {
    let closed = Settings { late: Late::Closed, ..Settings::default() };
    let mut world = World::with(closed, &HOSTED);
    world.ok(1, ask(FIRST));
    world.ok(1, change(Some("And now?")));
    assert_eq!(world.heard(), []);
    assert!(matches!(world.token(), Token::Offered { seat: SeatNo(1) }));
    world.ok(1, RoundCommand::CloseRound {});
    assert!(world.room.hosts_view().turns.is_empty(), "nobody had a turn");
    world.join(Role::Participant);
}

#[test]
fn a_full_log_keeps_no_round_from_opening() {
    let mut world = World::light(Settings::default(), &HOSTED);
    for _ in 0..MESSAGES_MAX {
        world.ok(1, MessageCommand::Announce { text: text("again") });
    }
    let last = |world: &World| world.room.messages_seen(SeatNo(1), None).next().unwrap().0;
    world.ok(1, ask(FIRST));
    world.ok(1, change(Some("And now?")));
    assert!(prompt(&world).is_some());
    assert_eq!(last(&world), MessageNo(MESSAGES_MAX as u32));
    assert_eq!(
        refused(&mut world, 1, MessageCommand::Announce { text: text("no") }),
        RefusalCode::Full
    );
}

#[test]
fn a_room_from_before_questions_were_messages_goes_on() {
    let mut world = World::light(Settings::default(), &HOSTED);
    world.ok(1, ask(FIRST));
    let mut stored = serde_json::to_value(&world.room).unwrap();
    stored["format"] = (ROW_FORMAT - 1).into();
    stored["state"]["messages"] = serde_json::json!({});
    world.room = Room::from_snapshot(&stored.to_string()).unwrap();
    let before = prompt(&world).unwrap();
    let rows = world.ok(1, change(Some("And now?")));
    let mut replayed = Room::from_snapshot(&stored.to_string()).unwrap();
    replayed.replay(&rows[0]).unwrap();
    assert_eq!(replayed, world.room);
    assert_eq!((facts(&rows), erased(&rows)), (vec!["prompt_changed".to_owned()], vec![before]));
    assert_eq!(world.room.messages_seen(SeatNo(4), None).count(), 1, "the new one");
}

#[test]
fn rows_of_the_format_before_are_read_and_others_are_refused() {
    let mut world = asked(FIRST);
    world.ok(1, RoundCommand::CloseRound {});
    let read = |format| {
        let rows = world.journal.iter().map(|row| Row { format, ..row.clone() });
        let mut rows = rows.collect::<Vec<_>>().into_iter();
        let mut room = Room::from_first(&rows.next().unwrap())?;
        rows.try_for_each(|row| room.replay(&row)).map(|()| room)
    };
    assert_eq!(read(ROW_FORMAT_OLDEST).unwrap(), world.room);
    assert_eq!(read(ROW_FORMAT).unwrap(), world.room);
    for format in [ROW_FORMAT_OLDEST - 1, ROW_FORMAT + 1] {
        assert!(matches!(read(format), Err(ReplayError::Format { .. })), "format {format}");
    }
}

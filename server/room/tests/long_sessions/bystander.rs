//! What a bystander receives doesn't depend on anything they may not see.
//!
//! Two rooms play the same random session under one clock and the same randomness. They differ only
//! in what is hidden from the bystander, and the bystander's frames must be equal.

use super::fill_in;
use super::support::{NODE, World, open_round, text};
use super::wishes::{Thing, Wish, settings, thing};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{Role, Stance};
use hearth_protocol::round::RoundCommand;
use hearth_protocol::session::SessionCommand;
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::turn::{Token, TurnCommand};
use hearth_protocol::{Command, MessageNo, RefusalCode, SeatNo, Settings};
use hearth_room::{Effect, Input, Row};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

/// A participant who is never muted and never becomes a host.
const BYSTANDER: SeatNo = SeatNo(4);

/// What happens only in the first room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hidden {
    /// Mutes, unmutes and process points. In the second room, the person who would be muted answers
    /// when the first room answers for them.
    Moderation,
    /// Gestures to messages that the bystander may not see, and their withdrawal.
    Messages,
}

struct Pair {
    first: World,
    second: World,
    hidden: Hidden,
    step: u64,
}

impl Pair {
    fn new(settings: &Settings, hidden: Hidden) -> Self {
        let roles = [Role::Facilitator, Role::Moderator, Role::Participant];
        let mut first = World::with(settings.clone(), &roles);
        if hidden == Hidden::Messages {
            for seat in 1..=3 {
                let say = MessageCommand::Say { turn_id: 0, text: text("before they came") };
                first.ok(seat, say);
            }
        }
        first.join(Role::Participant);
        let second = first.clone();
        Self { first, second, hidden, step: 0 }
    }

    fn play(&mut self, things: &[Thing]) {
        for thing in things {
            self.step += 1;
            self.pass_time(1_000);
            self.happen(thing);
            self.compare();
        }
        self.pass_time(100_000);
        self.compare();
    }

    fn compare(&self) {
        let [first, second] = [&self.first, &self.second].map(|world| self.received(world));
        let same = first.iter().zip(&second).take_while(|(a, b)| a == b).count();
        assert_eq!(first.get(same), second.get(same), "{same} frames are equal");
    }

    /// The bystander's frames. If messages are hidden, a frame may hold nothing but a number and a
    /// time, because everyone shares one sequence. That isn't secret.
    fn received(&self, world: &World) -> Vec<String> {
        let frames = &world.frames[&BYSTANDER];
        if self.hidden == Hidden::Moderation {
            return frames.clone();
        }
        let mut all = Vec::new();
        for frame in frames {
            let mut frame: Value = serde_json::from_str(frame).unwrap();
            let fields = frame.as_object_mut().unwrap();
            if fields.len() == 2 && fields.contains_key("room") && fields.contains_key("at") {
                continue;
            }
            // In a snapshot this is the view, and the cursor contains the number.
            if fields.get("room").is_some_and(Value::is_number) {
                fields.remove("room");
            }
            if let Some(cursor) = fields.get_mut("cursor").and_then(Value::as_object_mut) {
                cursor.remove("room");
            }
            all.push(frame.to_string());
        }
        all
    }

    /// Lets time pass in both rooms. Deadlines take effect in both, one by one, except that the
    /// person answers when the first room answers for them.
    fn pass_time(&mut self, ms: u64) {
        let until = self.first.now + ms;
        loop {
            let next =
                [&self.first, &self.second].into_iter().filter_map(|w| w.room.next_deadline());
            let Some(at) = next.min().filter(|at| *at <= until) else { break };
            let now = self.first.now.max(at);
            (self.first.now, self.second.now) = (now, now);
            self.drain();
        }
        (self.first.now, self.second.now) = (until, until);
    }

    fn drain(&mut self) {
        for _ in 0..1_000 {
            self.seed();
            let with = self.first.token().seat();
            match self.first.drain_one() {
                None => {
                    assert!(self.second.drain_one().is_none(), "due in the second room only");
                    return;
                }
                // Only its hosts notice.
                Some(row) if erases_hidden(&row) => self.drain_hidden_in_second(),
                // A mute ends.
                Some(row) if self.hidden == Hidden::Moderation && row.room.is_none() => {}
                Some(_) if self.second.drain_one().is_some() => {}
                Some(_) => self.answer(with.expect("the room answers for someone")),
            }
        }
        panic!("a deadline is due again and again");
    }

    /// Erases a hidden message in the second room too, if it was hidden there.
    fn drain_hidden_in_second(&mut self) {
        let mut second = self.second.clone();
        if second.drain_one().is_some_and(|row| erases_hidden(&row)) {
            self.second = second;
        }
    }

    /// The person in the second room does what the first room did for them.
    fn answer(&mut self, seat: SeatNo) {
        let turn_id = self.second.turn_id();
        let spoke = matches!(self.second.token(), Token::Held { shares, .. } if *shares > 0);
        let command = if spoke {
            TurnCommand::Finish { turn_id, to: None }
        } else {
            TurnCommand::Later { turn_id }
        };
        self.second.ok(seat.0, command);
    }

    fn happen(&mut self, thing: &Thing) {
        match thing {
            Thing::Join(role, stance) if self.first.room.view().people.len() < 6 => {
                self.join(*role, *stance);
            }
            Thing::Join(..) => {}
            Thing::Drop(seat) => self.act(&Input::ConnectionLost { seat: SeatNo(*seat) }),
            Thing::Return(seat) => self.act(&Input::Return { seat: SeatNo(*seat), node: NODE }),
            Thing::Writing(seat) => {
                // A muted person may try to write; in the second room they don't.
                let muted = self.first.is_muted(SeatNo(*seat)) && self.hidden == Hidden::Moderation;
                let writing = Input::Writing { seat: SeatNo(*seat) };
                if muted {
                    let _unknown_seats = self.first.act(&writing);
                } else {
                    self.act(&writing);
                }
            }
            Thing::Stop(lost) => {
                self.act(&Input::Restart);
                for seat in (1..=6).filter(|seat| seat != lost) {
                    self.act(&Input::Return { seat: SeatNo(seat), node: NODE });
                }
            }
            Thing::Wait => {
                let next = self.first.room.next_deadline();
                let wait = next.map_or(0, |at| at.saturating_sub(self.first.now));
                if wait < 700_000 {
                    self.pass_time(wait);
                }
            }
            Thing::PassTime(ms) => self.pass_time(*ms),
            Thing::Do(seat, wish) => self.command(SeatNo(*seat), &fill_in(&self.first, wish)),
            Thing::Usual => {
                let (seat, command) = self.usual();
                self.command(seat, &command);
            }
        }
    }

    fn usual(&self) -> (SeatNo, Command) {
        let turn_id = self.first.turn_id();
        let any = SeatNo(u16::try_from(self.step % 6 + 1).unwrap());
        match self.first.token() {
            _ if self.first.session().pause.is_some() => {
                (SeatNo(1), SessionCommand::Unpause {}.into())
            }
            Token::Offered { seat } => (*seat, TurnCommand::Take { turn_id }.into()),
            Token::Held { seat, shares: 0, .. } => {
                (*seat, MessageCommand::Share { turn_id, text: text("words") }.into())
            }
            Token::Held { seat, .. } => (*seat, TurnCommand::Finish { turn_id, to: None }.into()),
            Token::Centre { .. } => match self.first.room.view().round.as_ref() {
                Some(round) if round.open && !self.first.queue().complete => {
                    (any, TurnCommand::Take { turn_id }.into())
                }
                Some(round) if round.open => (SeatNo(1), RoundCommand::CloseRound {}.into()),
                Some(_) | None => (SeatNo(1), open_round(None).into()),
            },
        }
    }

    /// The same seed in both rooms, whatever each has decided so far, and none of those with which
    /// the rooms began: equal seeds give equal text ids.
    fn seed(&mut self) {
        let seed = (1 << 32) + self.step;
        (self.first.seed, self.second.seed) = (seed, seed);
    }

    fn join(&mut self, role: Role, stance: Stance) {
        self.seed();
        let first = self.first.try_join(role, stance);
        let second = self.second.try_join(role, stance);
        assert_eq!(first.map(drop), second.map(drop));
    }

    fn act(&mut self, input: &Input) {
        self.seed();
        let first = self.first.act(input).map(drop);
        assert_eq!(first, self.second.act(input).map(drop), "{input:?}");
    }

    fn command(&mut self, seat: SeatNo, command: &Command) {
        if shows_the_bystander(command) {
            return;
        }
        self.seed();
        let with = self.first.token().seat();
        let hidden = self.is_hidden(command);
        let first = self.first.command(seat, command.clone());
        if hidden {
            let moved = |rows: &[Row]| rows.iter().any(|row| row.room.is_some());
            if self.hidden == Hidden::Moderation && first.is_ok_and(|rows| moved(&rows)) {
                self.answer(with.expect("a muted holder is finished"));
            }
            return;
        }
        if self.hidden == Hidden::Moderation && matches!(first, Err(RefusalCode::Muted)) {
            return;
        }
        let second = self.second.command(seat, command.clone());
        assert_eq!(first.map(drop), second.map(drop), "{seat} {command:?}");
    }

    fn is_hidden(&self, command: &Command) -> bool {
        match self.hidden {
            Hidden::Moderation => matches!(
                command,
                Command::Moderation(
                    ModerationCommand::Mute { .. } | ModerationCommand::Unmute { .. }
                ) | Command::Signal(
                    SignalCommand::ProcessPoint {} | SignalCommand::AnswerProcessPoint { .. }
                )
            ),
            Hidden::Messages => match command {
                Command::Signal(SignalCommand::Gesture { message, .. })
                | Command::Message(
                    MessageCommand::TakeBack { message }
                    | MessageCommand::HideMessage { message }
                    | MessageCommand::RestoreMessage { message },
                ) => !self.first.room.sees(BYSTANDER, *message),
                _ => false,
            },
        }
    }
}

/// Returns whether a row erases the words of a hidden message and does nothing else.
fn erases_hidden(row: &Row) -> bool {
    row.room.is_none() && row.effects.iter().any(|effect| matches!(effect, Effect::EraseTexts(_)))
}

/// Commands that change what the bystander may see, or are about them alone.
fn shows_the_bystander(command: &Command) -> bool {
    match command {
        Command::Moderation(ModerationCommand::Mute { seat, .. }) => *seat == BYSTANDER,
        Command::Moderation(ModerationCommand::SetRole { seat, role }) => {
            *seat == BYSTANDER && role.is_host()
        }
        _ => false,
    }
}

fn with_mutes() -> impl Strategy<Value = Vec<Thing>> {
    let host = 1..=2_u16;
    let mute = (host.clone(), 1..=6_u16, prop_oneof![Just(None), Just(Some(70_000))]);
    let mutes = mute.prop_map(|(host, seat, for_ms)| {
        Thing::Do(host, plain(ModerationCommand::Mute { seat: SeatNo(seat), for_ms }))
    });
    let unmutes = (host, 1..=6_u16).prop_map(|(host, seat)| {
        Thing::Do(host, plain(ModerationCommand::Unmute { seat: SeatNo(seat) }))
    });
    let wait = Just(Thing::Wait);
    prop::collection::vec(prop_oneof![12 => thing(), 3 => mutes, 1 => unmutes, 3 => wait], 20..120)
}

fn with_gestures() -> impl Strategy<Value = Vec<Thing>> {
    let message = || (1..12_u32).prop_map(MessageNo);
    let gestures = (1..=6_u16, message(), any::<bool>()).prop_map(|(seat, message, on)| {
        let kind = GestureKind::Heard;
        Thing::Do(seat, plain(SignalCommand::Gesture { message, kind, on }))
    });
    let taken_back = (1..=6_u16, message())
        .prop_map(|(seat, message)| Thing::Do(seat, plain(MessageCommand::TakeBack { message })));
    let hidden = (1..=2_u16, message(), any::<bool>()).prop_map(|(seat, message, on)| {
        let command = if on {
            MessageCommand::HideMessage { message }
        } else {
            MessageCommand::RestoreMessage { message }
        };
        Thing::Do(seat, plain(command))
    });
    let things = prop_oneof![6 => thing(), 3 => gestures, 3 => taken_back, 3 => hidden];
    prop::collection::vec(things, 20..120)
}

fn plain(command: impl Into<Command>) -> Wish {
    Wish::Plain(command.into())
}

proptest! {
    #![proptest_config(Config {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(96),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn a_bystander_cannot_tell_a_mute_from_the_person_answering_by_themselves(
        settings in settings(),
        things in with_mutes(),
    ) {
        Pair::new(&settings, Hidden::Moderation).play(&things);
    }

    #[test]
    fn a_bystander_learns_nothing_of_what_happens_to_messages_they_may_not_see(
        settings in settings(),
        things in with_gestures(),
    ) {
        // Otherwise someone who returns may see what was said while they were gone, and what became
        // of it.
        let settings = Settings { earlier_words: false, ..settings };
        Pair::new(&settings, Hidden::Messages).play(&things);
    }
}

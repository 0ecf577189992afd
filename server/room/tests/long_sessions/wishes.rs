//! Events that may happen in a long session, and commands that people may send.

use super::support::text;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::{BarUntil, ModerationCommand};
use hearth_protocol::presence::{PresenceCommand, Role, Stance};
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::round::{Advance, HandsBy, Order, RoundCommand, Start};
use hearth_protocol::session::{Phase, SessionCommand};
use hearth_protocol::settings::{Late, Offers, Pace};
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::silence::{Bell, SilenceCommand};
use hearth_protocol::turn::TurnLimit;
use hearth_protocol::{Command, SeatNo, Settings};
use proptest::prelude::*;

/// One thing that happens. Seats are drawn from a small range and may not exist; refusals are
/// expected.
#[derive(Debug, Clone)]
pub(crate) enum Thing {
    Join(Role, Stance),
    Drop(u16),
    Return(u16),
    Writing(u16),
    /// The server stops and starts; everyone but one comes back.
    Stop(u16),
    /// Time passes until the next deadline, unless that is the end of an empty room.
    Wait,
    PassTime(u64),
    Do(u16, Wish),
    /// The person who has the token does the usual thing.
    Usual,
}

/// A command, with the turn id left to be filled in (now and then a stale one).
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    Plain(Command),
    Take,
    Pass,
    Later,
    Share,
    Finish(Option<u16>),
    Say,
    TakeBackLast,
    HideLast,
    RestoreLast,
    GestureLast(GestureKind, bool),
    Offer(u16),
    Next,
    Skip,
    Reclaim,
    ResumeOrder,
    Longer,
    /// Lift one of the bars, or one that doesn't exist.
    LiftBar(usize),
    Stale,
}

pub(crate) fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        1 => Just(Role::Facilitator),
        1 => Just(Role::Moderator),
        4 => Just(Role::Participant),
        1 => Just(Role::Listener),
    ]
}

pub(crate) fn stance() -> impl Strategy<Value = Stance> {
    prop_oneof![4 => Just(Stance::Sharing), 1 => Just(Stance::Listening), 1 => Just(Stance::Resting)]
}

pub(crate) fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        Just(Order::GoRound),
        Just(Order::Popcorn),
        Just(Order::Hands),
        Just(Order::Facilitator),
        Just(Order::Open),
    ]
}

/// Any circle. A field without a strategy here doesn't compile.
pub(crate) fn settings() -> impl Strategy<Value = Settings> {
    let offers = prop_oneof![4 => Just(Offers::Ask), 1 => Just(Offers::AtOnce)];
    let late = prop_oneof![
        4 => Just(Late::NextRound),
        4 => Just(Late::AtEnd),
        1 => Just(Late::Closed),
    ];
    let bell = prop_oneof![Just(Bell::Facilitator), Just(Bell::Everyone)];
    let pace = prop_oneof![Just(Pace::Unhurried), Just(Pace::Usual), Just(Pace::Brisk)];
    let slow_ms = prop_oneof![Just(0), Just(5_000)];
    let round = (order(), hands_by(), advance(), offers, limit());
    (round, late, any::<bool>(), slow_ms, bell, pace).prop_map(
        |(round, late, earlier_words, slow_ms, bell, pace)| {
            let (order, hands_by, advance, offers, limit) = round;
            Settings {
                order,
                hands_by,
                advance,
                offers,
                late,
                earlier_words,
                limit,
                slow_ms,
                bell,
                pace,
            }
        },
    )
}

pub(crate) fn hands_by() -> impl Strategy<Value = HandsBy> {
    prop_oneof![Just(HandsBy::LeastHeard), Just(HandsBy::FirstCome)]
}

pub(crate) fn advance() -> impl Strategy<Value = Advance> {
    prop_oneof![3 => Just(Advance::Itself), 1 => Just(Advance::Facilitator)]
}

pub(crate) fn limit() -> impl Strategy<Value = Option<TurnLimit>> {
    prop_oneof![
        2 => Just(None),
        1 => any::<bool>().prop_map(|firm| Some(TurnLimit { ms: 60_000, firm })),
    ]
}

pub(crate) fn seat() -> impl Strategy<Value = u16> {
    1..=6_u16
}

pub(crate) fn rounds() -> impl Strategy<Value = Command> {
    let start = prop_oneof![
        Just(Start::Facilitator),
        Just(Start::Random),
        seat().prop_map(|seat| Start::Seat(SeatNo(seat)))
    ];
    prop_oneof![
        4 => (order(), hands_by(), advance(), limit(), start, any::<(bool, bool)>()).prop_map(
            |(order, hands_by, advance, limit, start, (unlimited, closing))| RoundCommand::OpenRound {
                prompt: Some(text("What helped?")),
                order: Some(order),
                hands_by: Some(hands_by),
                advance: Some(advance),
                unlimited: unlimited && limit.is_none(),
                limit,
                start,
                slow_ms: Some(5_000),
                closing,
            }.into()
        ),
        1 => Just(RoundCommand::CloseRound {}.into()),
        2 => (order(), hands_by(), advance()).prop_map(|(order, hands_by, advance)| {
            RoundCommand::SetOrder { order, hands_by: Some(hands_by), advance: Some(advance) }.into()
        }),
        1 => Just(RoundCommand::SetPrompt { prompt: None }.into()),
        2 => Just(RoundCommand::SetPrompt { prompt: Some(text("And now?")) }.into()),
        1 => limit().prop_map(|limit| RoundCommand::SetLimit { limit }.into()),
        1 => proptest::collection::vec(seat().prop_map(SeatNo), 0..4)
            .prop_map(|waiting| QueueCommand::Reorder { waiting }.into()),
    ]
}

fn until() -> impl Strategy<Value = Option<BarUntil>> {
    prop_oneof![Just(None), Just(Some(BarUntil::SessionEnd)), Just(Some(BarUntil::Lifted))]
}

pub(crate) fn moderation() -> impl Strategy<Value = Command> {
    prop_oneof![
        (seat(), prop_oneof![Just(None), Just(Some(70_000))]).prop_map(|(seat, for_ms)| {
            ModerationCommand::Mute { seat: SeatNo(seat), for_ms }.into()
        }),
        seat().prop_map(|seat| ModerationCommand::Unmute { seat: SeatNo(seat) }.into()),
        (seat(), until()).prop_map(|(seat, until)| {
            ModerationCommand::Remove { seat: SeatNo(seat), until }.into()
        }),
        seat().prop_map(|seat| {
            let name = text("A name they were given");
            ModerationCommand::SetName { seat: SeatNo(seat), name }.into()
        }),
        (2..=6_u16, role()).prop_map(|(seat, role)| ModerationCommand::SetRole {
            seat: SeatNo(seat),
            role
        }
        .into()),
        seat().prop_map(|seat| SignalCommand::AnswerProcessPoint { seat: SeatNo(seat) }.into()),
        Just(SessionCommand::Pause { message: None }.into()),
        Just(SessionCommand::Unpause {}.into()),
        Just(SessionCommand::Unpause {}.into()),
        Just(MessageCommand::Announce { text: text("a word to all") }.into()),
    ]
}

pub(crate) fn session() -> impl Strategy<Value = Command> {
    let phase = prop_oneof![Just(Phase::Open), Just(Phase::Closing), Just(Phase::Lingering)];
    prop_oneof![
        3 => phase.prop_map(|phase| SessionCommand::SetPhase { phase }.into()),
        1 => Just(SessionCommand::End {}.into()),
        3 => Just(SessionCommand::UndoEnd {}.into()),
        4 => Just(SilenceCommand::RingBell { for_ms: None, reason: None }.into()),
        2 => Just(SilenceCommand::EndSilence {}.into()),
    ]
}

pub(crate) fn own() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => Just(QueueCommand::Raise {}.into()),
        1 => Just(QueueCommand::Lower {}.into()),
        1 => Just(QueueCommand::StepBack {}.into()),
        1 => Just(QueueCommand::SitOut {}.into()),
        1 => Just(SignalCommand::ProcessPoint {}.into()),
        2 => stance().prop_map(|stance| PresenceCommand::Stance { stance }.into()),
        1 => Just(PresenceCommand::Leave {}.into()),
        1 => Just(PresenceCommand::Rename { name: text("Another name") }.into()),
    ]
}

/// Commands for hosts. Now and then someone else sends one, and is refused.
pub(crate) fn hosts_wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        16 => rounds().prop_map(Wish::Plain),
        10 => moderation().prop_map(Wish::Plain),
        1 => session().prop_map(Wish::Plain),
        4 => seat().prop_map(Wish::Offer),
        2 => Just(Wish::Next),
        3 => Just(Wish::Skip),
        2 => Just(Wish::Reclaim),
        3 => Just(Wish::ResumeOrder),
        1 => Just(Wish::Longer),
        3 => (0..4_usize).prop_map(Wish::LiftBar),
        1 => Just(Wish::Stale),
    ]
}

pub(crate) fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        8 => own().prop_map(Wish::Plain),
        3 => Just(Wish::Take),
        1 => Just(Wish::Pass),
        1 => Just(Wish::Later),
        2 => Just(Wish::Share),
        2 => proptest::option::of(seat()).prop_map(Wish::Finish),
        1 => Just(Wish::Say),
        1 => Just(Wish::TakeBackLast),
        1 => Just(Wish::HideLast),
        1 => Just(Wish::RestoreLast),
        1 => (Just(GestureKind::Heard), any::<bool>()).prop_map(|(k, on)| Wish::GestureLast(k, on)),
        1 => Just(Wish::Longer),
        1 => Just(Wish::Skip),
    ]
}

pub(crate) fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        2 => (role(), stance()).prop_map(|(role, stance)| Thing::Join(role, stance)),
        2 => seat().prop_map(Thing::Drop),
        8 => seat().prop_map(Thing::Return),
        1 => seat().prop_map(Thing::Writing),
        1 => seat().prop_map(Thing::Stop),
        2 => Just(Thing::Wait),
        2 => (1..100_000_u64).prop_map(Thing::PassTime),
        14 => (1..=2_u16, hosts_wish()).prop_map(|(seat, wish)| Thing::Do(seat, wish)),
        1 => (seat(), hosts_wish()).prop_map(|(seat, wish)| Thing::Do(seat, wish)),
        14 => (seat(), wish()).prop_map(|(seat, wish)| Thing::Do(seat, wish)),
        14 => Just(Thing::Usual),
    ]
}

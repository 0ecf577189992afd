//! Resuming: exactly what was missed, or a snapshot.

use crate::testing::*;
use crate::{ConnectionTimers, RoomsLimits};
use hearth_protocol::frame::Outcome;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::Role;
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::{Command, Epoch, SeatNo, Settings, Text};
use proptest::prelude::*;
use std::time::Duration;
use uuid::Uuid;

/// A step of a random session around Ben, who comes and goes.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The facilitator makes this many announcements.
    Says(u8),
    /// The facilitator mutes or unmutes Ben: frames to a seat and to hosts.
    Mutes(bool),
    /// The facilitator mutes or unmutes someone else: frames to hosts only.
    MutesAnother(bool),
    /// The facilitator gives Cleo another name.
    Renames,
    /// The facilitator takes their last message back, if they still can.
    TakesBack,
    /// Ben makes a gesture to the last message, or withdraws it, if he is here and it hasn't been
    /// taken back.
    Gestures(bool),
    Drops,
    Returns,
    Passes(u8),
    Restarts,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1_u8..4).prop_map(Step::Says),
        2 => any::<bool>().prop_map(Step::Mutes),
        2 => any::<bool>().prop_map(Step::MutesAnother),
        1 => Just(Step::Renames),
        1 => Just(Step::TakesBack),
        1 => any::<bool>().prop_map(Step::Gestures),
        3 => Just(Step::Drops),
        3 => Just(Step::Returns),
        1 => (1_u8..6).prop_map(Step::Passes),
        1 => Just(Step::Restarts),
    ];
    prop::collection::vec(step, 4..24)
}

/// Ben, connected or not.
enum Ben {
    Here(Box<Person>),
    Gone(Box<Absent>),
}

impl Ben {
    fn gone(self) -> Self {
        match self {
            Self::Here(person) => Self::Gone(Box::new(person.drops())),
            gone @ Self::Gone(_) => gone,
        }
    }

    async fn here(self, server: &TestServer) -> Box<Person> {
        match self {
            Self::Here(person) => person,
            Self::Gone(absent) => {
                let person = server.resume(*absent).await.expect("they may come back");
                assert!(!person.fresh, "no snapshot is needed");
                Box::new(person)
            }
        }
    }
}

async fn play_out(role: Role, steps: Vec<Step>) {
    let limits = RoomsLimits { commands_burst_per_seat: 1_000, ..RoomsLimits::default() };
    let mut server =
        TestServer::with(Settings::default(), limits, ConnectionTimers::default()).await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let cleo = server.join(Role::Participant, "Cleo").await;
    let mut ben = Ben::Here(Box::new(server.join(role, "Ben").await));
    let (mut muted, mut cleo_muted, mut count) = (false, false, 0);
    for step in steps {
        match step {
            Step::Says(times) => {
                for _ in 0..times {
                    count += 1;
                    ana.does(announce(format!("word {count}"))).await;
                }
            }
            Step::Mutes(on) if on != muted && role == Role::Participant => {
                muted = on;
                ana.does(mute(SeatNo(3), on)).await;
            }
            Step::MutesAnother(on) if on != cleo_muted => {
                cleo_muted = on;
                ana.does(mute(cleo.seat(), on)).await;
            }
            Step::Mutes(_) | Step::MutesAnother(_) => {}
            Step::Renames => {
                count += 1;
                let name = Text::plain(format!("Cleo {count}"));
                ana.does(ModerationCommand::SetName { seat: cleo.seat(), name }).await;
            }
            Step::TakesBack => {
                if let Some(message) = ana.view.messages.last_key() {
                    ana.ask_as(new_id(), MessageCommand::TakeBack { message }).await;
                }
            }
            Step::Gestures(on) => {
                if let (Ben::Here(ben), Some(message)) = (&mut ben, ana.view.messages.last_key()) {
                    let kind = GestureKind::Heard;
                    ben.ask_as(new_id(), SignalCommand::Gesture { message, kind, on }).await;
                }
            }
            Step::Drops => ben = ben.gone(),
            Step::Returns => ben = Ben::Here(ben.here(&server).await),
            Step::Passes(seconds) => server.pass(Duration::from_secs(seconds.into())).await,
            Step::Restarts => {
                ben = ben.gone();
                let gone = ana.drops();
                server = server.restarted().await;
                ana = server.resume(gone).await.expect("the facilitator comes back");
            }
        }
    }
    let mut ben = ben.here(&server).await;
    ana.does(announce("the last word")).await;
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    assert_eq!(ana.screen(), server.truth(ana.seat()).await);
    assert!(
        ben.view
            .messages
            .values()
            .all(|message| { message.taken_back != ben.view.texts.contains_key(&message.text) })
    );
}

fn mute(seat: SeatNo, on: bool) -> Command {
    let command = if on {
        ModerationCommand::Mute { seat, for_ms: None }
    } else {
        ModerationCommand::Unmute { seat }
    };
    command.into()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_resuming_member_gets_what_they_missed_exactly_once(steps in steps()) {
        tokio::runtime::Runtime::new().unwrap().block_on(play_out(Role::Participant, steps));
    }

    #[test]
    fn so_does_a_moderator(steps in steps()) {
        tokio::runtime::Runtime::new().unwrap().block_on(play_out(Role::Moderator, steps));
    }
}

#[tokio::test]
async fn a_resume_with_another_store_role_or_cursor_gets_a_snapshot() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let ben = server.join(Role::Participant, "Ben").await;
    let gone = ben.drops();

    let mut restored = gone.clone();
    restored.epoch = Epoch(Uuid::new_v4());
    let mut ahead = gone.clone();
    ahead.view.cursor.room += 100;
    let mut behind = gone.clone();
    behind.view.cursor.room = 1;
    let mut not_a_host = gone.clone();
    not_a_host.view.cursor.hosts = Some(0);
    for wrong in [restored, ahead, behind, not_a_host] {
        let person = server.resume(wrong).await.ok().unwrap();
        assert!(person.fresh);
        assert_eq!(person.screen(), server.truth(person.seat()).await);
        drop(person);
    }

    ana.does(ModerationCommand::SetRole { seat: SeatNo(2), role: Role::Moderator }).await;
    let ben = server.resume(gone).await.ok().unwrap();
    assert!(ben.fresh, "they may see more now");
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

#[tokio::test]
async fn someone_who_missed_very_much_gets_a_snapshot_and_pages_the_rest() {
    let server = TestServer::with_many_commands().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let gone = server.join(Role::Participant, "Ben").await.drops();
    for number in 0..60 {
        ana.does(announce(format!("{number} {}", "long words ".repeat(300)))).await;
    }
    ana.does(announce("the last")).await;
    let mut ben = server.resume(gone).await.ok().unwrap();
    assert!(ben.fresh && ben.view.earlier, "a snapshot with the newest messages is shorter");
    let truth = server.truth(ben.seat()).await;
    assert_eq!(ben.view.messages.last_key(), truth.messages.last_key());
    while ben.view.earlier {
        let before = ben.view.messages.keys().next().unwrap();
        let outcome = ben.ask_as(new_id(), MessageCommand::Page { before }).await;
        let Outcome::Page(page) = outcome else { panic!("{outcome:?}") };
        assert!(page.messages.keys().all(|number| number < before));
        ben.view.add_page(page);
    }
    assert_eq!(ben.screen(), truth);
}

#[tokio::test]
async fn a_resume_reads_no_more_texts_than_it_may_deliver() {
    let server = TestServer::with_many_commands().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let gone = server.join(Role::Participant, "Ben").await.drops();
    for _ in 0..300 {
        ana.does(announce("x".repeat(4_000))).await;
    }
    ana.drops();
    let server = server.restarted().await;
    let ben = server.resume(gone).await.ok().unwrap();
    assert!(ben.fresh, "there is too much to resume");
    // About 30 fit into a resume, and the snapshot looks at up to 128.
    assert!(server.journal.texts_read() < 200, "{}", server.journal.texts_read());
}

#[tokio::test]
async fn a_seat_that_resumes_from_the_journal_again_and_again_gets_snapshots() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let gone = server.join(Role::Participant, "Ben").await.drops();
    ana.does(announce("a word")).await;
    ana.drops();
    let server = server.restarted().await;
    let mut fresh = Vec::new();
    for _ in 0..6 {
        fresh.push(server.resume(gone.clone()).await.ok().unwrap().fresh);
    }
    assert_eq!(fresh, [false, false, false, false, true, true]);
    server.pass(Duration::from_secs(10)).await;
    assert!(!server.resume(gone).await.ok().unwrap().fresh);
}

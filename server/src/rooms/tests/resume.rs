//! Coming back: what was missed, exactly once, or a snapshot.

use super::person::*;
use super::support::*;
use crate::config::Limits;
use crate::connection::ConnectionTimers as LineTimers;
use hearth_protocol::{Command, Epoch, Role, SeatNo, Settings, Text};
use proptest::prelude::*;
use std::time::Duration;
use uuid::Uuid;

/// What happens to one who comes and goes, and around them.
#[derive(Debug, Clone, Copy)]
enum Play {
    /// The facilitator says so many words to all.
    Says(u8),
    /// The facilitator mutes the one who comes and goes, or lifts it: a seat's and staff's events.
    Mutes(bool),
    /// The facilitator mutes somebody else, or lifts it: staff's events alone.
    MutesAnother(bool),
    /// The other renames themselves.
    Renames,
    /// The line drops.
    Drops,
    /// The person comes back.
    Returns,
    /// Some seconds pass.
    Passes(u8),
    /// The server stops and starts.
    Restarts,
}

fn plays() -> impl Strategy<Value = Vec<Play>> {
    let play = prop_oneof![
        4 => (1_u8..4).prop_map(Play::Says),
        2 => any::<bool>().prop_map(Play::Mutes),
        2 => any::<bool>().prop_map(Play::MutesAnother),
        1 => Just(Play::Renames),
        3 => Just(Play::Drops),
        3 => Just(Play::Returns),
        1 => (1_u8..6).prop_map(Play::Passes),
        1 => Just(Play::Restarts),
    ];
    prop::collection::vec(play, 4..24)
}

/// One who is here, or has gone for a while.
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

    async fn here(self, world: &World) -> Box<Person> {
        match self {
            Self::Here(person) => person,
            Self::Gone(absent) => {
                let person = world.resume(*absent).await.expect("they may come back");
                assert!(!person.fresh, "nothing calls for a snapshot");
                Box::new(person)
            }
        }
    }
}

async fn play_out(role: Role, plays: Vec<Play>) {
    let limits = Limits { commands_burst_per_seat: 1_000, ..Limits::default() };
    let mut world = World::with(Settings::default(), limits, LineTimers::default()).await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let cleo = world.join(Role::Participant, "Cleo").await;
    let mut ben = Ben::Here(Box::new(world.join(role, "Ben").await));
    let (mut muted, mut cleo_muted, mut count) = (false, false, 0);
    for play in plays {
        match play {
            Play::Says(times) => {
                for _ in 0..times {
                    count += 1;
                    ana.does(Command::Announce { text: Text::plain(format!("word {count}")) })
                        .await;
                }
            }
            Play::Mutes(on) if on != muted && role == Role::Participant => {
                muted = on;
                ana.does(mute(SeatNo(3), on)).await;
            }
            Play::MutesAnother(on) if on != cleo_muted => {
                cleo_muted = on;
                ana.does(mute(cleo.seat(), on)).await;
            }
            Play::Mutes(_) | Play::MutesAnother(_) => {}
            Play::Renames => {
                count += 1;
                ana.does(Command::Rename { name: Text::plain(format!("Ana {count}")) }).await;
            }
            Play::Drops => ben = ben.gone(),
            Play::Returns => ben = Ben::Here(ben.here(&world).await),
            Play::Passes(seconds) => world.pass(Duration::from_secs(seconds.into())).await,
            Play::Restarts => {
                ben = ben.gone();
                let gone = ana.drops();
                world = world.restarted().await;
                ana = world.resume(gone).await.expect("the facilitator comes back");
            }
        }
    }
    let mut ben = ben.here(&world).await;
    ana.does(Command::Announce { text: Text::plain("the last word") }).await;
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.view, world.truth(ben.seat()).await);
    assert_eq!(ana.view, world.truth(ana.seat()).await);
}

fn mute(seat: SeatNo, on: bool) -> Command {
    if on { Command::Mute { seat, for_ms: None } } else { Command::Unmute { seat } }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_member_who_comes_back_gets_what_they_missed_exactly_once(plays in plays()) {
        tokio::runtime::Runtime::new().unwrap().block_on(play_out(Role::Participant, plays));
    }

    #[test]
    fn so_does_a_moderator(plays in plays()) {
        tokio::runtime::Runtime::new().unwrap().block_on(play_out(Role::Moderator, plays));
    }
}

#[tokio::test]
async fn a_snapshot_comes_where_the_store_the_role_or_the_cursor_is_another() {
    let world = World::new().await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let ben = world.join(Role::Participant, "Ben").await;
    let gone = ben.drops();

    let mut restored = gone.clone();
    restored.epoch = Epoch(Uuid::new_v4());
    let mut ahead = gone.clone();
    ahead.view.cursor.room += 100;
    let mut behind = gone.clone();
    behind.view.cursor.room = 1;
    let mut not_staff = gone.clone();
    not_staff.view.cursor.staff = Some(0);
    for wrong in [restored, ahead, behind, not_staff] {
        let person = world.resume(wrong).await.ok().unwrap();
        assert!(person.fresh);
        assert_eq!(person.view, world.truth(person.seat()).await);
        drop(person);
    }

    ana.does(Command::SetRole { seat: SeatNo(2), role: Role::Moderator }).await;
    let ben = world.resume(gone).await.ok().unwrap();
    assert!(ben.fresh, "they see other things now");
    assert_eq!(ben.view, world.truth(ben.seat()).await);
}

#[tokio::test]
async fn who_missed_very_much_gets_a_snapshot_and_pages_the_rest() {
    let limits = Limits {
        commands_burst_per_seat: 5_000,
        commands_per_second_per_room: 10_000,
        ..Limits::default()
    };
    let world = World::with(Settings::default(), limits, LineTimers::default()).await;
    let mut ana = world.join(Role::Facilitator, "Ana").await;
    let gone = world.join(Role::Participant, "Ben").await.drops();
    for number in 0..60 {
        let text = Text::plain(format!("{number} {}", "long words ".repeat(300)));
        ana.does(Command::Announce { text }).await;
    }
    ana.does(Command::Announce { text: Text::plain("the last") }).await;
    let mut ben = world.resume(gone).await.ok().unwrap();
    let truth = world.truth(ben.seat()).await;
    assert!(ben.view.earlier || !ben.fresh);
    if ben.fresh {
        assert_eq!(ben.view.said.last(), truth.said.last());
    }
    let mut said = ben.view.said.clone();
    let mut earlier = ben.view.earlier;
    while earlier {
        let before = said[0].words.id;
        let outcome = ben.ask_as(new_id(), Command::Page { before }).await;
        let hearth_protocol::frame::Outcome::Page(page) = outcome else { panic!("{outcome:?}") };
        earlier = page.earlier;
        said.splice(0..0, page.said);
    }
    ben.reach(truth.cursor.room).await;
    assert_eq!(said.len().max(ben.view.said.len()), truth.said.len());
    if ben.fresh {
        assert_eq!(said, truth.said);
    }
}

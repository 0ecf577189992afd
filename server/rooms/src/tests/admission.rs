//! Joining, and replacing connections.

use crate::testing::*;
use crate::{ConnectionTimers, RoomsLimits};
use hearth_journal::Journal;
use hearth_protocol::frame::{Notice, ServerFrame};
use hearth_protocol::hello::Resume;
use hearth_protocol::keys::{EntryKey, SeatKey};
use hearth_protocol::moderation::{Bar, BarUntil, ModerationCommand};
use hearth_protocol::presence::{Presence, PresenceCommand, PresenceFact, Role};
use hearth_protocol::session::{Phase, SessionCommand};
use hearth_protocol::{
    BarId, CircleId, Cursor, Epoch, Hello, RefusalCode, RoomId, SeatNo, Settings, Text,
};
use std::time::Duration;
use uuid::Uuid;

#[tokio::test]
async fn five_people_come_in_and_see_each_other() {
    let server = TestServer::new().await;
    let mut people = vec![server.join(Role::Facilitator, "Ana").await];
    for name in ["Ben", "Cleo", "Dan", "Eve"] {
        people.push(server.join(Role::Participant, name).await);
    }
    for person in &mut people {
        person.reach(6).await;
        assert_eq!(person.screen(), server.truth(person.seat()).await);
        assert_eq!(person.view.room.people.len(), 5);
    }
    let summary = server.rooms.lobby_summary(server.circle).await.unwrap().unwrap();
    assert_eq!((summary.here, summary.phase), (5, Phase::Gathering));
}

#[tokio::test]
async fn reading_the_lobby_summary_opens_nothing() {
    let server = TestServer::new().await;
    assert_eq!(server.rooms.lobby_summary(server.circle).await.unwrap(), None);
    assert_eq!(server.rooms.lobby_summary(CircleId(Uuid::new_v4())).await.unwrap(), None);
}

#[tokio::test]
async fn a_join_without_key_name_or_circle_is_rejected() {
    let server = TestServer::new().await;
    let good = server.hello(Role::Participant, "Ana");
    let mut cases = vec![good.clone(); 5];
    cases[0].entry_key = None;
    cases[1].entry_key = Some(hearth_protocol::keys::EntryKey::from_bytes(new_key()));
    cases[2].name = None;
    cases[3].circle = CircleId(Uuid::new_v4());
    cases[4].name = Some(Text::plain("x".repeat(41)));
    let mut codes = Vec::new();
    for hello in cases {
        codes.push(server.come(hello).await.err().unwrap());
    }
    let codes: Vec<_> = codes.iter().map(|closed| (closed.code, closed.refused)).collect();
    assert_eq!(
        codes,
        [
            (Some(4203), None),
            (Some(4203), None),
            (Some(4203), None),
            (Some(4203), None),
            (Some(4205), Some(RefusalCode::TooLong)),
        ]
    );
    assert!(server.come(good).await.is_ok());
}

#[tokio::test]
async fn nobody_learns_from_a_hello_which_circles_exist() {
    let empty = TestServer::new().await;
    let busy = TestServer::new().await;
    let _fay = busy.join(Role::Facilitator, "Fay").await;
    for server in [&empty, &busy] {
        let good = server.hello(Role::Participant, "Ana");
        let wrong = EntryKey::from_bytes(new_key());
        let resume = |epoch| {
            let cursor = Cursor { room: 1, own: 1, hosts: None };
            Some(Resume { room: RoomId(Uuid::new_v4()), epoch, cursor })
        };
        for resume in [None, resume(Epoch(Uuid::new_v4())), resume(server.rooms.0.epoch())] {
            for (entry_key, name) in
                [(None, None), (None, good.name.clone()), (Some(wrong), good.name.clone())]
            {
                let hello = Hello { entry_key, name, resume: resume.clone(), ..good.clone() };
                let nowhere = Hello { circle: CircleId(Uuid::new_v4()), ..hello.clone() };
                let [here, nowhere] =
                    [server.come(hello.clone()).await, server.come(nowhere).await].map(Result::err);
                let [here, nowhere] = [here.unwrap(), nowhere.unwrap()];
                let codes = ((here.code, here.refused), (nowhere.code, nowhere.refused));
                assert_eq!(codes.0, codes.1, "{hello:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_same_key_twice_is_the_same_seat_and_the_old_connection_is_closed() {
    let server = TestServer::new().await;
    let mut ben = server.join(Role::Facilitator, "Ben").await;
    let hello = server.hello(Role::Participant, "Ana");
    let mut first = server.come(hello.clone()).await.ok().unwrap();
    let mut second = server.come(hello).await.ok().unwrap();
    assert_eq!(first.seat(), second.seat());
    assert_eq!(first.wire.closed().await.code, Some(4200));
    server.pass(Duration::from_secs(10)).await;
    second.does(rename("Anna")).await;
    ben.until(|fact| {
        assert_ne!(fact.name(), "away", "nobody was away in between");
        fact.name() == "renamed"
    })
    .await;
    assert_eq!(second.screen(), server.truth(second.seat()).await);
}

#[tokio::test]
async fn it_was_not_me_replaces_the_key_and_invalidates_the_old_one() {
    let server = TestServer::new().await;
    let hello = server.hello(Role::Participant, "Ana");
    let mut thief = server.come(hello.clone()).await.ok().unwrap();
    let mut renewed = hello.clone();
    renewed.entry_key = None;
    renewed.new_seat_key = Some(SeatKey::from_bytes(new_key()));
    let ana = server.come(renewed.clone()).await.ok().unwrap();
    assert_eq!(ana.seat(), thief.seat());
    assert_eq!(thief.wire.closed().await.code, Some(4200));
    let mut old = hello;
    old.entry_key = None;
    assert_eq!(server.come(old).await.err().unwrap().code, Some(4203));
    let again = server.come(renewed).await.ok().unwrap();
    assert_eq!(again.seat(), ana.seat(), "retrying the renewal finds the same seat");
}

#[tokio::test]
async fn a_dropped_connection_is_away_after_three_seconds_and_not_before() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let ben = server.join(Role::Participant, "Ben").await;
    let gone = ben.drops();
    server.pass(Duration::from_secs(2)).await;
    let ben = server.resume(gone).await.ok().unwrap();
    assert!(!ben.fresh);
    server.pass(Duration::from_secs(10)).await;
    assert_eq!(
        server.replayed().await.view().people.get(SeatNo(2)).unwrap().presence,
        Presence::Here
    );
    drop(ben);
    server.pass(Duration::from_secs(4)).await;
    ana.until(|fact| *fact == PresenceFact::Away { seat: SeatNo(2) }.into()).await;
    assert!(!ana.has_read("returned"));
}

#[tokio::test]
async fn a_removal_lasts_for_its_session_or_until_it_is_lifted_in_a_later_one() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let remove = |seat, until| ModerationCommand::Remove { seat, until };
    let [forgiven, mal, sol] =
        ["Ida", "Mal", "Sol"].map(|name| server.hello(Role::Participant, name));
    let ida = server.come(forgiven.clone()).await.unwrap();
    ana.does(remove(ida.seat(), Some(BarUntil::Lifted))).await;
    assert_eq!(server.come(forgiven.clone()).await.err().unwrap().code, Some(4201));
    lift_bar(&mut ana, "Ida").await;
    assert!(server.come(forgiven.clone()).await.ok().unwrap().fresh);
    let mut here = server.come(mal.clone()).await.ok().unwrap();
    ana.does(remove(here.seat(), Some(BarUntil::Lifted))).await;
    assert_eq!(here.wire.closed().await.code, Some(4201));
    let mut here = server.come(sol.clone()).await.ok().unwrap();
    ana.does(remove(here.seat(), None)).await;
    assert_eq!(here.wire.closed().await.code, Some(4201));
    assert_eq!(server.come(sol.clone()).await.err().unwrap().code, Some(4201));
    let (id, removed) = bar(&ana, "Mal");
    let name = Text::plain("Mal K.");
    ana.does(ModerationCommand::SetName { seat: removed.seat.unwrap(), name }).await;
    let removed_at = removed.at;
    ana.does(SessionCommand::End {}).await;
    server.pass(Duration::from_secs(121)).await;
    assert_eq!(ana.wire.closed().await.code, Some(4202));

    // The next session.
    let mut ana = server.join(Role::Moderator, "Ana").await;
    assert_eq!(ana.seat(), SeatNo(1));
    assert_eq!(server.come(mal.clone()).await.err().unwrap().code, Some(4201));
    assert!(server.come(sol).await.is_ok(), "it was for one session");
    assert!(server.come(forgiven).await.is_ok());
    let (kept_id, kept) = bar(&ana, "Mal K.");
    assert_eq!(kept_id, id);
    assert_eq!((kept.at, kept.until, kept.seat), (removed_at, BarUntil::Lifted, None));
    assert_eq!(ana.view.hosts.as_ref().unwrap().bars.len(), 1);
    lift_bar(&mut ana, "Mal K.").await;
    assert_eq!(server.journal.bars(server.circle).await.unwrap(), []);
    assert!(server.come(mal).await.is_ok());
}

#[tokio::test]
async fn someone_who_is_kept_out_or_shows_no_name_opens_no_session() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mal = server.hello(Role::Moderator, "Mal");
    let seat = server.come(mal.clone()).await.ok().unwrap().seat();
    let until = Some(BarUntil::Lifted);
    ana.does(ModerationCommand::Remove { seat, until }).await;
    ana.does(SessionCommand::End {}).await;
    server.pass(Duration::from_secs(121)).await;
    assert_eq!(ana.wire.closed().await.code, Some(4202));
    assert_eq!(server.come(mal.clone()).await.err().unwrap().code, Some(4201));
    let with_new_key =
        Hello { seat_key: SeatKey::from_bytes([77; 32]), new_seat_key: Some(mal.seat_key), ..mal };
    assert_eq!(server.come(with_new_key.clone()).await.err().unwrap().code, Some(4201));
    let blank = server.hello(Role::Moderator, "\u{200b}");
    assert_eq!(server.come(blank).await.err().unwrap().code, Some(4205));
    assert_eq!(server.journal.live_room(server.circle).await.unwrap(), None);

    // Nor does a seat of the next session take over the barred key.
    let mut guest = server.hello(Role::Participant, "Guest");
    server.come(guest.clone()).await.ok().unwrap();
    guest.new_seat_key = with_new_key.new_seat_key;
    assert_eq!(server.come(guest).await.err().unwrap().code, Some(4203));
}

/// Returns the bar under a name on a host's screen.
fn bar(host: &Person, name: &str) -> (BarId, Bar) {
    let bars = &host.view.hosts.as_ref().unwrap().bars;
    let named = |bar: &Bar| host.view.text(bar.name) == Some(&Text::plain(name));
    let found = bars.iter().find(|(_, bar)| named(bar));
    found.map(|(id, bar)| (id, bar.clone())).unwrap()
}

async fn lift_bar(host: &mut Person, name: &str) {
    let (bar, _) = bar(host, name);
    host.does(ModerationCommand::LiftBar { bar }).await;
}

#[tokio::test]
async fn the_frame_of_a_removal_is_the_last_thing_a_seat_is_told() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut mal = server.join(Role::Participant, "Mal").await;
    ana.does(ModerationCommand::Remove { seat: mal.seat(), until: None }).await;
    ana.does(announce("after the removal")).await;
    let mut last = None;
    while let Ok(frame) = mal.next().await {
        last = Some(frame);
    }
    let Some(ServerFrame::Decision(last)) = last else { panic!("{last:?}") };
    assert!(last.own.is_some(), "{last:?}");
    assert!(mal.view.own.removed);
    assert!(!mal.has_read("after the removal"));
}

#[tokio::test]
async fn a_change_of_role_sends_a_snapshot_and_from_there_the_hosts_frames() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    let cleo = server.join(Role::Participant, "Cleo").await;
    ana.does(ModerationCommand::Mute { seat: cleo.seat(), for_ms: None }).await;
    ana.does(ModerationCommand::SetRole { seat: ben.seat(), role: Role::Moderator }).await;
    ana.does(ModerationCommand::Unmute { seat: cleo.seat() }).await;
    ben.until_told("unmuted").await;
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    ana.does(ModerationCommand::SetRole { seat: ben.seat(), role: Role::Participant }).await;
    ana.does(ModerationCommand::Mute { seat: cleo.seat(), for_ms: None }).await;
    ana.does(announce("and on")).await;
    ben.reach(ana.view.cursor.room).await;
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
    assert!(ben.view.hosts.is_none());
    assert_eq!(ben.raw.iter().filter(|raw| raw.contains("\"muted\":{")).count(), 0);
}

#[tokio::test]
async fn no_more_rooms_than_the_limit_are_opened() {
    let limits = RoomsLimits { rooms_max: 1, ..RoomsLimits::default() };
    let server = TestServer::with(Settings::default(), limits, ConnectionTimers::default()).await;
    let _ana = server.join(Role::Facilitator, "Ana").await;
    let mut hello = server.hello(Role::Facilitator, "Eve");
    hello.circle = server.another_circle().await;
    let closed = server.come(hello).await.err().unwrap();
    assert_eq!((closed.code, closed.refused), (Some(4100), Some(RefusalCode::Full)));
}

#[tokio::test]
async fn writing_signals_reach_only_the_others() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    ana.wire.send(&hearth_protocol::ClientFrame::Writing).await;
    loop {
        if let ServerFrame::Notice(Notice::Writing(writing)) = ben.next().await.unwrap() {
            assert_eq!(writing.seat, ana.seat());
            break;
        }
    }
    ana.does(announce("there")).await;
    assert!(!ana.has_read("\"writing\""));
}

#[tokio::test]
async fn a_command_sent_just_before_the_connection_dropped_counts_once() {
    let server = TestServer::new().await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let id = new_id();
    let command = announce("and then the connection dropped");
    ana.sends(id, command.clone()).await;
    let gone = ana.drops();
    ben.until_told("said").await;
    let mut ana = server.resume(gone).await.unwrap();
    ana.ask_as(id, command).await;
    assert_eq!(ana.view.messages.len(), 1);
    assert_eq!(ana.screen(), server.truth(ana.seat()).await);
}

#[tokio::test]
async fn someone_who_leaves_and_loses_the_answer_is_gone_after_asking_again() {
    let server = TestServer::new().await;
    let ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Participant, "Ben").await;
    let id = new_id();
    for _ in 0..2 {
        ben.sends(id, PresenceCommand::Leave {}).await;
        assert_eq!(ben.wire.closed().await.code, Some(4207));
        let presence = server.replayed().await.view().people.get(SeatNo(2)).unwrap().presence;
        assert_eq!(presence, Presence::Left);
        ben = server.resume(ben.drops()).await.unwrap();
        assert!(ben.fresh, "they don't see what was said in between");
    }
    drop(ana);
}

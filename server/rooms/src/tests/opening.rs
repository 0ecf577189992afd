//! Who may open a session and when, who may join late, and the lobby summary.

use crate::testing::*;
use crate::{ConnectionTimers, RoomsLimits};
use hearth_journal::Journal;
use hearth_protocol::api::LobbySummary;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::Role;
use hearth_protocol::round::RoundCommand;
use hearth_protocol::session::SessionCommand;
use hearth_protocol::settings::Late;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{RefusalCode, SeatNo, Settings, Text};
use std::time::Duration;

const HOUR: u64 = START + 600_000;

async fn before_the_hour() -> TestServer {
    let server = TestServer::new().await;
    server.journal.set_next_at(server.circle, Some(HOUR)).await.unwrap();
    server
}

async fn closed_once_begun() -> TestServer {
    let settings = Settings { late: Late::Closed, ..Settings::default() };
    TestServer::with(settings, RoomsLimits::default(), ConnectionTimers::default()).await
}

async fn turned_away(server: &TestServer, role: Role) -> (Option<u16>, Option<RefusalCode>) {
    let closed = server.come(server.hello(role, "Dan")).await.unwrap_err();
    (closed.code, closed.refused)
}

async fn seen(server: &TestServer) -> LobbySummary {
    server.rooms.lobby_summary(server.circle).await.unwrap().expect("a session is under way")
}

/// Reads the lobby summary until it shows these names. It is updated a moment after publishing.
async fn hosts_become(server: &TestServer, names: &[&str]) {
    let names: Vec<Text> = names.iter().map(|name| Text::plain(*name)).collect();
    for _ in 0..200 {
        if seen(server).await.hosts == names {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?} instead of {} names", seen(server).await, names.len());
}

#[tokio::test]
async fn before_the_hour_members_wait_and_hosts_open_for_everyone() {
    for host in [Role::Facilitator, Role::Moderator] {
        let server = before_the_hour().await;
        for role in [Role::Participant, Role::Listener] {
            assert_eq!(turned_away(&server, role).await, (Some(4103), None), "{role:?}");
        }
        assert_eq!(
            server.rooms.lobby_summary(server.circle).await.unwrap(),
            None,
            "nothing was opened"
        );
        let _early = server.join(host, "Fay").await;
        for role in [Role::Participant, Role::Listener] {
            server.join(role, "Ana").await;
        }
    }
}

#[tokio::test]
async fn from_the_hour_on_anyone_opens_a_session() {
    let server = before_the_hour().await;
    server.manual_clock.set(HOUR - 1);
    assert_eq!(turned_away(&server, Role::Participant).await, (Some(4103), None));
    server.manual_clock.set(HOUR);
    server.join(Role::Participant, "Ana").await;
}

#[tokio::test]
async fn an_hour_that_is_cleared_or_past_keeps_nobody_out() {
    for next_at in [None, Some(START), Some(1)] {
        let server = before_the_hour().await;
        server.journal.set_next_at(server.circle, next_at).await.unwrap();
        server.join(Role::Listener, "Ana").await;
    }
}

#[tokio::test]
async fn a_session_under_way_is_open_before_the_hour_even_while_it_is_unloaded() {
    let server = before_the_hour().await;
    drop(server.join(Role::Facilitator, "Fay").await);
    server.pass(Duration::from_secs(45)).await;
    assert_eq!(server.rooms.loaded_count(), 0);
    server.join(Role::Participant, "Ana").await;
}

#[tokio::test]
async fn after_a_session_that_ended_early_the_hour_still_applies() {
    let server = before_the_hour().await;
    let mut fay = server.join(Role::Facilitator, "Fay").await;
    let ana = server.join(Role::Participant, "Ana").await.drops();
    fay.does(SessionCommand::End {}).await;
    server.pass(Duration::from_secs(121)).await;
    assert_eq!(fay.wire.closed().await.code, Some(4202));
    assert_eq!(server.come(ana.hello.clone()).await.unwrap_err().code, Some(4103));
    assert_eq!(server.resume(ana).await.unwrap_err().code, Some(4202), "that session is over");
}

#[tokio::test]
async fn someone_without_a_valid_key_is_not_told_to_come_later() {
    let server = before_the_hour().await;
    let mut hello = server.hello(Role::Participant, "Ana");
    hello.entry_key = None;
    assert_eq!(server.come(hello).await.unwrap_err().code, Some(4203));
}

#[tokio::test]
async fn without_latecomers_the_first_round_closes_the_room_only_to_new_people() {
    let server = closed_once_begun().await;
    let mut fay = server.join(Role::Facilitator, "Fay").await;
    let hello = server.hello(Role::Participant, "Ana");
    let ana = server.come(hello.clone()).await.unwrap();
    assert!(!seen(&server).await.closed);
    fay.does(open_round()).await;
    assert!(seen(&server).await.closed);
    let begun = (Some(4208), Some(RefusalCode::Begun));
    for role in [Role::Participant, Role::Listener] {
        assert_eq!(turned_away(&server, role).await, begun, "{role:?}");
    }
    server.join(Role::Moderator, "Mo").await;
    let ana = server.resume(ana.drops()).await.unwrap();
    assert!(!ana.fresh);
    let ana = server.come(hello).await.unwrap();
    assert_eq!(ana.seat(), SeatNo(2), "the same key finds the same seat");

    server.stop.cancel();
    let server = server.restarted().await;
    assert!(seen(&server).await.closed, "as in the journal");
    assert_eq!(turned_away(&server, Role::Participant).await, begun);
    server.resume(ana.drops()).await.unwrap();
}

#[tokio::test]
async fn a_first_round_opened_by_mistake_and_closed_reopens_the_room() {
    let server = closed_once_begun().await;
    let mut fay = server.join(Role::Facilitator, "Fay").await;
    fay.does(open_round()).await;
    assert!(seen(&server).await.closed);
    fay.does(RoundCommand::CloseRound {}).await;
    assert!(!seen(&server).await.closed);

    let fay = fay.drops();
    server.stop.cancel();
    let server = server.restarted().await;
    assert!(!seen(&server).await.closed, "as in the journal");
    let mut fay = server.resume(fay).await.unwrap();
    server.join(Role::Participant, "Ana").await;
    fay.does(open_round()).await;
    fay.does(TurnCommand::Pass { turn_id: fay.turn_id() }).await;
    fay.does(RoundCommand::CloseRound {}).await;
    assert!(seen(&server).await.closed, "a pass counts as a beginning");
}

#[tokio::test]
async fn the_next_session_of_a_closed_circle_lets_everyone_in_again() {
    let server = closed_once_begun().await;
    let mut fay = server.join(Role::Facilitator, "Fay").await;
    fay.does(open_round()).await;
    fay.does(SessionCommand::End {}).await;
    server.pass(Duration::from_secs(121)).await;
    assert_eq!(fay.wire.closed().await.code, Some(4202));
    server.join(Role::Participant, "Dan").await;
    assert!(!seen(&server).await.closed);
}

#[tokio::test]
async fn the_lobby_names_only_the_hosts_who_are_present() {
    let server = TestServer::new().await;
    let _ana = server.join(Role::Participant, "Ana").await;
    let _lio = server.join(Role::Listener, "Lio").await;
    hosts_become(&server, &[]).await;
    let mut fay = server.join(Role::Facilitator, "Fay").await;
    let mo = server.join(Role::Moderator, "Mo").await;
    hosts_become(&server, &["Fay", "Mo"]).await;
    assert_eq!(seen(&server).await.here, 4);
    fay.does(rename("Fay B.")).await;
    hosts_become(&server, &["Fay B.", "Mo"]).await;
    fay.does(ModerationCommand::SetRole { seat: mo.seat(), role: Role::Participant }).await;
    hosts_become(&server, &["Fay B."]).await;
    fay.does(ModerationCommand::SetRole { seat: mo.seat(), role: Role::Moderator }).await;
    hosts_become(&server, &["Fay B.", "Mo"]).await;
    drop(mo);
    server.pass(Duration::from_secs(4)).await;
    fay.until_told("away").await;
    hosts_become(&server, &["Fay B."]).await;
}

#[tokio::test]
async fn after_a_restart_the_lobby_names_the_hosts_once_they_are_back() {
    let server = TestServer::new().await;
    let fay = server.join(Role::Facilitator, "Fay").await;
    let ana = server.join(Role::Participant, "Ana").await;
    server.stop.cancel();
    let server = server.restarted().await;
    assert_eq!((seen(&server).await.hosts, seen(&server).await.here), (Vec::new(), 0));
    let _ana = server.resume(ana.drops()).await.unwrap();
    hosts_become(&server, &[]).await;
    let _fay = server.resume(fay.drops()).await.unwrap();
    hosts_become(&server, &["Fay"]).await;
}

#[tokio::test]
async fn newcomers_wait_in_a_pause_and_members_return() {
    let server = TestServer::new().await;
    let mut fay = server.join(Role::Facilitator, "Fay").await;
    let ana = server.join(Role::Participant, "Ana").await.drops();
    fay.does(SessionCommand::Pause { message: None }).await;
    let wait = (Some(4104), Some(RefusalCode::Paused));
    assert_eq!(turned_away(&server, Role::Participant).await, wait);
    let _ana = server.resume(ana).await.unwrap();
    fay.does(SessionCommand::Unpause {}).await;
    server.join(Role::Participant, "Cleo").await;
}

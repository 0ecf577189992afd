//! A circle of six people and a session with a bit of everything, to see who receives what.

use hearth_client::{Join, Links};
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::SeatKey;
use hearth_protocol::moderation::{BarUntil, ModerationCommand};
use hearth_protocol::presence::{Role, Stance};
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{Command, MessageNo, SeatNo, Settings};
use hearth_tests::members::{Member, circle, command};
use hearth_tests::server::TestServer;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

const START: u64 = 1_767_722_400_000;
/// After this long, the room has answered for a muted person who was offered the turn.
pub(super) const MUTED_ANSWER: Duration = Duration::from_secs(8);

pub(super) fn open_round() -> Command {
    command("open_round", &json!({ "prompt": { "plain": "How?" } }))
}

pub(super) fn mute(seat: SeatNo, for_ms: Option<u64>) -> ModerationCommand {
    ModerationCommand::Mute { seat, for_ms }
}

pub(super) fn gesture(message: MessageNo, on: bool) -> SignalCommand {
    SignalCommand::Gesture { message, kind: GestureKind::Heard, on }
}

/// A circle of six, by name. Fay and Mo are hosts, Lea is a listener.
pub(super) struct Circle {
    pub(super) server: TestServer,
    pub(super) links: Links,
    pub(super) members: BTreeMap<&'static str, Member>,
}

impl Circle {
    pub(super) async fn gather() -> Self {
        let server = TestServer::with_manual_clock(START, |_| {});
        let links = circle(&server, Settings::default()).await;
        let mut circle = Self { server, links, members: BTreeMap::new() };
        circle.joins("Fay", LinkRole::Facilitator, Stance::Listening).await;
        circle.joins("Mo", LinkRole::Moderator, Stance::Listening).await;
        circle.joins("Ana", LinkRole::Participant, Stance::Sharing).await;
        circle.joins("Ben", LinkRole::Participant, Stance::Sharing).await;
        circle.joins("Dan", LinkRole::Participant, Stance::Sharing).await;
        circle.joins("Lea", LinkRole::Listener, Stance::Sharing).await;
        circle
    }

    pub(super) async fn joins(&mut self, name: &'static str, role: LinkRole, stance: Stance) {
        let mut key = [0; 32];
        key[..name.len()].copy_from_slice(name.as_bytes());
        let join = Join::by_link(&self.links.link(role)).name(name).stance(stance);
        let member = Member::join_as(join.seat_key(SeatKey::from_bytes(key))).await;
        self.members.insert(name, member);
        self.settle().await;
    }

    pub(super) fn of(&self, name: &str) -> &Member {
        &self.members[name]
    }

    pub(super) fn seat(&self, name: &str) -> SeatNo {
        self.of(name).client.seat()
    }

    pub(super) async fn does(&mut self, name: &str, command: impl Into<Command>) {
        self.of(name).does(command).await;
        self.settle().await;
    }

    pub(super) async fn shares(&mut self, name: &str, words: &str) -> MessageNo {
        let number = self.of(name).shares(words).await;
        self.settle().await;
        number
    }

    pub(super) async fn takes(&mut self, name: &str) {
        let turn_id = self.of(name).turn_id();
        self.does(name, TurnCommand::Take { turn_id }).await;
    }

    pub(super) async fn finishes(&mut self, name: &str) {
        let turn_id = self.of(name).turn_id();
        self.does(name, TurnCommand::Finish { turn_id, to: None }).await;
    }

    pub(super) async fn settle(&mut self) {
        for member in self.members.values_mut() {
            if member.is_connected() { member.catches_up().await } else { member.pump() }
        }
    }

    pub(super) async fn pass(&mut self, time: Duration) {
        self.server.pass(time);
        tokio::time::sleep(Duration::from_millis(30)).await;
        self.settle().await;
    }

    /// A session with a bit of everything.
    pub(super) async fn play(&mut self) {
        self.of("Fay").says("Welcome, early ones.").await;
        self.does("Fay", open_round()).await;
        self.takes("Ana").await;
        self.shares("Ana", "Words before Cleo came.").await;
        self.joins("Cleo", LinkRole::Participant, Stance::Sharing).await;
        let message = self.shares("Ana", "Words after Cleo came.").await;
        self.does("Ben", gesture(message, true)).await;
        self.does("Ben", SignalCommand::ProcessPoint {}).await;
        let (ana, ben, dan) = (self.seat("Ana"), self.seat("Ben"), self.seat("Dan"));
        self.does("Mo", SignalCommand::AnswerProcessPoint { seat: ben }).await;
        self.does("Mo", mute(ben, Some(60_000))).await;
        self.finishes("Ana").await;
        self.pass(MUTED_ANSWER).await;
        self.takes("Dan").await;
        self.shares("Dan", "The last that Dan may say.").await;
        for until in [None, Some(BarUntil::Lifted)] {
            self.does("Fay", ModerationCommand::Remove { seat: dan, until }).await;
        }
        self.does("Fay", command("announce", &json!({ "text": { "plain": "After Dan." } }))).await;
        self.pass(Duration::from_secs(60)).await;
        self.does("Fay", ModerationCommand::SetRole { seat: ana, role: Role::Moderator }).await;
        self.does("Ben", SignalCommand::ProcessPoint {}).await;
        self.does("Fay", ModerationCommand::SetRole { seat: ana, role: Role::Participant }).await;
        self.does("Mo", SignalCommand::AnswerProcessPoint { seat: ben }).await;
        self.does("Mo", mute(ben, None)).await;
    }
}

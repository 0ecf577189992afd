//! Runs a scenario: people over real WebSockets, a server in the same process, a clock moved by hand.

use super::expected_frames::{Followed, followed};
use super::frame_log::LogPosition;
use super::people::{People, Screen};
use super::recording;
use super::script::{Action, Expect, Scenario, Step, WrittenCommand};
use super::statements;
use crate::server::TestServer;
use hearth_client::{CircleOptions, Client, ConnectionState, Error, Links, Reconnect, make_circle};
use hearth_protocol::frame::Outcome;
use hearth_protocol::turn::TurnCommand;
use hearth_protocol::{CommandId, Millis, RefusalCode, Settings, TurnId};
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use uuid::Builder;

/// 2026-01-06T18:00:00Z, a Tuesday evening.
const START: Millis = 1_767_722_400_000;
/// Upper bound for anything to happen on this machine. Nothing waits for it to pass.
pub(super) const WITHIN: Duration = Duration::from_secs(10);
/// Time for the server to notice that a connection broke or the clock moved.
pub(super) const A_MOMENT: Duration = Duration::from_millis(20);
/// The server accepts one typing signal per second and seat, by its own clock.
const WRITING_INTERVAL: Duration = Duration::from_millis(1_050);

/// Runs a scenario. `folder` holds the frames of earlier runs.
pub async fn run(name: &str, scenario: &Scenario, folder: &Path) -> Result<(), String> {
    let mut runner = Runner::new();
    for step in &scenario.steps {
        let at = |why: String| format!("{}:{}: {why}", scenario.file, step.line);
        runner.play(step).await.map_err(at)?;
    }
    let at_the_end = |why: String| format!("{}: at the end: {why}", scenario.file);
    runner.compare_with_fresh_snapshots().await.map_err(at_the_end)?;
    let screens = runner.people.all.into_iter().flat_map(|person| person.screens);
    let recordings: Vec<_> = screens.map(|screen| screen.recording).collect();
    recording::keep(folder, name, &recordings)
}

pub(super) struct Runner {
    pub(super) server: TestServer,
    pub(super) links: Option<Links>,
    pub(super) people: People,
    /// Whether every command is sent twice.
    twice: bool,
    ids: u64,
    /// The turn id that the last command named.
    turn_id: TurnId,
    last_writing: Option<Instant>,
}

impl Runner {
    fn new() -> Self {
        Self {
            server: TestServer::with_manual_clock(START, |_| {}),
            links: None,
            people: People::default(),
            twice: false,
            ids: 0,
            turn_id: 0,
            last_writing: None,
        }
    }

    async fn play(&mut self, step: &Step) -> Result<(), String> {
        let mark = self.people.log.position();
        self.act(&step.action).await?;
        self.wait_for_frames(&mark, step).await?;
        let shown = self.people.shown();
        statements::screens_agree(&shown)?;
        for (line, expect) in &step.expects {
            let Expect::Holds(all) = expect else { continue };
            for statement in all {
                statements::holds(&shown, self.people.names(), self.server.now(), statement)
                    .map_err(|why| format!("line {line}: {why}"))?;
            }
        }
        Ok(())
    }

    /// Waits until the expected frames have come, and checks that no others did.
    async fn wait_for_frames(&mut self, mark: &LogPosition, step: &Step) -> Result<(), String> {
        let deadline = Instant::now() + WITHIN;
        loop {
            self.settle().await?;
            let result = match followed(self.people.names(), mark, &step.expects) {
                Followed::All => self.closes_followed(&step.expects),
                other => other,
            };
            match result {
                Followed::All => return Ok(()),
                Followed::Else(line, why) => return Err(format!("line {line}: {why}")),
                Followed::NotYet(why) if Instant::now() > deadline => return Err(why),
                Followed::NotYet(_) => sleep(A_MOMENT).await,
            }
        }
    }

    fn closes_followed(&self, expects: &[(usize, Expect)]) -> Followed {
        for (line, expect) in expects {
            let Expect::Closes { who, old, code } = expect else { continue };
            let person = match self.people.person(who) {
                Ok(person) => person,
                Err(why) => return Followed::Else(*line, why),
            };
            let closed = person.screens.iter().rev().nth(usize::from(*old));
            let closed = closed.and_then(|screen| screen.closes.last().copied().flatten());
            if closed != Some(code.code()) {
                let expected = code.reason();
                let why = format!("{who}'s connection: expected {expected}, found {closed:?}");
                return Followed::NotYet(why);
            }
        }
        Followed::All
    }

    /// Waits until every open screen has received everything decided so far. Each sends a command
    /// that is always refused: the answer comes after all frames before it.
    async fn settle(&mut self) -> Result<(), String> {
        let open: Vec<_> = self.people.open().map(|(_, screen)| screen.client.clone()).collect();
        for client in open {
            let id = self.next_id();
            self.people.barriers.insert(id);
            let refused = client.request(id, TurnCommand::Take { turn_id: TurnId::MAX });
            tokio::select! {
                _refused = refused => {}
                lost = client.wait_for(WITHIN, |view| view.connection != ConnectionState::Open) => {
                    lost.map_err(|_| "the server no longer answers")?;
                }
            }
        }
        self.people.pump()
    }

    pub(super) fn next_id(&mut self) -> CommandId {
        self.ids += 1;
        let mut bytes = [0; 16];
        for (place, byte) in bytes.iter_mut().zip(self.ids.to_be_bytes()) {
            *place = byte;
        }
        CommandId::new(Builder::from_random_bytes(bytes).into_uuid())
    }

    async fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Circle { title, settings } => self.make_circle(title, settings).await,
            Action::EverythingTwice => {
                self.twice = true;
                Ok(())
            }
            Action::Joins { who, by, stance, closed } => {
                self.join(who, *by, *stance, *closed).await
            }
            Action::Sends { who, command, refused } => self.send(who, command, *refused).await,
            Action::Writes(who) => {
                if let Some(last) = self.last_writing {
                    sleep(WRITING_INTERVAL.saturating_sub(last.elapsed())).await;
                }
                self.last_writing = Some(Instant::now());
                self.client(who)?.writing().await.map_err(|error| error.to_string())
            }
            Action::Drops(who) => self.drop_connection(who).await,
            Action::Returns { who, fresh, closed } => {
                let how = if *fresh { Reconnect::Fresh } else { Reconnect::Resume };
                self.return_to_seat(who, how, *closed).await
            }
            Action::AllReturn => {
                let lost = |screen: &Screen| {
                    screen.client.with_view(|view| view.connection) == ConnectionState::Lost
                };
                let people = self.people.all.iter();
                let lost = people.filter(|person| person.screen().is_some_and(lost));
                let names: Vec<_> = lost.map(|person| person.name.clone()).collect();
                for who in names {
                    self.return_to_seat(&who, Reconnect::Resume, None).await?;
                }
                Ok(())
            }
            Action::SecondScreen(who) => self.open_second_screen(who).await,
            Action::NotMe(who) => self.take_seat_back(who).await,
            Action::Passes(time) => self.pass(*time).await,
            Action::Killed => self.kill().await,
            Action::Starts => {
                self.server.start();
                Ok(())
            }
        }
    }

    async fn make_circle(&mut self, title: &str, settings: &Settings) -> Result<(), String> {
        let options = CircleOptions { settings: settings.clone(), ..CircleOptions::titled(title) };
        let links = make_circle(&self.server.origin(), options).await;
        self.links = Some(links.map_err(|error| error.to_string())?);
        Ok(())
    }

    async fn send(
        &mut self,
        who: &str,
        written: &WrittenCommand,
        refused: Option<RefusalCode>,
    ) -> Result<(), String> {
        let client = self.client(who)?.clone();
        let turn_id =
            if written.names_same_turn() { self.turn_id } else { client.current_turn_id() };
        self.turn_id = turn_id;
        let command = self.people.names().command(written, turn_id)?;
        let id = self.next_id();
        let answer =
            client.request(id, command.clone()).await.map_err(|error| error.to_string())?;
        if self.twice {
            let before = self.position().await?;
            match client.request(id, command).await {
                Ok(again) if again != answer => {
                    return Err(format!("the second answer differs: {again:?}"));
                }
                // The connection is closed by then, so there is no second answer.
                Ok(_) | Err(Error::Closed(_)) => {}
                Err(error) => return Err(error.to_string()),
            }
            if self.position().await? != before {
                return Err("it happened twice".to_owned());
            }
        }
        match (answer, refused) {
            (Outcome::Refused(refusal), Some(code)) if refusal.code == code => Ok(()),
            (Outcome::Refused(refusal), _) => Err(format!("refused: {:?}", refusal.code)),
            (_, Some(code)) => Err(format!("it was done; expected a refusal: {code:?}")),
            (_, None) => Ok(()),
        }
    }

    async fn position(&mut self) -> Result<LogPosition, String> {
        self.settle().await?;
        Ok(self.people.log.position())
    }

    /// Returns the client of someone who is connected.
    pub(super) fn client(&self, who: &str) -> Result<&Client, String> {
        let screen = self.people.person(who)?.open_screen();
        Ok(&screen.ok_or_else(|| format!("{who} isn't connected"))?.client)
    }

    pub(super) async fn until(
        &self,
        what: &str,
        done: impl Fn(&TestServer) -> bool,
    ) -> Result<(), String> {
        let deadline = Instant::now() + WITHIN;
        while !done(&self.server) {
            if Instant::now() > deadline {
                return Err(format!("not in time: {what}"));
            }
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    async fn pass(&mut self, time: Duration) -> Result<(), String> {
        self.settle().await?;
        self.server.pass(time);
        // What is due runs concurrently with commands, so give it a moment.
        sleep(A_MOMENT).await;
        Ok(())
    }

    async fn kill(&mut self) -> Result<(), String> {
        self.server.kill();
        for person in &self.people.all {
            if let Some(screen) = person.screen() {
                let lost = |view: &hearth_client::View| view.connection != ConnectionState::Open;
                let lost = screen.client.wait_for(WITHIN, lost).await;
                lost.map_err(|error| error.to_string())?;
            }
        }
        self.people.pump()
    }

    /// Every connected seat joins again without a resume: its fresh snapshot must equal the merged
    /// view.
    async fn compare_with_fresh_snapshots(&mut self) -> Result<(), String> {
        self.settle().await?;
        let open: Vec<_> = self.people.open().map(|(person, _)| person.name.clone()).collect();
        for who in open {
            let person = self.people.person(&who)?;
            let merged = person.open_screen().map(|screen| screen.view.clone());
            self.open_second_screen(&who).await?;
            self.settle().await?;
            let person = self.people.person_mut(&who)?;
            let fresh = person.screens.pop().ok_or("has no screen")?;
            let merged = merged.ok_or("has no open screen")?;
            statements::merged_equals_fresh(&merged, &fresh.view).map_err(|why| {
                format!("{who}'s merged view differs from a fresh snapshot: {why}")
            })?;
            // The frame with the snapshot belongs to the screen that merged.
            if let Some(screen) = person.screens.last_mut() {
                screen.recording.frames.extend(fresh.recording.frames);
            }
        }
        Ok(())
    }
}

//! Plays a scenario: people over real WebSockets, a server in the same process, a clock by hand.

use super::check;
use super::follow::{Followed, followed};
use super::frames;
use super::script::{Act, Arg, Draft, Scenario, Step};
use super::stage::{Mark, Screen, Stage};
use crate::house::House;
use hearth_client::{Coming, Error, LineState, Links, NewLinks, make_circle};
use hearth_protocol::frame::Outcome;
use hearth_protocol::{Command, CommandId, Millis, Move, RefusalCode, Settings, Text};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use uuid::Builder;

/// 2026-01-06T18:00:00Z, a Tuesday evening.
const START: Millis = 1_767_722_400_000;
/// How long anything may take on this machine; nothing waits for it to pass.
pub(super) const WITHIN: Duration = Duration::from_secs(10);
/// How long the server may take to see that a line broke or a clock moved.
pub(super) const A_MOMENT: Duration = Duration::from_millis(20);
/// The least time between two signs of writing that the server takes.
const SIGNS_APART: Duration = Duration::from_millis(1_050);
/// Commands that name the token's move.
const NAMES_MOVE: &[&str] = &[
    "take", "pass", "later", "share", "done", "say", "longer", "offer", "next", "skip", "reclaim",
    "go_on",
];

/// Plays a scenario. `folder` holds the frames of earlier runs.
pub async fn run(name: &str, scenario: &Scenario, folder: &Path) -> Result<(), String> {
    let mut runner = Runner::new();
    for step in &scenario.steps {
        let told = |why: String| format!("{}:{}: {why}", scenario.file, step.line);
        runner.play(step).await.map_err(told)?;
    }
    let told = |why: String| format!("{}: at the end: {why}", scenario.file);
    runner.compare_with_fresh().await.map_err(told)?;
    let screens = runner.stage.guests.into_iter().flat_map(|guest| guest.screens);
    let recordings: Vec<_> = screens.map(|screen| screen.recording).collect();
    frames::keep(folder, name, &recordings)
}

pub(super) struct Runner {
    pub(super) house: House,
    pub(super) links: Option<Links>,
    pub(super) stage: Stage,
    twice: bool,
    drawn: u64,
    last_move: Move,
    last_sign: Option<Instant>,
}

impl Runner {
    fn new() -> Self {
        Self {
            house: House::with_manual_clock(START, |_| {}),
            links: None,
            stage: Stage::default(),
            twice: false,
            drawn: 0,
            last_move: 0,
            last_sign: None,
        }
    }

    async fn play(&mut self, step: &Step) -> Result<(), String> {
        let mark = self.stage.ledger.mark();
        self.act(&step.act).await?;
        self.follow(&mark, step).await?;
        check::screens_agree(&self.stage)?;
        for (line, expect) in &step.expects {
            if let super::script::Expect::Stands(stands) = expect {
                check::stands(&self.stage, self.house.now(), stands)
                    .map_err(|why| format!("line {line}: {why}"))?;
            }
        }
        Ok(())
    }

    /// Waits until what was expected has come, and that nothing comes besides.
    async fn follow(&mut self, mark: &Mark, step: &Step) -> Result<(), String> {
        let deadline = Instant::now() + WITHIN;
        loop {
            self.settle().await?;
            match followed(&self.stage, mark, &step.expects) {
                Followed::All => return Ok(()),
                Followed::Else(line, why) => return Err(format!("line {line}: {why}")),
                Followed::NotYet(why) if Instant::now() > deadline => return Err(why),
                Followed::NotYet(_) => sleep(A_MOMENT).await,
            }
        }
    }

    /// Waits until every open screen has received all that was decided so far. Each asks for
    /// something that is always refused: the refusal comes after all events before it.
    async fn settle(&mut self) -> Result<(), String> {
        let open: Vec<_> = self.stage.open().map(|(_, screen)| screen.client.clone()).collect();
        for client in open {
            let id = self.draw();
            self.stage.barriers.insert(id);
            let asked = client.command_as(id, Command::Take { r#move: Move::MAX });
            tokio::select! {
                _refused = asked => {}
                lost = client.wait_for(WITHIN, |view| view.line != LineState::Open) => {
                    lost.map_err(|_| "the server answers nothing any more")?;
                }
            }
        }
        self.stage.pump()
    }

    pub(super) fn draw(&mut self) -> CommandId {
        self.drawn += 1;
        let mut bytes = [0; 16];
        for (place, byte) in bytes.iter_mut().zip(self.drawn.to_be_bytes()) {
            *place = byte;
        }
        CommandId(Builder::from_random_bytes(bytes).into_uuid())
    }

    async fn act(&mut self, act: &Act) -> Result<(), String> {
        match act {
            Act::Circle { title, settings } => self.make_circle(title, settings).await,
            Act::EverythingTwice => {
                self.twice = true;
                Ok(())
            }
            Act::ComesIn { who, by, stance, closed } => {
                self.come_in(who, *by, *stance, *closed).await
            }
            Act::Asks { who, command, same_move, refused } => {
                self.ask(who, command, *same_move, *refused).await
            }
            Act::Writes(who) => {
                // The server takes one sign a second of each seat, by its own watch.
                if let Some(last) = self.last_sign {
                    sleep(SIGNS_APART.saturating_sub(last.elapsed())).await;
                }
                self.last_sign = Some(Instant::now());
                self.present(who)?.writing().await.map_err(|error| error.to_string())
            }
            Act::Drops(who) => self.drop_line(who).await,
            Act::Returns { who, fresh, closed } => {
                let coming = if *fresh { Coming::Fresh } else { Coming::Resume };
                self.come_back(who, coming, *closed).await
            }
            Act::AllReturn => {
                let guests = self.stage.guests.iter();
                let lost = guests.filter(|guest| {
                    let state = |screen: &Screen| screen.client.look(|view| view.line);
                    guest.screen().map(state) == Some(LineState::Lost)
                });
                let lost: Vec<_> = lost.map(|guest| guest.name.clone()).collect();
                for who in lost {
                    self.come_back(&who, Coming::Resume, None).await?;
                }
                Ok(())
            }
            Act::SecondScreen(who) => self.second_screen(who).await,
            Act::NotMe(who) => self.not_me(who).await,
            Act::Passes(time) => self.pass(*time).await,
            Act::Killed => self.kill().await,
            Act::Starts => {
                self.house.start();
                Ok(())
            }
        }
    }

    async fn make_circle(&mut self, title: &str, settings: &Settings) -> Result<(), String> {
        let new = NewLinks { settings: settings.clone(), ..NewLinks::titled(title) };
        let links = make_circle(&self.house.origin(), new).await;
        self.links = Some(links.map_err(|error| error.to_string())?);
        Ok(())
    }

    async fn ask(
        &mut self,
        who: &str,
        draft: &Draft,
        same_move: bool,
        refused: Option<RefusalCode>,
    ) -> Result<(), String> {
        let client = self.present(who)?.clone();
        if !same_move {
            self.last_move = client.current_move();
        }
        let command = self.command(draft)?;
        let id = self.draw();
        let answered = client.command_as(id, command.clone()).await.map_err(|e| e.to_string())?;
        if self.twice {
            let events = self.events_so_far().await?;
            let again = client.command_as(id, command).await;
            // What ends one's own line is not answered a second time.
            match again {
                Ok(again) if again != answered => {
                    return Err(format!("the second time it was answered {again:?}"));
                }
                Ok(_) | Err(Error::Gone(_)) => {}
                Err(error) => return Err(error.to_string()),
            }
            if self.events_so_far().await? != events {
                return Err("it happened twice".to_owned());
            }
        }
        match (answered, refused) {
            (Outcome::Refused(refusal), Some(code)) if refusal.code == code => Ok(()),
            (Outcome::Refused(refusal), _) => Err(format!("it was refused: {:?}", refusal.code)),
            (_, Some(code)) => Err(format!("it was done, and was to be refused: {code:?}")),
            (_, None) => Ok(()),
        }
    }

    async fn events_so_far(&mut self) -> Result<(u64, u64), String> {
        self.settle().await?;
        let mark = self.stage.ledger.mark();
        Ok((mark.room, mark.staff))
    }

    fn command(&self, draft: &Draft) -> Result<Command, String> {
        let mut fields = serde_json::Map::new();
        if NAMES_MOVE.contains(&draft.name) {
            fields.insert("move".to_owned(), json!(self.last_move));
        }
        for (field, arg) in &draft.fields {
            let value = match arg {
                Arg::Text(text) => json!(Text::plain(text)),
                Arg::Seat(who) => json!(self.stage.seat(who)?),
                Arg::Seats(who) => {
                    let seats = who.iter().map(|who| self.stage.seat(who));
                    json!(seats.collect::<Result<Vec<_>, _>>()?)
                }
                Arg::StartAt(who) => json!({ "seat": self.stage.seat(who)? }),
                Arg::Said(text) => self.said(text)?,
                Arg::Json(value) => value.clone(),
            };
            fields.insert((*field).to_owned(), value);
        }
        let mut tagged = serde_json::Map::new();
        tagged.insert(draft.name.to_owned(), Value::Object(fields));
        serde_json::from_value(Value::Object(tagged)).map_err(|error| error.to_string())
    }

    /// Returns the id of the newest words with this text.
    fn said(&self, text: &str) -> Result<Value, String> {
        let said = self.stage.ledger.room.values().rev();
        let mut words = said.filter_map(|event| event.pointer("/said/words"));
        let found =
            words.find(|words| words.pointer("/text/plain").and_then(Value::as_str) == Some(text));
        let id = found.and_then(|words| words.get("id"));
        id.cloned().ok_or_else(|| format!("nobody has said \"{text}\""))
    }

    pub(super) fn present(&self, who: &str) -> Result<&hearth_client::Client, String> {
        let screen = self.stage.guest(who)?.open_screen();
        Ok(&screen.ok_or_else(|| format!("the line of {who} is not open"))?.client)
    }

    pub(super) async fn until(
        &self,
        what: &str,
        done: impl Fn(&House) -> bool,
    ) -> Result<(), String> {
        let deadline = Instant::now() + WITHIN;
        while !done(&self.house) {
            if Instant::now() > deadline {
                return Err(format!("it did not happen in time: {what}"));
            }
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    async fn pass(&mut self, time: Duration) -> Result<(), String> {
        self.settle().await?;
        self.house.pass(time);
        // What the clock sets off runs beside what a screen asks for: it is given a moment.
        sleep(A_MOMENT).await;
        Ok(())
    }

    async fn kill(&mut self) -> Result<(), String> {
        self.house.kill();
        for guest in &self.stage.guests {
            if let Some(screen) = guest.screen() {
                let broken = screen.client.wait_for(WITHIN, |view| view.line != LineState::Open);
                broken.await.map_err(|error| error.to_string())?;
            }
        }
        self.stage.pump()
    }

    /// Every seat whose line is open comes in anew, without resume: what it is shown must be what
    /// it had folded.
    async fn compare_with_fresh(&mut self) -> Result<(), String> {
        self.settle().await?;
        let open: Vec<_> = self.stage.open().map(|(guest, _)| guest.name.clone()).collect();
        for who in open {
            let folded = self.present(&who)?.view().snapshot;
            self.second_screen(&who).await?;
            let fresh = self.present(&who)?.view().snapshot;
            check::equal(&folded, &fresh)
                .map_err(|why| format!("what {who} had folded is not what is so: {why}"))?;
            self.settle().await?;
            // The frame that shows it belongs to the screen that folded.
            let guest = self.stage.guest_mut(&who)?;
            let fresh = guest.screens.pop().map(|screen| screen.recording.frames);
            if let (Some(screen), Some(fresh)) = (guest.screens.last_mut(), fresh) {
                screen.recording.frames.extend(fresh);
            }
        }
        Ok(())
    }
}

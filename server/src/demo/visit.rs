//! One member in one session: sees, thinks, writes, acts. What to do is the planner's; here is only
//! when.

use super::company::Table;
use super::dice::Dice;
use super::plan::{Cause, Intent, plan};
use super::sight::{Memory, Sight};
use super::tempo::Tempo;
use super::words::Session;
use hearth_client::{Client, Events, Gone, Happening, LineState, View};
use hearth_protocol::frame::{Notice, Outcome};
use hearth_protocol::{ServerFrame, Token};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Signs of writing go out this often, in real time: that is the protocol's.
const SIGNS_APART: Duration = Duration::from_secs(3);
/// How often they think when nothing happens.
const THINK: u64 = 10_000;
/// How long they wait after something was refused, and after anything they did.
const AFTER_REFUSAL: u64 = 2_000;
const AFTER_DEED: u64 = 400;

/// The member's line is gone for good.
pub(super) struct Ended(pub(super) Gone);

/// One member in one session.
pub(super) struct Visit<'a> {
    client: Client,
    events: Events,
    table: &'a Table,
    session: &'static Session,
    dice: Dice,
    part: usize,
    tempo: Tempo,
    memory: Memory,
    stir: u64,
    pending: Option<Pending>,
}

/// An intent, and when it is due.
struct Pending {
    intent: Intent,
    next_sign: Instant,
    due: Instant,
}

impl<'a> Visit<'a> {
    pub(super) fn new(
        client: Client,
        events: Events,
        table: &'a Table,
        session: &'static Session,
        dice: Dice,
        (part, tempo): (usize, Tempo),
    ) -> Self {
        let (memory, stir, pending) = (Memory::default(), 0, None);
        Self { client, events, table, session, dice, part, tempo, memory, stir, pending }
    }

    /// Takes part until the line is gone for good.
    pub(super) async fn stay(mut self) -> Ended {
        loop {
            if let LineState::Gone(gone) = self.client.look(|view| view.line) {
                return Ended(gone);
            }
            self.think();
            let wake = self.wake_at();
            tokio::select! {
                happening = self.events.next() => match happening {
                    Ok(Some(happening)) => self.notice(&happening),
                    Ok(None) => return Ended(Gone { code: None }),
                    // The view has all that was missed.
                    Err(_) => {}
                },
                () = sleep_until(wake) => self.act().await,
            }
        }
    }

    /// Thinks anew. What is intended still keeps its time.
    fn think(&mut self) {
        let Self { client, memory, .. } = self;
        let company = self.table.company();
        let (session, dice, part, stir) = (self.session, self.dice, self.part, self.stir);
        let intent = client.look(|view: &View| {
            if view.line != LineState::Open {
                return None;
            }
            let (snapshot, now) = (&view.snapshot, view.now());
            let sight = Sight { snapshot, now, part, company, session, dice, stir };
            memory.see(&sight);
            plan(&sight, memory)
        });
        self.pending = match (intent, self.pending.take()) {
            (Some(intent), Some(pending)) if pending.intent.cause == intent.cause => {
                Some(Pending { intent, ..pending })
            }
            (Some(intent), _) => {
                let begins = Instant::now() + self.tempo.time(intent.after);
                let due = begins + self.tempo.time(intent.writing);
                let next_sign = if intent.writing > 0 { begins } else { due };
                Some(Pending { intent, next_sign, due })
            }
            (None, _) => None,
        };
    }

    fn wake_at(&self) -> Instant {
        let idle = || Instant::now() + self.tempo.time(THINK);
        self.pending.as_ref().map_or_else(idle, |pending| pending.next_sign.min(pending.due))
    }

    /// A visitor who has the turn, or is offered it, shows signs of writing.
    fn notice(&mut self, happening: &Happening) {
        let Happening::Frame { frame, .. } = happening else { return };
        let ServerFrame::Notice(Notice::Writing(writing)) = &**frame else { return };
        let seat = writing.seat;
        let has_turn = self.client.look(|view| match view.flow().token {
            Token::Centre { .. } => true,
            Token::Offered { .. } | Token::Held { .. } => view.flow().token.seat() == Some(seat),
        });
        if has_turn && self.table.company().part_of(seat).is_none() {
            self.stir += 1;
        }
    }

    /// Shows a sign of writing, or does what is due.
    async fn act(&mut self) {
        let Some(pending) = &mut self.pending else { return };
        let now = Instant::now();
        if now < pending.due {
            if now >= pending.next_sign {
                pending.next_sign = now + SIGNS_APART;
                // A sign that is lost is a sign less.
                if let Err(error) = self.client.writing().await {
                    tracing::debug!(%error, "a sign of writing was not sent");
                }
            }
            return;
        }
        let Some(Pending { intent, .. }) = self.pending.take() else { return };
        let wait = match self.client.command(intent.command).await {
            Ok(Outcome::Refused(refusal)) => {
                let code = refusal.code;
                tracing::debug!(?code, part = self.part, cause = ?intent.cause, "refused");
                AFTER_REFUSAL
            }
            Ok(Outcome::Ok(_) | Outcome::Page(_)) => {
                match intent.cause {
                    Cause::Greet(seat) => self.memory.greet(seat),
                    Cause::Nudge(mv, _) => self.memory.nudge(mv),
                    _ => {}
                }
                AFTER_DEED
            }
            // The line is gone; the loop sees so.
            Err(error) => {
                tracing::debug!(%error, "a member's line is gone");
                AFTER_DEED
            }
        };
        sleep(self.tempo.time(wait)).await;
    }
}

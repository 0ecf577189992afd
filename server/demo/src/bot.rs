//! One member's connection in one session. `plan` decides what the member does; this file times it
//! and sends it.

use crate::memory::Memory;
use crate::observation::{Observation, Persona, is_guest_typing};
use crate::pacing::Pacing;
use crate::plan::{Intent, plan};
use crate::seating::SharedSeating;
use hearth_client::{Client, CloseReason, ConnectionState, Error, Event, Events};
use hearth_protocol::SeatNo;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Interval between typing signals. Real time, whatever the pacing: the protocol expects it.
const TYPING_INTERVAL: Duration = Duration::from_secs(3);
/// Milliseconds until a member plans again when nothing happens.
const REPLAN: u64 = 10_000;
/// Milliseconds a member waits after an action, and after a refused one.
const AFTER_ACTION: u64 = 400;
const AFTER_REFUSAL: u64 = 2_000;

/// One member's connection in one session.
pub(crate) struct Bot<'a> {
    client: Client,
    events: Events,
    persona: Persona,
    seating: &'a SharedSeating,
    pacing: Pacing,
    memory: Memory,
    /// Typing signals received from visitors whose turn it is.
    typing_signals: u64,
    pending: Option<Pending>,
}

/// An intent and when to carry it out.
struct Pending {
    intent: Intent,
    next_typing: Instant,
    due: Instant,
}

impl<'a> Bot<'a> {
    pub(crate) fn new(
        client: Client,
        events: Events,
        persona: Persona,
        seating: &'a SharedSeating,
        pacing: Pacing,
    ) -> Self {
        let memory = Memory::default();
        Self { client, events, persona, seating, pacing, memory, typing_signals: 0, pending: None }
    }

    /// Takes part until the client stops reconnecting, and returns why it did.
    pub(crate) async fn run(mut self) -> CloseReason {
        loop {
            if let ConnectionState::Closed(reason) = self.client.with_view(|view| view.connection) {
                return reason;
            }
            self.plan();
            let wake = self.wake_at();
            tokio::select! {
                event = self.events.next() => match event {
                    Ok(Some(Event::Writing(seat))) => self.count_typing(seat),
                    Ok(Some(_)) => {}
                    Ok(None) => return CloseReason { code: None },
                    // Missed events don't matter: the view already contains their effects.
                    Err(_) => {}
                },
                () = sleep_until(wake) => self.act().await,
            }
        }
    }

    /// Plans again. If the cause hasn't changed, the pending intent keeps its time.
    fn plan(&mut self) {
        let Self { client, memory, .. } = self;
        let (persona, seats, signals) = (self.persona, self.seating.seats(), self.typing_signals);
        let intent = client.with_view(|view| {
            if view.connection != ConnectionState::Open {
                return None;
            }
            let observation = Observation::new(&view.snapshot, view.now(), persona, seats, signals);
            memory.update(&observation);
            plan(&observation, memory)
        });
        self.pending = match (intent, self.pending.take()) {
            (Some(intent), Some(pending)) if pending.intent.cause == intent.cause => {
                Some(Pending { intent, ..pending })
            }
            (Some(intent), _) => {
                let start = Instant::now() + self.pacing.scale(intent.delay);
                let due = start + self.pacing.scale(intent.typing);
                let next_typing = if intent.typing > 0 { start } else { due };
                Some(Pending { intent, next_typing, due })
            }
            (None, _) => None,
        };
    }

    fn wake_at(&self) -> Instant {
        match &self.pending {
            Some(pending) => pending.next_typing.min(pending.due),
            None => Instant::now() + self.pacing.scale(REPLAN),
        }
    }

    fn count_typing(&mut self, writer: SeatNo) {
        let seats = self.seating.seats();
        if self.client.with_view(|view| is_guest_typing(view, &seats, writer)) {
            self.typing_signals += 1;
        }
    }

    /// Sends a typing signal, or carries out the pending intent if it is due.
    async fn act(&mut self) {
        let Some(pending) = &mut self.pending else { return };
        let now = Instant::now();
        if now < pending.due {
            if now >= pending.next_typing {
                pending.next_typing = now + TYPING_INTERVAL;
                // Typing signals are best effort.
                if let Err(error) = self.client.writing().await {
                    tracing::debug!(%error, "typing signal not sent");
                }
            }
            return;
        }
        let Some(Pending { intent, .. }) = self.pending.take() else { return };
        let Intent { cause, command, .. } = intent;
        let wait = match self.client.command(command).await {
            Ok(_) => {
                cause.remember(&mut self.memory);
                AFTER_ACTION
            }
            Err(Error::Refused(refusal)) => {
                let (code, member) = (refusal.code, self.persona.member);
                tracing::debug!(?code, member, ?cause, "demo member's command refused");
                AFTER_REFUSAL
            }
            // The connection is closed for good; `run` returns on its next pass.
            Err(error) => {
                tracing::debug!(%error, "demo member's command not answered");
                AFTER_ACTION
            }
        };
        sleep(self.pacing.scale(wait)).await;
    }
}

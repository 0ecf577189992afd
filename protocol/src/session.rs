//! The session: its phases, pauses, and its end.

use crate::declare::{commands, facts, view, wire_enum};
use crate::ids::{Millis, SeatNo, TextId};
use crate::text::Text;
use crate::turn::Timer;

wire_enum! {
    /// The phase of a session.
    pub enum Phase {
        /// Arrivals. An open floor while hosts are present.
        Gathering,
        /// Rounds.
        Open,
        /// The closing round.
        Closing,
        /// Goodbyes. An open floor while hosts are present.
        Lingering,
        /// Over.
        Ended,
    }

    /// Why a room is paused.
    pub enum PauseReason {
        /// A host paused it.
        Host,
        /// No host is present.
        NoHost,
    }

    /// Why a session ended.
    pub enum EndReason {
        /// A host ended it.
        Host,
        /// It was empty for too long.
        Empty,
        /// No host came back.
        NoHost,
    }
}

view! {
    /// A pause. The turn is kept, timers stand still, and sending is refused.
    pub struct Pause {
        /// Why.
        pub reason: PauseReason,
        /// The host who paused. Kept while no host is present, so that this pause is restored when
        /// one returns.
        pub by: Option<SeatNo>,
        /// Their message.
        pub message: Option<TextId>,
    }

    /// The session, as everyone sees it.
    pub struct SessionState {
        /// Its phase.
        pub phase: Phase,
        /// When the room was opened.
        pub opened_at: Millis,
        /// Set while an *end* can still be undone: when the room closes.
        pub closes_at: Option<Millis>,
        /// Set while the room is paused.
        pub pause: Option<Pause>,
        /// Set while no host is present in an open session: when the room pauses for lack of hosts
        /// or, once it has paused, when it ends.
        pub no_host: Option<Timer>,
        /// When a room with nobody in it ends by itself; absent while someone is here.
        pub empty_until: Option<Millis>,
        /// True while moderators may do what otherwise only facilitators may, except change roles:
        /// no facilitator has come to this session, or the last one has been away for
        /// [`FACILITATOR_AWAY_MS`](crate::limits::FACILITATOR_AWAY_MS).
        pub moderators_act: bool,
    }
}

impl SessionState {
    /// Returns whether rounds are held now: the session is open or closing.
    pub fn holds_rounds(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::Closing)
    }
}

commands! {
    /// Hosts' commands about the session.
    pub enum SessionCommand {
        /// Pause the room.
        Pause "pause" {
            /// A message to everyone.
            message: Option<Text> = Some(Text::plain("Let's take a breath.")),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (message as Prompt), target: (), when: NotPaused,
        }
        /// End the pause.
        Unpause "unpause" {}
        policy {
            role: Host, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: Paused,
        }
        /// Move the session on: to `closing`, `lingering`, or back to `open`.
        SetPhase "set_phase" {
            /// The new phase.
            phase: Phase = Phase::Closing,
        }
        policy {
            role: Facilitator, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: Always,
        }
        /// End the session. It can be undone for two minutes.
        End "end" {}
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
        /// Undo the end.
        UndoEnd "undo_end" {}
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Ending,
        }
    }
}

facts! {
    /// What happened to the session.
    pub enum SessionFact {
        /// The room opened.
        Opened {}
        /// The session moved on to another phase.
        PhaseChanged {
            /// The phase now.
            phase: Phase = Phase::Closing,
        }
        /// The room paused.
        Paused {
            /// The reason.
            reason: PauseReason = PauseReason::Host,
            /// The host who paused it, if one did.
            by: Option<SeatNo> = Some(SeatNo(1)),
        }
        /// The pause is over.
        Resumed {}
        /// A host ended the session; it can be undone until the room closes.
        Ending {
            /// Who ended it.
            by: SeatNo = SeatNo(1),
        }
        /// The end was undone.
        EndUndone {
            /// Who undid it.
            by: SeatNo = SeatNo(1),
        }
        /// No facilitator is here: from now on moderators act for them, until one is back.
        ModeratorsAct {}
        /// The session is over.
        Ended {
            /// The reason.
            reason: EndReason = EndReason::Host,
        }
    }
}

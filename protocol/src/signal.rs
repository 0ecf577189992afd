//! Signals without words: gestures to a message, and process points to hosts.

use crate::declare::{commands, facts, wire_enum};
use crate::ids::{MessageNo, SeatNo};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
#[cfg(feature = "schema")]
use ts_rs::TS;

wire_enum! {
    /// A silent response to someone's words. Shown by name; never counted or ranked.
    pub enum GestureKind {
        /// "Welcome", as a turn begins.
        Welcome,
        /// "Heard."
        Heard,
        /// "With you."
        WithYou,
        /// "Thank you."
        ThankYou,
    }
}

/// The gestures one seat made to one message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(as = "Vec<GestureKind>"))]
pub struct Gestures(pub BTreeSet<GestureKind>);

crate::merge::leaf!(Gestures);

commands! {
    /// Commands that send a signal without words.
    pub enum SignalCommand {
        /// Make or withdraw a gesture to someone's message.
        Gesture "gesture" {
            /// The message.
            message: MessageNo = MessageNo(12),
            /// The gesture.
            kind: GestureKind = GestureKind::WithYou,
            /// Make it (`true`) or withdraw it.
            on: bool = true,
        }
        policy {
            role: Voice, muted: No, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
        /// Signal a process point to the hosts.
        ProcessPoint "process_point" {}
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: Always,
        }
        /// Mark a process point as answered.
        AnswerProcessPoint "answer_process_point" {
            /// Seat that signalled it.
            seat: SeatNo = SeatNo(4),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (seat as Anyone), when: Always,
        }
    }
}

facts! {
    /// Facts about signals. Gestures reach people who may see the message, process points only
    /// hosts.
    pub enum SignalFact {
        /// Someone made a gesture to a message, or withdrew it.
        Gestured {
            /// The message.
            message: MessageNo = MessageNo(12),
            /// Seat that made it.
            seat: SeatNo = SeatNo(2),
            /// The gesture.
            kind: GestureKind = GestureKind::Heard,
            /// Made (`true`) or withdrawn.
            on: bool = true,
        }
        /// Someone signalled a process point (hosts).
        ProcessPointRaised {
            /// Their seat.
            seat: SeatNo = SeatNo(4),
        }
        /// A process point was answered (hosts).
        ProcessPointAnswered {
            /// Seat that signalled it.
            seat: SeatNo = SeatNo(4),
            /// Host who answered it.
            by: SeatNo = SeatNo(1),
        }
    }
}

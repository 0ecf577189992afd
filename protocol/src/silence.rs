//! The bell: a short silence, in which nobody can send and turn timers stand still.

use crate::declare::{commands, facts, view, wire_enum};
use crate::ids::{Millis, SeatNo, TextId};
use crate::text::Text;

wire_enum! {
    /// Who may ring the bell.
    pub enum Bell {
        /// Facilitators.
        Facilitator,
        /// Facilitators; and everyone else except listeners, once a round.
        Everyone,
    }
}

view! {
    /// A silence that is being kept.
    pub struct Silence {
        /// Who rang the bell.
        pub by: SeatNo,
        /// When it ends by itself.
        pub until: Millis,
        /// Why they rang, if they said so.
        pub reason: Option<TextId>,
    }
}

commands! {
    /// Commands about the bell.
    pub enum SilenceCommand {
        /// Ring the bell.
        RingBell "ring_bell" {
            /// How long the silence lasts, in milliseconds; 15 seconds if absent.
            for_ms: Option<u64> = Some(30_000),
            /// The reason, shown to everyone.
            reason: Option<Text> = Some(Text::plain("For Noor's mother.")),
        }
        policy {
            role: Voice, muted: No, paused: No, ending: No,
            turn: (), text: (reason as Prompt), target: (), when: CanRing,
        }
        /// End the silence early.
        EndSilence "end_silence" {}
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Silent,
        }
    }
}

facts! {
    /// What happened to the silence.
    pub enum SilenceFact {
        /// Someone rang the bell.
        SilenceBegan {
            /// Who rang it.
            by: SeatNo = SeatNo(1),
        }
        /// The silence is over.
        SilenceEnded {
            /// The host who ended it early, if one did.
            by: Option<SeatNo> = Some(SeatNo(1)),
        }
    }
}

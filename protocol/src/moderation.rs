//! Moderation: mutes, removals and roles.

use crate::declare::{commands, facts, view};
use crate::ids::{Millis, SeatNo};
use crate::presence::Role;
use crate::text::Text;

view! {
    /// A mute, as hosts see it.
    pub struct Mute {
        /// The host who muted them.
        pub by: SeatNo,
        /// When it ends by itself; absent if it lasts until a host lifts it.
        pub until: Option<Millis>,
    }

    /// A mute, as the muted seat sees it.
    pub struct OwnMute {
        /// When it ends by itself; absent if it lasts until a host lifts it.
        pub until: Option<Millis>,
    }

    /// A removal, as hosts see it.
    pub struct Bar {
        /// The host who removed them.
        pub by: SeatNo,
        /// Time of the removal.
        pub at: Millis,
    }
}

commands! {
    /// Hosts' commands for moderation.
    pub enum ModerationCommand {
        /// Mute someone. They keep their place. Only they and hosts are told.
        Mute "mute" {
            /// Seat to mute.
            seat: SeatNo = SeatNo(4),
            /// Duration in milliseconds; absent for a mute until it is lifted.
            for_ms: Option<u64> = Some(300_000),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (seat as Ranked), when: Always,
        }
        /// Lift a mute.
        Unmute "unmute" {
            /// Seat to unmute.
            seat: SeatNo = SeatNo(4),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (seat as Ranked), when: Always,
        }
        /// Remove someone, and bar their key from this circle. Can be undone.
        Remove "remove" {
            /// Seat to remove.
            seat: SeatNo = SeatNo(4),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (seat as Ranked), when: Always,
        }
        /// Undo a removal.
        Restore "restore" {
            /// Seat to restore.
            seat: SeatNo = SeatNo(4),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (seat as Ranked), when: Always,
        }
        /// Give someone another name.
        SetName "set_name" {
            /// Seat to name.
            seat: SeatNo = SeatNo(4),
            /// Its new name.
            name: Text = Text::plain("Robin B."),
        }
        policy {
            role: Host, muted: No, paused: Yes, ending: Yes,
            turn: (), text: (name as Name), target: (seat as Ranked), when: Always,
        }
        /// Change someone's role.
        SetRole "set_role" {
            /// Seat whose role changes.
            seat: SeatNo = SeatNo(4),
            /// Their new role.
            role: Role = Role::Moderator,
        }
        policy {
            role: FacilitatorOnly, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (seat as Present), when: Always,
        }
    }
}

facts! {
    /// Facts about moderation.
    pub enum ModerationFact {
        /// Someone's role was changed.
        RoleChanged {
            /// Seat whose role changed.
            seat: SeatNo = SeatNo(4),
            /// Their new role.
            role: Role = Role::Moderator,
        }
        /// A seat was muted, or its mute changed (hosts).
        Muted {
            /// The muted seat.
            seat: SeatNo = SeatNo(4),
            /// Host who muted it.
            by: SeatNo = SeatNo(1),
        }
        /// A mute ended (hosts).
        Unmuted {
            /// The seat.
            seat: SeatNo = SeatNo(4),
            /// Host who lifted it; absent if it expired.
            by: Option<SeatNo> = Some(SeatNo(1)),
        }
        /// A seat was removed; its key is barred in this circle (hosts).
        Barred {
            /// The seat.
            seat: SeatNo = SeatNo(4),
            /// Host who removed it.
            by: SeatNo = SeatNo(1),
        }
        /// A removal was undone (hosts).
        Unbarred {
            /// The seat.
            seat: SeatNo = SeatNo(4),
            /// Host who undid it.
            by: SeatNo = SeatNo(1),
        }
        /// You were muted: you keep your place, and can't speak until it ends.
        YouWereMuted {}
        /// Your mute ended.
        YouWereUnmuted {}
        /// You were removed. The last thing a seat receives, unless the removal is undone.
        YouWereRemoved {}
        /// Your removal was undone, and you may return.
        YouWereRestored {}
    }
}

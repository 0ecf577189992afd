//! Moderation: mutes, removals and roles.

use crate::declare::{commands, facts, view, wire_enum};
use crate::ids::{BarId, Millis, SeatNo, TextId};
use crate::presence::Role;
use crate::text::Text;
use uuid::Uuid;

wire_enum! {
    /// How long a bar lasts.
    pub enum BarUntil {
        /// Until the session ends.
        SessionEnd,
        /// Until a host lifts it, in any session.
        Lifted,
    }
}

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

    /// A bar in force, as hosts see it: someone was removed and may not come back.
    pub struct Bar {
        /// The name that the person had.
        pub name: TextId,
        /// Time of the removal.
        pub at: Millis,
        /// How long it lasts.
        pub until: BarUntil,
        /// Their seat; absent if they were removed in an earlier session.
        pub seat: Option<SeatNo>,
        /// The host who removed them; absent if that was in an earlier session.
        pub by: Option<SeatNo>,
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
        /// Remove someone, and bar their key. For someone who was removed before, change how long
        /// the bar lasts.
        Remove "remove" {
            /// Seat to remove.
            seat: SeatNo = SeatNo(4),
            /// How long they may not come back; absent for the rest of the session.
            until: Option<BarUntil> = Some(BarUntil::Lifted),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (seat as Ranked), when: Always,
        }
        /// Lift a bar, also one from an earlier session: the person may come back.
        LiftBar "lift_bar" {
            /// The bar to lift.
            bar: BarId = BarId(Uuid::from_u128(4)),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
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
        /// A seat was removed and its key barred (hosts).
        Barred {
            /// The bar.
            bar: BarId = BarId(Uuid::from_u128(4)),
            /// The seat.
            seat: SeatNo = SeatNo(4),
            /// Host who removed it.
            by: SeatNo = SeatNo(1),
        }
        /// How long a bar lasts was changed (hosts).
        BarChanged {
            /// The bar.
            bar: BarId = BarId(Uuid::from_u128(4)),
            /// The seat.
            seat: SeatNo = SeatNo(4),
            /// Host who changed it.
            by: SeatNo = SeatNo(1),
        }
        /// A bar was lifted (hosts).
        BarLifted {
            /// The bar.
            bar: BarId = BarId(Uuid::from_u128(4)),
            /// The seat; absent if it was barred in an earlier session.
            seat: Option<SeatNo> = Some(SeatNo(4)),
            /// Host who lifted it.
            by: SeatNo = SeatNo(1),
        }
        /// You were muted: you keep your place, and can't speak until it ends.
        YouWereMuted {}
        /// Your mute ended.
        YouWereUnmuted {}
        /// You were removed. The last thing a seat receives, unless the bar is lifted.
        YouWereRemoved {}
        /// Your bar was lifted, and you may return.
        YouMayReturn {}
    }
}

//! What a seat sees: the part for everyone, messages, the part for hosts, and the part for this
//! seat alone.

use crate::declare::{view, wire_struct};
use crate::ids::{BarId, CircleId, MessageNo, RoomId, SeatNo, TextId};
use crate::keyed::Keyed;
use crate::message::HiddenMessage;
use crate::moderation::{Bar, Mute, OwnMute};
use crate::presence::{Person, Presence};
use crate::queue::{Place, Queue};
use crate::refusal::RefusalCode;
use crate::round::{Order, Round};
use crate::session::{Phase, SessionState};
use crate::settings::{Settings, Timers};
use crate::silence::Silence;
use crate::turn::{OfferClock, TurnState};

/// The version of the view's shape. It is part of the store's [`Epoch`](crate::ids::Epoch), so that
/// no client resumes across a change.
pub const VIEW_VERSION: u32 = 3;

view! {
    /// The circle whose session it is.
    pub struct CircleView {
        /// The circle.
        pub id: CircleId,
        /// Its title.
        pub title: TextId,
        /// What its members agreed on.
        pub agreements: Option<TextId>,
        /// Its settings.
        pub settings: Settings,
        /// Its timers, derived from the settings.
        pub timers: Timers,
    }

    /// What everyone in the room sees, except messages.
    pub struct RoomView {
        /// The room.
        pub id: RoomId,
        /// Its circle.
        pub circle: CircleView,
        /// The state of the session.
        pub session: SessionState,
        /// Everyone who ever took a seat.
        pub people: Keyed<SeatNo, Person>,
        /// The speaking token.
        pub turn: TurnState,
        /// The current round, or the last one.
        pub round: Option<Round>,
        /// Who has been heard, and who is waiting.
        pub queue: Queue,
        /// Set while a silence is kept.
        pub silence: Option<Silence>,
    }

    /// What only hosts see.
    pub struct HostsView {
        /// The timer of the current offer.
        pub offer: Option<OfferClock>,
        /// Who is muted.
        pub mutes: Keyed<SeatNo, Mute>,
        /// Bars in force, from this session and earlier ones.
        pub bars: Keyed<BarId, Bar>,
        /// Turns that held a share, in this session. A seat without any is absent.
        pub turns: Keyed<SeatNo, u32>,
        /// Process points waiting for an answer, oldest first.
        pub process_points: Keyed<SeatNo, Place>,
    }

    /// What one seat alone sees.
    pub struct SeatView {
        /// The timer of the offer made to it.
        pub offer: Option<OfferClock>,
        /// Set while it is muted.
        pub muted: Option<OwnMute>,
        /// True while it is barred from the room.
        pub removed: bool,
        /// Number of the round in which it last rang the bell; 0 before the first.
        pub rang_in: Option<u32>,
        /// For hosts: hidden messages that they may see and whose words can still be restored.
        pub hidden: Keyed<MessageNo, HiddenMessage>,
    }
}

impl RoomView {
    /// Returns whether anyone is connected.
    pub fn anyone_is_here(&self) -> bool {
        self.people.values().any(|person| person.presence == Presence::Here)
    }

    /// Returns whether a host is connected.
    pub fn host_is_here(&self) -> bool {
        let is_here = |p: &Person| p.presence == Presence::Here && p.role.is_host();
        self.people.values().any(is_here)
    }

    /// Returns whether everything stands still: the room is paused, silent, ending or empty.
    pub fn stands_still(&self) -> bool {
        self.session.pause.is_some()
            || self.silence.is_some()
            || self.session.closes_at.is_some()
            || !self.anyone_is_here()
    }

    /// Returns whether turn timers run: rounds are held, and nothing stands still.
    pub fn turn_timers_run(&self) -> bool {
        self.session.holds_rounds() && !self.stands_still()
    }

    /// Returns the open round, if one is held now.
    pub fn open_round(&self) -> Option<&Round> {
        self.round.as_ref().filter(|round| round.open && self.session.holds_rounds())
    }

    /// Returns the number of the current round, or of the last one; 0 before the first.
    pub fn round_number(&self) -> u32 {
        self.round.as_ref().map_or(0, |round| round.number)
    }

    /// Returns the open floor's slow mode in milliseconds, or why the floor isn't open.
    ///
    /// # Errors
    /// `no_host`, `floor_closed` or `not_now`.
    pub fn open_floor(&self) -> Result<u64, RefusalCode> {
        match self.session.phase {
            // Everyone may say goodbye, also after the hosts have gone.
            Phase::Gathering | Phase::Open | Phase::Closing | Phase::Lingering
                if self.session.closes_at.is_some() =>
            {
                Ok(self.circle.settings.slow_ms)
            }
            Phase::Gathering | Phase::Lingering if self.host_is_here() => {
                Ok(self.circle.settings.slow_ms)
            }
            Phase::Gathering | Phase::Lingering => Err(RefusalCode::NoHost),
            Phase::Open | Phase::Closing => self
                .open_round()
                .filter(|round| round.order == Order::Open && self.turn.token.is_resting())
                .map(|round| round.slow_ms)
                .ok_or(RefusalCode::FloorClosed),
            Phase::Ended => Err(RefusalCode::NotNow),
        }
    }
}

impl HostsView {
    /// Returns what hosts see of a new room.
    pub fn empty() -> Self {
        Self {
            offer: None,
            mutes: Keyed::default(),
            bars: Keyed::default(),
            turns: Keyed::default(),
            process_points: Keyed::default(),
        }
    }

    /// Returns the turns a seat has had in this session.
    pub fn turns_of(&self, seat: SeatNo) -> u32 {
        self.turns.get(seat).copied().unwrap_or(0)
    }
}

impl SeatView {
    /// Returns the part of the view for a new seat alone. Nothing in it is set.
    pub fn empty() -> Self {
        Self { offer: None, muted: None, removed: false, rang_in: None, hidden: Keyed::default() }
    }
}

wire_struct! {
    /// A position in each sequence of frames that a seat receives. Each audience has its own gapless
    /// sequence from 1.
    pub struct Cursor {
        /// The last frame to the room.
        pub room: u64,
        /// The last frame to this seat alone.
        pub own: u64,
        /// The last frame to hosts; absent for everyone else.
        pub hosts: Option<u64>,
    }
}

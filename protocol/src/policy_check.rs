//! Evaluates a row of the policy table over what the sender sees.
//!
//! The columns are checked in the order of [`Policy`]'s fields, and the first one that isn't met
//! determines the refusal.

use crate::ids::{SeatNo, TurnId};
use crate::policy::{Allowed, Permission, Policy, Target, When};
use crate::presence::{Person, Presence, Role};
use crate::refusal::RefusalCode;
use crate::round::{HandsBy, Order, Round};
use crate::session::Phase;
use crate::silence::Bell;
use crate::turn::Token;
use crate::view::{RoomView, SeatView};

/// The fields of a command that its policy depends on.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// Who sends it.
    pub seat: SeatNo,
    /// The seat it names.
    pub target: Option<SeatNo>,
    /// The turn id it names.
    pub turn_id: Option<TurnId>,
    /// Whether it carries a text.
    pub has_text: bool,
}

impl Policy {
    /// Checks a request against the policy.
    ///
    /// # Errors
    /// The code of the first column that refuses.
    pub fn check(
        &self,
        room: &RoomView,
        own: &SeatView,
        request: Request,
    ) -> Result<(), RefusalCode> {
        let person = room.people.get(request.seat).ok_or(RefusalCode::NoSuchSeat)?;
        if person.presence != Presence::Here || room.session.phase == Phase::Ended {
            return Err(RefusalCode::NotNow);
        }
        self.role.check(person.role, room.session.moderators_act)?;
        let is_silenced = self.muted == Allowed::No || request.has_text;
        if is_silenced && own.muted.is_some() {
            return Err(RefusalCode::Muted);
        }
        if request.turn_id.is_some_and(|turn_id| turn_id != room.turn.turn_id) {
            return Err(RefusalCode::StaleTurn);
        }
        if self.ending == Allowed::No && room.session.closes_at.is_some() {
            return Err(RefusalCode::Ending);
        }
        if self.paused == Allowed::No && room.session.pause.is_some() {
            return Err(RefusalCode::Paused);
        }
        if self.paused == Allowed::No && room.silence.is_some() {
            return Err(RefusalCode::Silence);
        }
        let view = Situation { room, own, person, seat: request.seat };
        view.check_when(self.when)?;
        self.target.map_or(Ok(()), |target| view.check_target(target, request.target))
    }
}

impl Permission {
    fn check(self, role: Role, moderators_act: bool) -> Result<(), RefusalCode> {
        let allowed = match self {
            Self::Seat => true,
            Self::Voice if role == Role::Listener => return Err(RefusalCode::Listening),
            Self::Voice => true,
            Self::Host => role.is_host(),
            Self::Facilitator => guides(role, moderators_act),
            Self::FacilitatorOnly => role == Role::Facilitator,
        };
        if allowed { Ok(()) } else { Err(RefusalCode::NotAllowed) }
    }
}

/// Returns whether a role may do what facilitators may: theirs, or a moderator's who acts for them.
fn guides(role: Role, moderators_act: bool) -> bool {
    role == Role::Facilitator || (role == Role::Moderator && moderators_act)
}

/// Returns whether a host may mute, remove or let back in someone with the role `target`.
///
/// Nobody may do it to themselves.
pub fn outranks(host: Role, target: Role) -> bool {
    match host {
        Role::Facilitator => true,
        Role::Moderator => matches!(target, Role::Participant | Role::Listener),
        Role::Participant | Role::Listener => false,
    }
}

/// A room as one person in it sees it.
struct Situation<'a> {
    room: &'a RoomView,
    own: &'a SeatView,
    person: &'a Person,
    seat: SeatNo,
}

impl Situation<'_> {
    fn round(&self) -> Result<&Round, RefusalCode> {
        self.room.open_round().ok_or(RefusalCode::NoRound)
    }

    fn order_is(&self, fits: impl FnOnce(&Round) -> bool) -> Result<(), RefusalCode> {
        if fits(self.round()?) { Ok(()) } else { Err(RefusalCode::WrongOrder) }
    }

    fn check_when(&self, when: When) -> Result<(), RefusalCode> {
        let token = &self.room.turn.token;
        let session = &self.room.session;
        let holds = token.holder() == Some(self.seat);
        let has = token.seat() == Some(self.seat);
        let runs = |round: &Round| round.order.runs_by_itself();
        match when {
            When::Always => Ok(()),
            When::CanTake => self.check_take(),
            When::HasToken => allow(has, RefusalCode::NotOffered),
            When::HoldsToken => allow(holds, RefusalCode::NotYourTurn),
            When::HasTokenOrHosts => {
                let host = self.person.role.is_host() && !token.is_resting();
                allow(has || host, RefusalCode::NotYourTurn)
            }
            When::TokenOut => allow(!token.is_resting(), RefusalCode::NotNow),
            When::OrderOffers => self.order_is(|round| round.order != Order::Open),
            When::TokenRestsInQueue => {
                self.order_is(runs)?;
                allow(token.is_resting(), RefusalCode::NotFree)
            }
            When::OrderHalted => {
                self.round()?;
                allow(self.room.queue.halted, RefusalCode::NotNow)
            }
            When::FloorOpen => self.room.open_floor().map(|_| ()),
            When::OrderIsHands => self.order_is(|round| round.order == Order::Hands),
            When::CanRaise => {
                self.order_is(|round| round.order == Order::Hands)?;
                allow(self.person.is_eligible(), RefusalCode::Listening)
            }
            When::WaitsInQueue => {
                self.order_is(runs)?;
                allow(self.room.queue.waiting.contains(self.seat), RefusalCode::NotNow)
            }
            When::QueueCanBeReordered => self.order_is(|round| match round.order {
                Order::GoRound => true,
                Order::Hands => round.hands_by == HandsBy::FirstCome,
                Order::Popcorn | Order::Facilitator | Order::Open => false,
            }),
            When::RoundOpen => self.round().map(|_| ()),
            When::NoRoundOpen => {
                let open = self.room.round.as_ref().is_some_and(|round| round.open);
                allow(!open, RefusalCode::RoundOpen)
            }
            When::Paused => allow(session.pause.is_some(), RefusalCode::NotNow),
            When::NotPaused => allow(session.pause.is_none(), RefusalCode::Paused),
            When::Ending => allow(session.closes_at.is_some(), RefusalCode::NotNow),
            When::NotSilent => allow(self.room.silence.is_none(), RefusalCode::Silence),
            When::Silent => allow(self.room.silence.is_some(), RefusalCode::NotNow),
            When::CanRing => self.check_ring(),
        }
    }

    /// The person the token is offered to may take it. In popcorn anyone may take it from the
    /// centre; people who haven't been heard get the first chance (*first reach*).
    fn check_take(&self) -> Result<(), RefusalCode> {
        let popcorn = self.room.open_round().is_some_and(|round| round.order == Order::Popcorn);
        match &self.room.turn.token {
            Token::Offered { seat } if *seat == self.seat => Ok(()),
            Token::Centre { first_reach } if popcorn => {
                allow(self.person.is_eligible(), RefusalCode::Listening)?;
                let waits = first_reach.is_some() && self.room.queue.is_settled(self.seat);
                allow(!waits, RefusalCode::NotFree)
            }
            Token::Offered { .. } | Token::Held { .. } => Err(RefusalCode::NotOffered),
            Token::Centre { .. } => Err(RefusalCode::NotFree),
        }
    }

    /// Facilitators may always ring. If the circle lets everyone ring, others may do so once a
    /// round.
    fn check_ring(&self) -> Result<(), RefusalCode> {
        if guides(self.person.role, self.room.session.moderators_act) {
            return Ok(());
        }
        allow(self.room.circle.settings.bell == Bell::Everyone, RefusalCode::NotAllowed)?;
        allow(self.own.rang_in != Some(self.room.round_number()), RefusalCode::AlreadyRung)
    }

    fn check_target(&self, target: Target, seat: Option<SeatNo>) -> Result<(), RefusalCode> {
        let Some(seat) = seat else { return Ok(()) };
        if target == Target::NextSpeaker {
            self.order_is(|round| round.order == Order::Popcorn)?;
        }
        let person = self.room.people.get(seat).ok_or(RefusalCode::NoSuchSeat)?;
        match target {
            Target::Anyone => Ok(()),
            Target::Present => allow(person.presence != Presence::Left, RefusalCode::NoSuchSeat),
            Target::Ranked => allow(
                seat != self.seat && outranks(self.person.role, person.role),
                RefusalCode::Outranked,
            ),
            Target::Eligible => allow(
                person.is_eligible() && self.room.turn.token.seat() != Some(seat),
                RefusalCode::NotEligible,
            ),
            Target::NextSpeaker => {
                allow(person.is_eligible() && seat != self.seat, RefusalCode::NotEligible)
            }
        }
    }
}

fn allow(allowed: bool, otherwise: RefusalCode) -> Result<(), RefusalCode> {
    if allowed { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moderator_acts_on_members_but_not_on_equals_or_facilitators() {
        let allowed: Vec<Role> =
            Role::ALL.iter().copied().filter(|target| outranks(Role::Moderator, *target)).collect();
        assert_eq!(allowed, [Role::Participant, Role::Listener]);
        assert!(Role::ALL.iter().all(|target| outranks(Role::Facilitator, *target)));
        for actor in [Role::Participant, Role::Listener] {
            assert!(!Role::ALL.iter().any(|target| outranks(actor, *target)));
        }
    }
}

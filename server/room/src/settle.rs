//! Completes a decision: runs the order, and updates everything derived from the rest.

use crate::draft::Draft;
use crate::row::Effect;
use crate::{moderation, round, session, turn};

/// Completes a decision once its command or deadline has been carried out.
pub(crate) fn settle(draft: &mut Draft) {
    session::settle_end(draft);
    session::refresh_timers(&mut draft.state, draft.now);
    draft.turn().settle();
    turn::settle_offer_clock(draft);
    moderation::settle_answer(draft);
    let token = |state: &crate::state::State| state.room.turn.token.seat();
    let (before, now) = (token(&draft.before), token(&draft.state));
    if before != now {
        draft.effects.push(Effect::Watch(now));
    }
    round::note_whether_begun(draft);
}

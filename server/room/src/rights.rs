//! Who may do what to whom: the whole table, in one place.

use hearth_protocol::{Command, Role};

/// What a command needs of the one who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Anyone with a seat, listeners included.
    Seat,
    /// Anyone but listeners.
    Voice,
    /// A facilitator or a moderator.
    Staff,
    /// A facilitator.
    Facilitator,
}

impl Needs {
    /// Returns whether `role` is enough.
    pub(crate) fn met_by(self, role: Role) -> bool {
        match self {
            Self::Seat => true,
            Self::Voice => role != Role::Listener,
            Self::Staff => role.is_staff(),
            Self::Facilitator => role == Role::Facilitator,
        }
    }
}

/// Returns what `command` needs.
pub(crate) fn needs(command: &Command) -> Needs {
    match command {
        Command::Rename { .. } | Command::Leave {} | Command::Page { .. } => Needs::Seat,
        // A listener may not change that by a stance; the link they came by says so.
        Command::Stance { .. }
        | Command::Take { .. }
        | Command::Pass { .. }
        | Command::Later { .. }
        | Command::Share { .. }
        | Command::Done { .. }
        | Command::Say { .. }
        | Command::TakeBack { .. }
        | Command::Gesture { .. }
        | Command::Raise {}
        | Command::Lower {}
        | Command::StepBack {}
        | Command::SitOut {}
        | Command::Point {}
        | Command::Longer { .. } => Needs::Voice,
        // Staff open the first round; safety and the flow belong to both.
        Command::OpenRound { .. }
        | Command::CloseRound {}
        | Command::Skip { .. }
        | Command::Mute { .. }
        | Command::Unmute { .. }
        | Command::Remove { .. }
        | Command::Restore { .. }
        | Command::AnswerPoint { .. }
        | Command::Pause { .. }
        | Command::Unpause {}
        | Command::End {}
        | Command::UndoEnd {} => Needs::Staff,
        Command::SetOrder { .. }
        | Command::SetPrompt { .. }
        | Command::SetLimit { .. }
        | Command::Offer { .. }
        | Command::Next { .. }
        | Command::Reclaim { .. }
        | Command::GoOn { .. }
        | Command::Reorder { .. }
        | Command::Announce { .. }
        | Command::SetRole { .. }
        | Command::SetPhase { .. } => Needs::Facilitator,
    }
}

/// Returns whether `actor` may mute, remove or restore somebody with the role `target`.
///
/// | actor ＼ target | facilitator | moderator | participant | listener |
/// |---|---|---|---|---|
/// | facilitator | yes, never the last | yes | yes | yes |
/// | moderator | no | no | yes | yes |
/// | participant, listener | no | no | no | no |
///
/// Nobody may do it to themselves: they can leave, or choose to listen.
pub(crate) fn may_act_on(actor: Role, target: Role) -> bool {
    match actor {
        Role::Facilitator => true,
        Role::Moderator => matches!(target, Role::Participant | Role::Listener),
        Role::Participant | Role::Listener => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moderator_acts_on_members_but_on_no_equal_or_superior() {
        let allowed: Vec<Role> =
            Role::ALL.into_iter().filter(|target| may_act_on(Role::Moderator, *target)).collect();
        assert_eq!(allowed, [Role::Participant, Role::Listener]);
        assert!(Role::ALL.into_iter().all(|target| may_act_on(Role::Facilitator, target)));
        for actor in [Role::Participant, Role::Listener] {
            assert!(!Role::ALL.into_iter().any(|target| may_act_on(actor, target)));
        }
    }
}

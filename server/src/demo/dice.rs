//! Chance, handed in: the same seed and the same question give the same answer, so that a member
//! who thinks again thinks the same.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Chance for one member in one session.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn roll(self, about: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.0, about).hash(&mut hasher);
        hasher.finish()
    }

    /// Returns a number from `least` to `most`.
    pub(super) fn between(self, about: impl Hash, least: u64, most: u64) -> u64 {
        least + self.roll(about) % (most.saturating_sub(least) + 1)
    }

    /// Returns true in this many of a hundred cases.
    pub(super) fn chance(self, about: impl Hash, percent: u64) -> bool {
        self.between(about, 0, 99) < percent
    }

    /// Returns one of these; nothing where there are none.
    pub(super) fn pick<T>(self, about: impl Hash, these: &[T]) -> Option<&T> {
        let most = u64::try_from(these.len()).ok()?.checked_sub(1)?;
        usize::try_from(self.between(about, 0, most)).ok().and_then(|index| these.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_answers_are_spread() {
        let dice = Dice(7);
        let sides: Vec<u64> = (0..600).map(|throw| dice.between(throw, 1, 6)).collect();
        assert_eq!(dice.between(5, 1, 6), dice.between(5, 1, 6));
        for side in 1..=6 {
            let times = sides.iter().filter(|shown| **shown == side).count();
            assert!((60..140).contains(&times), "{side} came {times} times");
        }
        assert_eq!(dice.pick("nothing", &[] as &[u8]), None);
        assert!(dice.chance("sure", 100) && !dice.chance("never", 0));
    }
}

//! Repeatable randomness: the same seed and key always give the same result, so a member who plans
//! again comes to the same plan.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Source of one member's random choices in one session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn hash(self, key: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.0, key).hash(&mut hasher);
        hasher.finish()
    }

    /// Returns a number from `min` to `max`, both included.
    pub(crate) fn between(self, key: impl Hash, min: u64, max: u64) -> u64 {
        min + self.hash(key) % (max.saturating_sub(min) + 1)
    }

    /// Returns true with this probability in percent.
    pub(crate) fn chance(self, key: impl Hash, percent: u64) -> bool {
        self.between(key, 0, 99) < percent
    }

    /// Returns one of the items, or `None` if there are none.
    pub(crate) fn pick<T>(self, key: impl Hash, items: &[T]) -> Option<&T> {
        let last = u64::try_from(items.len()).ok()?.checked_sub(1)?;
        usize::try_from(self.between(key, 0, last)).ok().and_then(|index| items.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_repeat_for_the_same_key_and_are_spread_evenly() {
        let random = Random::seeded(7);
        assert_eq!(random.between(5, 1, 6), random.between(5, 1, 6));
        let rolls: Vec<u64> = (0..600).map(|roll| random.between(roll, 1, 6)).collect();
        for side in 1..=6 {
            let times = rolls.iter().filter(|roll| **roll == side).count();
            assert!((60..140).contains(&times), "{side} came up {times} times");
        }
        assert_eq!(random.pick("nothing", &[] as &[u8]), None);
        assert!(random.chance("always", 100) && !random.chance("never", 0));
    }
}

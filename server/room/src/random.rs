//! Randomness from outside: one seed per decision.

use chacha20::ChaCha12Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use hearth_protocol::{BarId, TextId};
use uuid::{Builder, Uuid};

/// A random number generator that cannot be run backwards (ChaCha with 12 rounds).
///
/// One decision draws both public and secret numbers. If a client could compute the generator's
/// state from a text id, it would know when the room answers for a muted seat.
#[derive(Debug)]
pub struct Random(ChaCha12Rng);

impl Random {
    /// Returns a generator with this seed. The caller draws seeds from the operating system.
    pub fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha12Rng::from_seed(seed))
    }

    /// Returns a generator for a test or a simulation that must be repeatable.
    pub fn repeatable(seed: u64) -> Self {
        Self(ChaCha12Rng::seed_from_u64(seed))
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.0.next_u64() % end).unwrap_or(0)
    }

    /// Returns a number within the range.
    pub(crate) fn within(&mut self, range: std::ops::RangeInclusive<u64>) -> u64 {
        let width = range.end().saturating_sub(*range.start()).saturating_add(1);
        range.start().saturating_add(self.0.next_u64() % width)
    }

    /// Returns the id of a new text.
    pub(crate) fn text_id(&mut self) -> TextId {
        TextId(self.uuid())
    }

    /// Returns the id of a new bar.
    pub(crate) fn bar_id(&mut self) -> BarId {
        BarId(self.uuid())
    }

    fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

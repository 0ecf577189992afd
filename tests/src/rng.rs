//! Random numbers from a known seed, so that a run can be repeated.

use std::time::Duration;

/// A sequence of numbers that follows from its seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a seed: from the environment variable of this name, or a random one.
    pub fn seed(variable: &str) -> u64 {
        match std::env::var(variable) {
            Ok(seed) => {
                seed.parse().unwrap_or_else(|_| panic!("{variable} isn't a number: {seed}"))
            }
            Err(_) => uuid::Uuid::new_v4().as_u64_pair().0,
        }
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to `below`, exclusive.
    pub fn below(&mut self, below: u64) -> u64 {
        self.next_u64() % below.max(1)
    }

    /// Returns a duration from 0 to `most`.
    pub fn up_to(&mut self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(most))
    }
}

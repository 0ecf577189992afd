//! Percentiles of measured times, medians and ratios.

use std::fmt;
use std::time::Duration;

/// Measured times, sorted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the time that `permille` of a thousand don't exceed.
    pub(crate) fn permille(&self, permille: usize) -> Duration {
        let place = (self.0.len() * permille).div_ceil(1_000).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }

    /// The same in milliseconds.
    pub(crate) fn permille_ms(&self, permille: usize) -> f64 {
        self.permille(permille).as_secs_f64() * 1_000.0
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [half, most, nearly_all, all] =
            [500, 900, 990, 1_000].map(|permille| self.permille_ms(permille));
        write!(
            f,
            "p50 {half:.3} ms  p90 {most:.3} ms  p99 {nearly_all:.3} ms  max {all:.3} ms  ({} times)",
            self.len()
        )
    }
}

/// Returns the middle one of the values, or the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (upper, lower) = (sorted.len() / 2, sorted.len().checked_sub(1)? / 2);
    Some((sorted.get(lower)? + sorted.get(upper)?) / 2.0)
}

/// Returns how many times `floor` a figure is, unless the floor is nothing.
pub(crate) fn ratio(figure: f64, floor: f64) -> Option<f64> {
    (floor > 0.0).then(|| figure / floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_times() {
        let times = Times::of((1..=2_000).rev().map(Duration::from_millis).collect());
        assert_eq!(times.permille(500), Duration::from_millis(1_000));
        assert_eq!(times.permille(990), Duration::from_millis(1_980));
        assert_eq!(times.permille(999), Duration::from_millis(1_998));
        assert_eq!(times.permille(1_000), Duration::from_millis(2_000));
        assert_eq!(Times::of(vec![Duration::from_millis(7)]).permille(1), Duration::from_millis(7));
        assert_eq!(Times::default().permille(500), Duration::ZERO);
    }

    #[test]
    fn a_median_ignores_one_run_that_went_wrong() {
        assert_eq!(median(&[3.0, 900.0, 1.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_ratio_needs_a_floor() {
        assert_eq!(ratio(6.0, 1.5), Some(4.0));
        assert_eq!(ratio(6.0, 0.0), None);
    }
}

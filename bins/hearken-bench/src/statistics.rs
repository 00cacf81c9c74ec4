//! Medians, spreads and percentiles.

use std::time::Duration;

use serde::Serialize;

/// What several rounds gave.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
}

impl Spread {
    /// Of at least one value.
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let ends = sorted.first().zip(sorted.last());
        let (lowest, highest) = ends.expect("the command line asks for at least one round, and each gives a value");
        let middle = sorted.len() / 2;
        let median =
            if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) };
        Self { median, lowest: *lowest, highest: *highest }
    }
}

/// What the two sides gave, round by round.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    yardstick: Vec<f64>,
    ours: Vec<f64>,
}

impl Pairs {
    /// Adds a round.
    pub(crate) fn add(&mut self, yardstick: f64, ours: f64) {
        self.yardstick.push(yardstick);
        self.ours.push(ours);
    }

    pub(crate) fn yardstick(&self) -> Spread {
        Spread::of(&self.yardstick)
    }

    pub(crate) fn ours(&self) -> Spread {
        Spread::of(&self.ours)
    }

    /// Of values that were taken in turn.
    pub(crate) fn of(yardstick: &[f64], ours: &[f64]) -> Self {
        Self { yardstick: yardstick.to_vec(), ours: ours.to_vec() }
    }

    /// Ours over the yardstick, of each round by itself: what slows the machine down for a while slows both.
    pub(crate) fn ratio(&self) -> Spread {
        Spread::of(&self.rounds(|yardstick, ours| ours / yardstick))
    }

    /// Something of each round.
    pub(crate) fn rounds(&self, of: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        self.yardstick.iter().zip(&self.ours).map(|(yardstick, ours)| of(*yardstick, *ours)).collect()
    }
}

/// A time that this part of all, in thousandths, did not exceed. The times are sorted; of none it is zero.
pub(crate) fn percentile(sorted: &[Duration], per_mille: usize) -> Duration {
    let rank = (sorted.len() * per_mille).div_ceil(1000).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// The median and the time that 99 of 100 did not exceed, in milliseconds, of each round.
#[derive(Debug, Default)]
pub(crate) struct Delays {
    pub(crate) p50: Vec<f64>,
    pub(crate) p99: Vec<f64>,
}

impl Delays {
    /// Adds a round. Its times are sorted.
    pub(crate) fn add(&mut self, sorted: &[Duration]) {
        self.p50.push(millis(percentile(sorted, 500)));
        self.p99.push(millis(percentile(sorted, 990)));
    }
}

/// Milliseconds.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Microseconds.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A count to calculate with. Nothing that is counted here comes near the bound.
pub(crate) fn count(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_taken_of_each_round() {
        let mut pairs = Pairs::default();
        for (yardstick, ours) in [(100.0, 50.0), (200.0, 120.0), (10.0, 4.0)] {
            pairs.add(yardstick, ours);
        }
        let ratio = pairs.ratio();
        assert!((ratio.median - 0.5).abs() < 1e-9 && (ratio.lowest - 0.4).abs() < 1e-9, "{ratio:?}");
        assert!((Spread::of(&[1.0, 4.0]).median - 2.5).abs() < 1e-9);
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 990), Duration::from_millis(198));
        assert_eq!(percentile(&times, 500), Duration::from_millis(100));
        assert_eq!(percentile(&times[..1], 990), Duration::from_millis(1));
        assert_eq!(percentile(&[], 990), Duration::ZERO);
    }
}

//! The mean of sentiments, by how much was said.

/// A mean so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    /// Adds a sentiment, where there is one, for so many characters.
    pub(crate) fn add(&mut self, sentiment: Option<f64>, chars: usize) {
        let Some(sentiment) = sentiment else { return };
        // A transcript has far fewer characters than would be rounded here.
        let weight = f64::from(u32::try_from(chars).unwrap_or(u32::MAX));
        self.sum += sentiment.clamp(-1.0, 1.0) * weight;
        self.weight += weight;
    }

    /// The mean, −1 to 1; nothing of nothing.
    pub(crate) fn value(self) -> Option<f64> {
        (self.weight > 0.0).then(|| (self.sum / self.weight).clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_more_counts_more() {
        let mut mean = Mean::default();
        assert_eq!(mean.value(), None);
        mean.add(Some(7.0), 30);
        mean.add(None, 1_000);
        mean.add(Some(-1.0), 10);
        assert_eq!(mean.value(), Some(0.5));
    }
}

//! Keeps the surest of many findings, in the order in which they were found.

/// The positions of the `most` greatest values, in ascending order; of equals the first ones.
pub(crate) fn positions(sureness: &[f64], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sureness.len()).collect();
    if order.len() > most {
        order.sort_by(|a, b| sureness[*b].total_cmp(&sureness[*a]));
        order.truncate(most);
        order.sort_unstable();
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_stay_in_order() {
        assert_eq!(positions(&[0.1, 0.9, 0.5, 0.9], 2), [1, 3]);
        assert_eq!(positions(&[0.5, 0.5, 0.5], 2), [0, 1]);
        assert_eq!(positions(&[0.5], 2), [0]);
    }
}

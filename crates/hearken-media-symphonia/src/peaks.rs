//! Waveforms of several tracks.

/// The waveforms of several tracks over the same time: more than two become one, of the loudest at each moment.
pub(crate) fn at_most_two(drawn: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    if drawn.len() <= 2 {
        return drawn;
    }
    let Some(length) = drawn.iter().map(Vec::len).min().filter(|length| *length > 0) else { return Vec::new() };
    let loudest = |at: usize| {
        let spans = drawn.iter().map(|peaks| &peaks[at * peaks.len() / length..(at + 1) * peaks.len() / length]);
        spans.flatten().copied().max().unwrap_or(0)
    };
    vec![(0..length).map(loudest).collect()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_tracks_are_drawn_as_one_and_each_is_seen() {
        let tracks = vec![vec![1; 500], vec![0; 1000], [vec![0; 700], vec![9; 1], vec![0; 299]].concat()];
        let drawn = at_most_two(tracks);
        assert_eq!((drawn.len(), drawn[0].len()), (1, 500));
        assert_eq!(drawn[0].iter().position(|peak| *peak == 9), drawn[0].iter().rposition(|peak| *peak == 9));
        assert_eq!(drawn[0][350], 9);
    }
}

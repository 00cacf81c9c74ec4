//! The waveform: the largest amplitude of equal spans, found in one pass over a sound whose length is not known yet.
//!
//! Spans begin with one frame each. Whenever there would be too many, neighbours are joined and spans are twice as long.

use hearken_domain::speech::MAX_PEAKS;

use super::flow::{Shape, mean};

/// Draws the waveform of at most two channels; more are mixed into one.
#[derive(Default)]
pub(super) struct Waveform {
    channels: usize,
    drawn: Vec<Channel>,
}

/// One channel's.
#[derive(Default)]
struct Channel {
    peaks: Vec<f32>,
    /// Frames that make a peak.
    span: u64,
    /// Of the peak that is being made: its frames, and the largest so far.
    frames: u64,
    largest: f32,
}

impl Channel {
    fn take(&mut self, sample: f32) {
        self.largest = self.largest.max(sample.abs());
        self.frames += 1;
        if self.frames >= self.span {
            self.end_span();
        }
    }

    fn end_span(&mut self) {
        if self.peaks.len() == MAX_PEAKS {
            self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
            // The peak that is being made is only half a span now.
            self.span *= 2;
            if self.frames < self.span {
                return;
            }
        }
        self.peaks.push(self.largest);
        (self.frames, self.largest) = (0, 0.0);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.frames > 0 {
            if self.peaks.len() == MAX_PEAKS {
                self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
            }
            self.peaks.push(self.largest);
        }
        self.peaks.into_iter().map(level).collect()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is rounded and within 0 to 255")]
fn level(peak: f32) -> u8 {
    (peak.clamp(0.0, 1.0) * 255.0).round() as u8
}

impl Waveform {
    pub(super) fn begin(&mut self, shape: Shape) {
        self.channels = usize::from(shape.channels);
        let drawn = if self.channels == 2 { 2 } else { 1 };
        self.drawn = (0..drawn).map(|_| Channel { span: 1, ..Channel::default() }).collect();
    }

    pub(super) fn hear(&mut self, samples: &[f32]) {
        for frame in samples.chunks_exact(self.channels) {
            match self.drawn.as_mut_slice() {
                [one] => one.take(mean(frame)),
                both => both.iter_mut().zip(frame).for_each(|(channel, sample)| channel.take(*sample)),
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Vec<u8>> {
        self.drawn.into_iter().map(Channel::finish).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(shape: Shape, samples: &[f32]) -> Vec<Vec<u8>> {
        let mut waveform = Waveform::default();
        waveform.begin(shape);
        waveform.hear(samples);
        waveform.finish()
    }

    #[test]
    fn a_click_stays_where_it_is_whatever_the_length() {
        for length in [1, 2, 999, 1000, 1001, 1999, 2000, 2001, 4097, 50_000, 1_000_003] {
            for at in [0, length / 3, length - 1] {
                let mut samples = vec![0.0; length];
                samples[at] = -1.0;
                let peaks = &drawn(Shape { channels: 1, rate: 8000 }, &samples)[0];
                assert!(
                    peaks.len() <= MAX_PEAKS && peaks.len() >= length.min(MAX_PEAKS / 2),
                    "{length}: {}",
                    peaks.len()
                );
                let found = peaks.iter().position(|peak| *peak == 255).unwrap();
                assert_eq!(peaks.iter().rposition(|peak| *peak == 255), Some(found), "{length} {at}");
                let span = length.div_ceil(peaks.len()).next_power_of_two();
                assert_eq!(found, at / span, "{length} {at} {}", peaks.len());
            }
        }
    }

    #[test]
    fn two_channels_are_two_and_three_are_one() {
        let two = drawn(Shape { channels: 2, rate: 8000 }, &[0.5, 0.0, -0.5, 1.0]);
        assert_eq!(two, [vec![128, 128], vec![0, 255]]);
        let three = drawn(Shape { channels: 3, rate: 8000 }, &[0.2, 0.2, 0.2, 0.6, 0.0, 0.0]);
        assert_eq!(three, [vec![51, 51]]);
    }
}

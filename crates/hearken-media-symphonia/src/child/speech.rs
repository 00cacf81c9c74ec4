//! Speech tracks: the sound at 16 kHz, one for each speaker's channel, sent as it is made.

use super::{
    Fault,
    alike::{Likeness, Verdict},
    flow::{Shape, mean},
    output::Output,
    resample::{Channels, Resampler},
};
use crate::protocol::Kept;

/// Sends a track for each of two channels, or for a mix of any other count; the end tells which are speakers' own.
pub(super) struct Speech<'a> {
    /// Of the first channel.
    track: u8,
    shape: Shape,
    split: Channels,
    resampler: Option<Resampler>,
    sent: Sent<'a>,
}

struct Sent<'a> {
    track: u8,
    likeness: Likeness,
    samples: Vec<i16>,
    output: &'a Output,
}

/// How many speech tracks sound of this shape gives.
pub(super) fn split(shape: Shape) -> u16 {
    if shape.channels == 2 { 2 } else { 1 }
}

impl<'a> Speech<'a> {
    pub(super) fn new(track: u8, output: &'a Output) -> Self {
        let track = track * 2;
        let sent = Sent { track, likeness: Likeness::default(), samples: Vec::new(), output };
        Self { track, shape: Shape { channels: 0, rate: 0 }, split: Vec::new(), resampler: None, sent }
    }

    pub(super) fn begin(&mut self, shape: Shape) -> Result<(), Fault> {
        let count = usize::from(split(shape));
        self.resampler = Some(Resampler::new(shape.rate, count)?);
        self.split = vec![Vec::new(); count];
        self.shape = shape;
        Ok(())
    }

    pub(super) fn hear(&mut self, samples: &[f32]) -> Result<(), Fault> {
        self.split.iter_mut().for_each(Vec::clear);
        for frame in samples.chunks_exact(usize::from(self.shape.channels)) {
            match self.split.as_mut_slice() {
                [one] => one.push(mean(frame)),
                both => both.iter_mut().zip(frame).for_each(|(channel, sample)| channel.push(*sample)),
            }
        }
        match &mut self.resampler {
            Some(resampler) => resampler.take(&self.split, |sound| self.sent.send(sound)),
            None => Ok(()),
        }
    }

    /// The tracks to keep, as channels of the recording from this one on.
    pub(super) fn finish(mut self, first_channel: u16) -> Result<Vec<Kept>, Fault> {
        let Some(mut resampler) = self.resampler.take() else { return Ok(Vec::new()) };
        resampler.finish(|sound| self.sent.send(sound))?;
        let kept =
            |track: u16, channel| Kept { track: self.track + u8::from(track > 0), channel: first_channel + channel };
        Ok(match (self.split.len(), self.sent.likeness.verdict()) {
            (2, Verdict::Two) => vec![kept(0, 0), kept(1, 1)],
            (2, Verdict::One(best)) => vec![kept(best, 0)],
            _ => vec![kept(0, 0)],
        })
    }
}

impl Sent<'_> {
    fn send(&mut self, sound: &Channels) -> Result<(), Fault> {
        if let [left, right] = sound.as_slice() {
            self.likeness.hear(left, right);
        }
        for (track, sound) in (self.track..).zip(sound) {
            self.samples.clear();
            self.samples.extend(sound.iter().map(|sample| quantised(*sample)));
            self.output.sound(track, &self.samples)?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is rounded and within the bounds")]
fn quantised(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

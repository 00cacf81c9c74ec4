//! Decoded sound on its way to whoever listens, held to what every listener may rely on: one shape from the first to the
//! last sample, numbers that are numbers, no more than the longest duration, an end when decoding is to stop.

use std::{sync::Arc, time::Duration};

use crate::{error::Fault, stop::Stop};

/// Rates that are none of sound's: the resampler's memory grows with them.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=384_000;
const MAX_CHANNELS: u16 = 64;
/// Silence is made in pieces of this many frames.
const SILENCE: u64 = 8192;

/// How samples lie: interleaved, so many channels, so many frames a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) channels: u16,
    pub(crate) rate: u32,
}

/// Somebody who makes something of sound.
pub(crate) trait Listener: Sized {
    /// What was made.
    type Made;

    /// Called once, before any sound.
    fn begin(&mut self, shape: Shape) -> Result<(), Fault>;

    /// Whole frames, interleaved.
    fn hear(&mut self, samples: &[f32]) -> Result<(), Fault>;

    /// After the last sound.
    fn finish(self) -> Result<Self::Made, Fault>;
}

/// What passes sound on.
pub(crate) struct Flow<L> {
    listener: L,
    shape: Option<Shape>,
    frames: u64,
    most: Duration,
    stop: Arc<Stop>,
    adapted: Vec<f32>,
}

impl<L: Listener> Flow<L> {
    pub(crate) fn new(listener: L, most: Duration, stop: Arc<Stop>) -> Self {
        Self { listener, shape: None, frames: 0, most, stop, adapted: Vec::new() }
    }

    pub(crate) fn frames(&self) -> u64 {
        self.frames
    }

    /// How many more frames may come.
    pub(crate) fn room(&self, shape: Shape) -> u64 {
        let most = self.most.as_millis() * u128::from(shape.rate) / 1000;
        u64::try_from(most).unwrap_or(u64::MAX).saturating_sub(self.frames)
    }

    pub(crate) fn check(&self) -> Result<(), Fault> {
        self.stop.check()
    }

    /// Takes whole frames. Another count of channels than at first is adapted; another rate is no sound of one
    /// recording that this crate can read.
    pub(crate) fn take(&mut self, shape: Shape, samples: &mut [f32]) -> Result<(), Fault> {
        self.stop.check()?;
        if samples.is_empty() {
            return Ok(());
        }
        let first = self.begin(shape)?;
        for sample in samples.iter_mut() {
            *sample = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        }
        if shape.channels == first.channels {
            return self.pass(first, samples);
        }
        let mut adapted = std::mem::take(&mut self.adapted);
        adapted.clear();
        for frame in samples.chunks_exact(usize::from(shape.channels)) {
            adapted.extend(std::iter::repeat_n(mean(frame), usize::from(first.channels)));
        }
        let passed = self.pass(first, &adapted);
        self.adapted = adapted;
        passed
    }

    /// Takes so many frames of silence.
    pub(crate) fn rest(&mut self, shape: Shape, mut frames: u64) -> Result<(), Fault> {
        let mut silence = vec![0.0; usize::try_from(SILENCE).unwrap_or(0) * usize::from(shape.channels)];
        while frames > 0 {
            let piece = frames.min(SILENCE);
            let samples = usize::try_from(piece).unwrap_or(0) * usize::from(shape.channels);
            self.take(shape, &mut silence[..samples])?;
            frames -= piece;
        }
        Ok(())
    }

    /// What was made of it all; nothing was heard when there was not a single frame.
    pub(crate) fn finish(self) -> Result<Option<(L::Made, Shape, u64)>, Fault> {
        match self.shape {
            Some(shape) => Ok(Some((self.listener.finish()?, shape, self.frames))),
            None => Ok(None),
        }
    }

    fn begin(&mut self, shape: Shape) -> Result<Shape, Fault> {
        match self.shape {
            None if !RATES.contains(&shape.rate) || shape.channels == 0 || shape.channels > MAX_CHANNELS => {
                Err(Fault::undecodable(format!("{} channels at {} Hz", shape.channels, shape.rate)))
            }
            None => {
                self.listener.begin(shape)?;
                self.shape = Some(shape);
                Ok(shape)
            }
            Some(first) if first.rate != shape.rate => Err(Fault::undecodable("the sample rate changes")),
            Some(first) => Ok(first),
        }
    }

    fn pass(&mut self, shape: Shape, samples: &[f32]) -> Result<(), Fault> {
        let frames = samples.len() as u64 / u64::from(shape.channels);
        if frames > self.room(shape) {
            return Err(Fault::TooLong { most: self.most });
        }
        self.frames += frames;
        self.listener.hear(samples)
    }
}

/// A frame's channels as one.
pub(crate) fn mean(frame: &[f32]) -> f32 {
    let count = u16::try_from(frame.len()).map_or(f32::MAX, f32::from);
    frame.iter().sum::<f32>() / count
}

/// Of so many frames, to the nearest.
pub(crate) fn milliseconds(frames: u64, rate: u32) -> u64 {
    let rate = u128::from(rate.max(1));
    u64::try_from((u128::from(frames) * 1000 + rate / 2) / rate).unwrap_or(u64::MAX)
}

//! Decoded sound on its way to what is made of it, held to what every listener may rely on: one shape from the first to
//! the last sample of a track, numbers that are numbers, no more than the longest duration and the most samples.

use std::{cell::Cell, rc::Rc, time::Duration};

use super::{Fault, listener::Listener, output::Output, speech, undecodable};
use crate::{
    peaks,
    protocol::{Decode, Ended, Limits, MAX_TRACKS},
};

/// Rates that are none of sound's: the resampler's memory grows with them.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=384_000;
const MAX_CHANNELS: u16 = 64;
/// Silence is made in pieces of this many frames.
const SILENCE: u64 = 8192;
/// Seconds of sound between two signs of life.
const PROGRESS: u64 = 60;

/// How samples lie: interleaved, so many channels, so many frames a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) channels: u16,
    pub(super) rate: u32,
}

impl Shape {
    /// Frames in so many milliseconds.
    pub(super) fn frames(self, milliseconds: u64) -> u64 {
        let frames = u128::from(milliseconds) * u128::from(self.rate) / 1000;
        u64::try_from(frames).unwrap_or(u64::MAX)
    }
}

/// What the recording is by what it says of itself.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) container: String,
    pub(super) codec: String,
}

/// The recording's tracks of sound, each on its way.
pub(super) struct Sound<'a> {
    decode: &'a Decode,
    output: &'a Output,
    tracks: Vec<Flow<'a>>,
    /// Samples that may still come, on all tracks together.
    budget: Rc<Cell<u64>>,
}

impl<'a> Sound<'a> {
    pub(super) fn new(decode: &'a Decode, output: &'a Output) -> Self {
        let budget = Rc::new(Cell::new(decode.limits.max_samples));
        Self { decode, output, tracks: Vec::new(), budget }
    }

    /// The track of this number, from 0 and without gaps.
    pub(super) fn track(&mut self, number: usize) -> Result<&mut Flow<'a>, Fault> {
        while self.tracks.len() <= number {
            let index = u8::try_from(self.tracks.len()).ok().filter(|index| *index < MAX_TRACKS / 2);
            let index = index.ok_or_else(|| undecodable("it has too many tracks of sound"))?;
            let listener = Listener::new(self.decode.wanted, index, self.output);
            self.tracks.push(Flow::new(listener, self.decode.limits, Rc::clone(&self.budget), self.output));
        }
        Ok(&mut self.tracks[number])
    }

    /// Whether anything was heard on any track.
    pub(super) fn is_silent(&self) -> bool {
        self.tracks.iter().all(|track| track.frames == 0)
    }

    /// What was made of it all; a track on which nothing was heard is none.
    pub(super) fn finish(mut self, found: Found) -> Result<Ended, Fault> {
        let duration_ms = self.tracks.iter().filter_map(Flow::milliseconds).max().ok_or(Fault::NoAudio)?;
        let mut ended = Ended {
            container: found.container,
            codec: found.codec,
            channels: 0,
            sample_rate: 0,
            duration_ms,
            peaks: Vec::new(),
            kept: Vec::new(),
        };
        let mut first_channel = 0;
        for mut track in self.tracks.drain(..) {
            let Some(shape) = track.shape else { continue };
            if ended.channels == 0 {
                ended.sample_rate = shape.rate;
            }
            ended.channels += shape.channels;
            if matches!(track.listener, Listener::Facts(_)) {
                // Waveforms are drawn over the same time.
                let missing = shape.frames(duration_ms).saturating_sub(track.frames).min(track.room(shape));
                track.rest(shape, missing)?;
            }
            match track.listener {
                Listener::Facts(waveform) => ended.peaks.extend(waveform.finish()),
                Listener::Speech(speech) => ended.kept.extend(speech.finish(first_channel)?),
            }
            first_channel += speech::split(shape);
        }
        ended.peaks = peaks::at_most_two(ended.peaks);
        Ok(ended)
    }
}

/// One track's sound.
pub(super) struct Flow<'a> {
    listener: Listener<'a>,
    shape: Option<Shape>,
    frames: u64,
    most: Duration,
    max_samples: u64,
    budget: Rc<Cell<u64>>,
    adapted: Vec<f32>,
    output: &'a Output,
}

impl<'a> Flow<'a> {
    fn new(listener: Listener<'a>, limits: Limits, budget: Rc<Cell<u64>>, output: &'a Output) -> Self {
        let Limits { max_duration: most, max_samples, .. } = limits;
        Self { listener, shape: None, frames: 0, most, max_samples, budget, adapted: Vec::new(), output }
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// How many more frames may come.
    pub(super) fn room(&self, shape: Shape) -> u64 {
        let most = u64::try_from(self.most.as_millis()).unwrap_or(u64::MAX);
        let by_time = shape.frames(most).saturating_sub(self.frames);
        by_time.min(self.budget.get() / u64::from(shape.channels))
    }

    /// Takes whole frames. Another count of channels than at first is adapted; another rate is no sound of one track
    /// that can be read here.
    pub(super) fn take(&mut self, shape: Shape, samples: &mut [f32]) -> Result<(), Fault> {
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
    pub(super) fn rest(&mut self, shape: Shape, mut frames: u64) -> Result<(), Fault> {
        let mut silence = vec![0.0; usize::try_from(SILENCE).unwrap_or(0) * usize::from(shape.channels)];
        while frames > 0 {
            let piece = frames.min(SILENCE);
            let samples = usize::try_from(piece).unwrap_or(0) * usize::from(shape.channels);
            self.take(shape, &mut silence[..samples])?;
            frames -= piece;
        }
        Ok(())
    }

    /// Nothing before the first frame.
    fn milliseconds(&self) -> Option<u64> {
        let rate = u128::from(self.shape?.rate);
        Some(u64::try_from((u128::from(self.frames) * 1000 + rate / 2) / rate).unwrap_or(u64::MAX))
    }

    fn begin(&mut self, shape: Shape) -> Result<Shape, Fault> {
        match self.shape {
            None if !RATES.contains(&shape.rate) || shape.channels == 0 || shape.channels > MAX_CHANNELS => {
                Err(undecodable(format!("{} channels at {} Hz", shape.channels, shape.rate)))
            }
            None => {
                self.listener.begin(shape)?;
                self.shape = Some(shape);
                Ok(shape)
            }
            Some(first) if first.rate != shape.rate => Err(undecodable("the sample rate changes")),
            Some(first) => Ok(first),
        }
    }

    fn pass(&mut self, shape: Shape, samples: &[f32]) -> Result<(), Fault> {
        let frames = samples.len() as u64 / u64::from(shape.channels);
        if frames > self.room(shape) {
            return Err(self.too_long(shape));
        }
        self.budget.set(self.budget.get().saturating_sub(samples.len() as u64));
        let signs = PROGRESS * u64::from(shape.rate);
        let is_sign_due = self.frames / signs != (self.frames + frames) / signs;
        self.frames += frames;
        self.listener.hear(samples)?;
        if is_sign_due { self.output.progress() } else { Ok(()) }
    }

    fn too_long(&self, shape: Shape) -> Fault {
        let most = self.max_samples / (u64::from(shape.channels) * u64::from(shape.rate));
        let most = Duration::from_secs(most);
        if most < self.most {
            return Fault::TooMuch { channels: shape.channels, rate: shape.rate, most };
        }
        Fault::TooLong { most: self.most }
    }
}

/// A frame's channels as one.
pub(super) fn mean(frame: &[f32]) -> f32 {
    let count = u16::try_from(frame.len()).map_or(f32::MAX, f32::from);
    frame.iter().sum::<f32>() / count
}

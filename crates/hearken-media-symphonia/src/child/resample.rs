//! Sound at the rate that transcribers want, in bounded memory, without the delay that filtering brings.

use hearken_domain::speech::SPEECH_RATE;
use rubato::{Fft, FixedSync, Indexing, Resampler as _, audioadapter_buffers::direct::SequentialSliceOfVecs};

use super::{Fault, undecodable};

/// The least that is resampled at a time, in frames.
const CHUNK: usize = 1024;

/// One vector a channel, all of the same length.
pub(super) type Channels = Vec<Vec<f32>>;

/// Brings channels to [`SPEECH_RATE`].
pub(super) struct Resampler {
    /// Nothing when the rate is the wanted one already.
    filter: Option<Filter>,
    rate: u32,
    /// Frames taken, and frames given.
    taken: u64,
    given: u64,
}

struct Filter {
    fft: Fft<f32>,
    waiting: Channels,
    made: Channels,
    /// Frames at the beginning that are the filter's delay.
    delay: usize,
}

impl Resampler {
    pub(super) fn new(rate: u32, channels: usize) -> Result<Self, Fault> {
        let filter = if rate == SPEECH_RATE { None } else { Some(Filter::new(rate, channels)?) };
        Ok(Self { filter, rate, taken: 0, given: 0 })
    }

    /// Takes sound, and gives what is ready.
    pub(super) fn take(
        &mut self,
        sound: &Channels,
        mut ready: impl FnMut(&Channels) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.taken += sound.first().map_or(0, Vec::len) as u64;
        match &mut self.filter {
            None => ready(sound),
            Some(filter) => {
                let given = &mut self.given;
                filter.take(sound, |made| {
                    *given += made.first().map_or(0, Vec::len) as u64;
                    ready(made)
                })
            }
        }
    }

    /// Gives what the filter still holds, so that the sound is as long as it was.
    pub(super) fn finish(&mut self, mut ready: impl FnMut(&Channels) -> Result<(), Fault>) -> Result<(), Fault> {
        let due = u128::from(self.taken) * u128::from(SPEECH_RATE) / u128::from(self.rate);
        let due = u64::try_from(due).unwrap_or(u64::MAX);
        let Some(filter) = &mut self.filter else { return Ok(()) };
        let silence: Channels = vec![vec![0.0; CHUNK]; filter.waiting.len()];
        while self.given < due {
            let given = &mut self.given;
            filter.take(&silence, |made| {
                let wanted = usize::try_from(due - *given).unwrap_or(usize::MAX);
                let cut: Channels = made.iter().map(|made| made[..made.len().min(wanted)].to_vec()).collect();
                *given += cut.first().map_or(0, Vec::len) as u64;
                ready(&cut)
            })?;
        }
        Ok(())
    }
}

impl Filter {
    fn new(rate: u32, channels: usize) -> Result<Self, Fault> {
        let hertz = |rate: u32| usize::try_from(rate).unwrap_or(usize::MAX);
        let fft = Fft::new(hertz(rate), hertz(SPEECH_RATE), CHUNK, channels, FixedSync::Both);
        let fft = fft.map_err(undecodable)?;
        let made = vec![vec![0.0; fft.output_frames_max()]; channels];
        Ok(Self { delay: fft.output_delay(), fft, waiting: vec![Vec::new(); channels], made })
    }

    fn take(&mut self, sound: &Channels, mut ready: impl FnMut(&Channels) -> Result<(), Fault>) -> Result<(), Fault> {
        for (waiting, sound) in self.waiting.iter_mut().zip(sound) {
            waiting.extend_from_slice(sound);
        }
        let held = self.waiting.first().map_or(0, Vec::len);
        let mut used = 0;
        while held - used >= self.fft.input_frames_next() {
            let (read, written) = self.filter(used)?;
            used += read;
            let delayed = self.delay.min(written);
            self.delay -= delayed;
            let made = self.made.iter().map(|made| made[delayed..written].to_vec()).collect();
            ready(&made)?;
        }
        self.waiting.iter_mut().for_each(|waiting| drop(waiting.drain(..used)));
        Ok(())
    }

    fn filter(&mut self, from: usize) -> Result<(usize, usize), Fault> {
        let channels = self.waiting.len();
        let held = self.waiting.first().map_or(0, Vec::len);
        let room = self.made.first().map_or(0, Vec::len);
        let input = SequentialSliceOfVecs::new(&self.waiting, channels, held).map_err(undecodable)?;
        let mut output = SequentialSliceOfVecs::new_mut(&mut self.made, channels, room).map_err(undecodable)?;
        let place = Indexing { input_offset: from, output_offset: 0, partial_len: None, active_channels_mask: None };
        self.fft.process_into_buffer(&input, &mut output, Some(&place)).map_err(undecodable)
    }
}

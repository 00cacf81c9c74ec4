//! What is made of a track's sound: a waveform, or speech for a transcriber.

use super::{Fault, flow::Shape, output::Output, speech::Speech, waveform::Waveform};
use crate::protocol::Wanted;

pub(super) enum Listener<'a> {
    Facts(Waveform),
    Speech(Box<Speech<'a>>),
}

impl<'a> Listener<'a> {
    /// For the track of this number.
    pub(super) fn new(wanted: Wanted, track: u8, output: &'a Output) -> Self {
        match wanted {
            Wanted::Facts => Self::Facts(Waveform::default()),
            Wanted::Speech => Self::Speech(Box::new(Speech::new(track, output))),
        }
    }

    /// Called once, before any sound.
    pub(super) fn begin(&mut self, shape: Shape) -> Result<(), Fault> {
        match self {
            Self::Facts(waveform) => {
                waveform.begin(shape);
                Ok(())
            }
            Self::Speech(speech) => speech.begin(shape),
        }
    }

    /// Whole frames, interleaved.
    pub(super) fn hear(&mut self, samples: &[f32]) -> Result<(), Fault> {
        match self {
            Self::Facts(waveform) => {
                waveform.hear(samples);
                Ok(())
            }
            Self::Speech(speech) => speech.hear(samples),
        }
    }
}

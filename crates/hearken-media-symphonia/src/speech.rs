//! Speech tracks: the sound at 16 kHz as WAV files, one for each speaker's channel.

use std::{path::PathBuf, sync::Arc};

use hearken_domain::speech::SpeechTrack;

use crate::{
    alike::{Likeness, Verdict},
    error::Fault,
    flow::{Listener, Shape, mean},
    resample::{Channels, Resampler},
    scratch::SpeechFolder,
    wav::WavFile,
};

/// Writes a file for each of two channels, or for a mix of any other count; the end shows which files are kept.
pub(crate) struct SpeechWriter {
    folder: SpeechFolder,
    shape: Shape,
    split: Channels,
    tracks: Option<Tracks>,
}

struct Tracks {
    resampler: Resampler,
    files: Files,
}

struct Files {
    files: Vec<WavFile>,
    likeness: Likeness,
}

/// The files, and what removes them.
pub(crate) struct Speech {
    pub(crate) tracks: Vec<SpeechTrack>,
    pub(crate) folder: Arc<SpeechFolder>,
}

impl SpeechWriter {
    pub(crate) fn new(folder: SpeechFolder) -> Self {
        Self { folder, shape: Shape { channels: 0, rate: 0 }, split: Vec::new(), tracks: None }
    }

    fn path(&self, channel: usize) -> PathBuf {
        self.folder.file(&format!("{channel}.wav"))
    }
}

impl Files {
    fn write(&mut self, sound: &Channels) -> Result<(), Fault> {
        if let [left, right] = sound.as_slice() {
            self.likeness.hear(left, right);
        }
        self.files.iter_mut().zip(sound).try_for_each(|(file, sound)| file.write(sound)).map_err(Fault::Scratch)
    }
}

impl Listener for SpeechWriter {
    type Made = Speech;

    fn begin(&mut self, shape: Shape) -> Result<(), Fault> {
        let count = if shape.channels == 2 { 2 } else { 1 };
        let files: Result<Vec<WavFile>, _> = (0..count).map(|channel| WavFile::create(&self.path(channel))).collect();
        let files = Files { files: files.map_err(Fault::Scratch)?, likeness: Likeness::default() };
        self.tracks = Some(Tracks { resampler: Resampler::new(shape.rate, count)?, files });
        self.split = vec![Vec::new(); count];
        self.shape = shape;
        Ok(())
    }

    fn hear(&mut self, samples: &[f32]) -> Result<(), Fault> {
        self.split.iter_mut().for_each(Vec::clear);
        for frame in samples.chunks_exact(usize::from(self.shape.channels)) {
            match self.split.as_mut_slice() {
                [one] => one.push(mean(frame)),
                both => both.iter_mut().zip(frame).for_each(|(channel, sample)| channel.push(*sample)),
            }
        }
        match &mut self.tracks {
            Some(Tracks { resampler, files }) => resampler.take(&self.split, |sound| files.write(sound)),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Speech, Fault> {
        let Some(Tracks { mut resampler, mut files }) = self.tracks.take() else { return Err(Fault::NoAudio) };
        resampler.finish(|sound| files.write(sound))?;
        let Files { files, likeness } = files;
        let count = files.len();
        files.into_iter().try_for_each(WavFile::finish).map_err(Fault::Scratch)?;
        let track = |channel, file| SpeechTrack { channel, wav: self.path(file) };
        let tracks = match (count, likeness.verdict()) {
            (2, Verdict::Two) => vec![track(0, 0), track(1, 1)],
            (2, Verdict::One(best)) => {
                let other = self.path(usize::from(1 - best));
                std::fs::remove_file(other).map_err(Fault::Scratch)?;
                vec![track(0, usize::from(best))]
            }
            _ => vec![track(0, 0)],
        };
        Ok(Speech { tracks, folder: Arc::new(self.folder) })
    }
}

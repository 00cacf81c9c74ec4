//! Speech tracks as they come from a decoder: a file each, in a folder that is removed with the last who needs it.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use hearken_domain::speech::{SPEECH_RATE, SpeechTrack};

use super::{
    scratch::SpeechFolder,
    wav::{self, WavFile},
};
use crate::{
    error::Fault,
    protocol::{Kept, MAX_TRACKS},
};

/// The files of one recording.
pub(super) struct Tracks {
    folder: SpeechFolder,
    files: BTreeMap<u8, WavFile>,
    /// Added to the numbers that come, for tracks that are read one after another.
    offset: u8,
    /// The most bytes of a file.
    most: u64,
}

impl Tracks {
    pub(super) async fn make(scratch: &Path, max_duration: Duration) -> Result<Self, Fault> {
        let folder = SpeechFolder::make(scratch).await.map_err(Fault::Scratch)?;
        // A second more, for what resampling rounds.
        let most = (max_duration.as_secs() + 1) * u64::from(SPEECH_RATE) * wav::SAMPLE;
        Ok(Self { folder, files: BTreeMap::new(), offset: 0, most })
    }

    /// What comes now is behind what came.
    pub(super) fn go_on(&mut self) {
        self.offset = self.files.keys().max().map_or(0, |last| last + 1);
    }

    /// Samples of a track, from a process that is not trusted.
    pub(super) async fn write(&mut self, track: u8, samples: &[u8]) -> Result<(), Fault> {
        let nonsense = || Fault::undecodable("the decoder sent sound that cannot be");
        let track = track.checked_add(self.offset).filter(|track| *track < MAX_TRACKS * 2).ok_or_else(nonsense)?;
        if !self.files.contains_key(&track) {
            let file = WavFile::create(&self.folder.file(&name(track))).await.map_err(Fault::Scratch)?;
            self.files.insert(track, file);
        }
        let file = self.files.get_mut(&track).ok_or_else(nonsense)?;
        let length = samples.len() as u64;
        if file.bytes() + length > self.most || !length.is_multiple_of(wav::SAMPLE) {
            return Err(nonsense());
        }
        file.write(samples).await.map_err(Fault::Scratch)
    }

    /// The tracks to keep; the others are removed.
    pub(super) async fn finish(mut self, kept: &[Kept]) -> Result<(Vec<SpeechTrack>, Arc<SpeechFolder>), Fault> {
        for (track, file) in std::mem::take(&mut self.files) {
            file.finish().await.map_err(Fault::Scratch)?;
            if !kept.iter().any(|kept| kept.track == track) {
                let other = self.folder.file(&name(track));
                tokio::fs::remove_file(other).await.map_err(Fault::Scratch)?;
            }
        }
        let mut tracks = Vec::new();
        for Kept { track, channel } in kept {
            let wav = self.folder.file(&name(*track));
            if !tokio::fs::try_exists(&wav).await.map_err(Fault::Scratch)? {
                return Err(Fault::undecodable("the decoder named a track that it did not send"));
            }
            tracks.push(SpeechTrack { channel: *channel, wav });
        }
        if tracks.is_empty() {
            return Err(Fault::NoAudio);
        }
        Ok((tracks, Arc::new(self.folder)))
    }

    /// The number under which a track that came just now lies.
    pub(super) fn placed(&self, kept: Kept) -> Kept {
        Kept { track: kept.track.saturating_add(self.offset), ..kept }
    }
}

fn name(track: u8) -> String {
    format!("{track}.wav")
}

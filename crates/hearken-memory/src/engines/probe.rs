//! Recordings as a test says they are.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::{ByteStream, MediaProbe},
    speech::{MediaFacts, SpeechAudio, SpeechTrack},
};
use mime::Mime;

use super::again;

/// A probe that reads a recording to its end and then says what it was told to say: a minute of mono WAV, until a test
/// says otherwise. The tracks it gives are names of files that are not there.
#[derive(Debug)]
pub struct MemoryProbe {
    answer: Mutex<Result<MediaFacts, EngineError>>,
}

impl MemoryProbe {
    /// One that finds a minute of mono sound.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every recording is this. It has a track for each of at most two channels.
    pub fn finds(&self, facts: MediaFacts) {
        *self.lock() = Ok(facts);
    }

    /// From now on no recording can be read, with this error.
    pub fn fails(&self, error: EngineError) {
        *self.lock() = Err(error);
    }

    fn lock(&self) -> MutexGuard<'_, Result<MediaFacts, EngineError>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, recording: ByteStream) -> Result<MediaFacts, EngineError> {
        let end = recording.try_for_each(|_| async { Ok(()) }).await;
        end.map_err(|error| {
            let kind = EngineErrorKind::Unavailable { retry_after: None };
            EngineError::new(kind, "recording_unavailable", "the recording could not be read to its end")
                .caused_by(error)
        })?;
        self.lock().as_ref().map(MediaFacts::clone).map_err(again)
    }
}

impl Default for MemoryProbe {
    fn default() -> Self {
        let facts = MediaFacts {
            container: "wav".to_owned(),
            codec: "pcm_s16le".to_owned(),
            duration_ms: 60_000,
            channels: 1,
            sample_rate: 16_000,
            peaks: vec![vec![0, 128, 255]],
        };
        Self { answer: Mutex::new(Ok(facts)) }
    }
}

#[async_trait]
impl MediaProbe for MemoryProbe {
    async fn probe(&self, recording: ByteStream, _: &Mime) -> Result<MediaFacts, EngineError> {
        self.read(recording).await
    }

    async fn speech(&self, recording: ByteStream, _: &Mime) -> Result<SpeechAudio, EngineError> {
        let facts = self.read(recording).await?;
        let channels = if facts.channels == 2 { 2 } else { 1 };
        let track = |channel| SpeechTrack { channel, wav: format!("/nowhere/channel-{channel}.wav").into() };
        let tracks = (0..channels).map(track).collect();
        Ok(SpeechAudio { tracks, duration_ms: facts.duration_ms, files: Arc::new(()) })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt, stream};
    use hearken_domain::ports::{BlobError, BlobErrorKind};

    use super::*;

    #[test]
    fn a_probe_reads_to_the_end_and_finds_what_it_was_told() {
        let (probe, wav) = (MemoryProbe::new(), "audio/wav".parse().unwrap());
        let good = || stream::iter([Ok("some".into()), Ok("bytes".into())]).boxed();
        let found = probe.probe(good(), &wav).now_or_never().unwrap().unwrap();
        probe.finds(MediaFacts { channels: 2, ..found });
        let heard = probe.speech(good(), &wav).now_or_never().unwrap().unwrap();
        assert_eq!((heard.tracks.len(), heard.tracks[1].channel, heard.duration_ms), (2, 1, 60_000));
        let torn = BlobError { kind: BlobErrorKind::Unavailable, source: "gone".into() };
        let torn = probe.probe(stream::iter([Ok("some".into()), Err(torn)]).boxed(), &wav);
        let error = torn.now_or_never().unwrap().unwrap_err();
        assert_eq!(error.kind, EngineErrorKind::Unavailable { retry_after: None });
        probe.fails(EngineError::new(EngineErrorKind::Refused, "unsupported_codec", "nobody reads this"));
        for _ in 0..2 {
            assert_eq!(probe.probe(good(), &wav).now_or_never().unwrap().unwrap_err().code, "unsupported_codec");
        }
    }
}

//! The port: a recording is spooled, decoded on a thread that may block, and given up as soon as its caller is gone.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::{ByteStream, MediaProbe},
    speech::{MediaFacts, SpeechAudio},
};
use mime::Mime;
use tokio::{
    task::{self, JoinError},
    time::timeout,
};

use crate::{
    error::Fault,
    flow::{Listener, milliseconds},
    job::{Heard, Job, decode},
    peaks::Waveform,
    scratch::{self, SpeechFolder},
    settings::ProbeSettings,
    sniff::sniff,
    speech::SpeechWriter,
    stop::{Stop, StopOnDrop},
};

/// How long a decoder that was told to stop is waited for, so that it has cleared up when its call ends.
const FAREWELL: Duration = Duration::from_secs(10);

/// Reads recordings with symphonia, with `rusty-opus` in a child process, and with `ffmpeg` where it is installed.
pub struct SymphoniaProbe {
    settings: Arc<ProbeSettings>,
}

impl SymphoniaProbe {
    /// Makes the scratch folder where it is missing, and removes what ended processes left there. Blocks; for the start
    /// of a process. `NotReady` when the folder cannot be used.
    pub fn new(settings: ProbeSettings) -> Result<Self, EngineError> {
        scratch::prepare(&settings.scratch).map_err(|error| {
            let message = "the folder for decoding cannot be made or read";
            EngineError::new(EngineErrorKind::NotReady, "scratch_unavailable", message).caused_by(error)
        })?;
        Ok(Self { settings: Arc::new(settings) })
    }

    async fn listen<L>(
        &self,
        recording: ByteStream,
        listener: impl Fn() -> Result<L, Fault> + Send + 'static,
    ) -> Result<Heard<L::Made>, Fault>
    where
        L: Listener,
        L::Made: Send + 'static,
    {
        let file = scratch::spool(&self.settings.scratch, recording).await?;
        let stop = Arc::new(Stop::default());
        let _stop_on_drop = StopOnDrop(Arc::clone(&stop));
        let (settings, shared) = (Arc::clone(&self.settings), Arc::clone(&stop));
        let mut work = task::spawn_blocking(move || {
            let kind = sniff(&file).map_err(Fault::Scratch)?;
            decode(&Job { file, kind, settings, stop: shared }, listener)
        });
        match timeout(self.settings.limits.max_wall, &mut work).await {
            Ok(ended) => ended.unwrap_or_else(|error| Err(broken(error))),
            Err(_) => {
                stop.stop();
                // One that does not end even now holds a thread, but nothing of the caller's.
                let _ = timeout(FAREWELL, work).await;
                Err(Fault::Stopped)
            }
        }
    }
}

/// A decoder that panics has met a recording that nobody thought of. Its message may quote the recording.
fn broken(error: JoinError) -> Fault {
    if error.is_panic() { Fault::undecodable("the decoder panicked") } else { Fault::Stopped }
}

#[async_trait]
impl MediaProbe for SymphoniaProbe {
    async fn probe(&self, recording: ByteStream, _declared: &Mime) -> Result<MediaFacts, EngineError> {
        let Heard { made: peaks, found, shape, frames } = self.listen(recording, || Ok(Waveform::default())).await?;
        Ok(MediaFacts {
            container: found.container,
            codec: found.codec,
            duration_ms: milliseconds(frames, shape.rate),
            channels: shape.channels,
            sample_rate: shape.rate,
            peaks,
        })
    }

    async fn speech(&self, recording: ByteStream, _declared: &Mime) -> Result<SpeechAudio, EngineError> {
        let folder = self.settings.scratch.clone();
        let listener = move || SpeechFolder::make(&folder).map(SpeechWriter::new).map_err(Fault::Scratch);
        let Heard { made: speech, shape, frames, .. } = self.listen(recording, listener).await?;
        Ok(SpeechAudio { tracks: speech.tracks, duration_ms: milliseconds(frames, shape.rate), files: speech.folder })
    }
}

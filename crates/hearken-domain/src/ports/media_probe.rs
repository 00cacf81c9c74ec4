//! The port that reads recordings: what they are, and their sound as transcribers need it.

use std::sync::Arc;

use async_trait::async_trait;
use mime::Mime;

use super::ByteStream;
use crate::{
    engine::EngineError,
    speech::{MediaFacts, SpeechAudio},
};

/// Reads recordings.
///
/// What must hold: memory does not grow with the recording; a recording without sound, or that cannot be decoded, is
/// `Refused` with a message that says what was found; a failure of the stream is `Unavailable`; nothing is left on disk
/// by a call that failed or was dropped.
#[async_trait]
pub trait MediaProbe: Send + Sync {
    /// Decodes the whole recording once and says what it is. The type is what its host declared, and may be wrong.
    async fn probe(&self, recording: ByteStream, declared: &Mime) -> Result<MediaFacts, EngineError>;

    /// Decodes the sound into tracks for a transcriber.
    async fn speech(&self, recording: ByteStream, declared: &Mime) -> Result<SpeechAudio, EngineError>;
}

#[async_trait]
impl<P: MediaProbe + ?Sized> MediaProbe for Arc<P> {
    async fn probe(&self, recording: ByteStream, declared: &Mime) -> Result<MediaFacts, EngineError> {
        (**self).probe(recording, declared).await
    }

    async fn speech(&self, recording: ByteStream, declared: &Mime) -> Result<SpeechAudio, EngineError> {
        (**self).speech(recording, declared).await
    }
}

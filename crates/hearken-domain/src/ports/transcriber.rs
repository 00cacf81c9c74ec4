//! The port from speech to text.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    engine::EngineError,
    insight::Made,
    speech::{Heard, SpeechTrack},
};

/// Writes down what is said on a track.
///
/// What must hold: segments come in the order of their start, lie within the track, and none is empty; silence gives
/// none; memory does not grow with the track; nothing is done twice outside when a call is repeated but the work itself.
#[async_trait]
pub trait Transcriber: Send + Sync {
    /// Whether it could start now, without doing so: `NotReady` says what is missing and how to get it.
    async fn check(&self) -> Result<(), EngineError>;

    /// Listens to the whole track. The language, BCP 47, is a wish.
    async fn transcribe(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Made<Heard>, EngineError>;
}

#[async_trait]
impl<P: Transcriber + ?Sized> Transcriber for Arc<P> {
    async fn check(&self) -> Result<(), EngineError> {
        (**self).check().await
    }

    async fn transcribe(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Made<Heard>, EngineError> {
        (**self).transcribe(track, language).await
    }
}

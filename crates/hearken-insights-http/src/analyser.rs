//! The analyser: one chat server, and those who stand in where its answer does not fit.

use hearken_domain::{engine::EngineError, insight::Made, job::Step};

use crate::{
    chat::Chat,
    error::Misfit,
    settings::{ChatSettings, Fallback},
};

/// Summarises, tags and extracts with a chat server.
#[derive(Debug)]
pub struct ChatAnalyser {
    pub(crate) chat: Chat,
    pub(crate) fallback: Fallback,
    pub(crate) max_input_chars: usize,
}

impl ChatAnalyser {
    /// Prepares it; nothing is sent yet. `NotReady` when the key has characters that no key has, or the system's
    /// certificates cannot be read for an `https:` server. The process must have a default TLS provider installed.
    pub fn new(settings: &ChatSettings, fallback: Fallback) -> Result<Self, EngineError> {
        Ok(Self { chat: Chat::new(settings)?, fallback, max_input_chars: settings.max_input_chars })
    }

    /// Looks whether the server is there and takes the key, without asking the model anything. For `doctor`.
    pub async fn look(&self) -> Result<(), EngineError> {
        Ok(self.chat.look().await?)
    }

    /// What the server made.
    pub(crate) fn made<T>(&self, value: T) -> Made<T> {
        Made { by: self.chat.name(), value }
    }

    /// Says in the log that somebody else does it, and why.
    pub(crate) fn steps_back(&self, step: Step, turns: usize, misfit: Misfit) {
        tracing::warn!(
            job.step = step.as_str(),
            insights.server = self.chat.name(),
            insights.turns = turns,
            insights.reason = %misfit,
            "the chat server's answer cannot be used, the fallback does it"
        );
    }

    /// What somebody else made instead.
    pub(crate) fn instead<T>(&self, made: Made<T>, misfit: Misfit) -> Made<T> {
        Made { by: format!("{} ({})", made.by, misfit.remark(&self.chat.name())), value: made.value }
    }
}

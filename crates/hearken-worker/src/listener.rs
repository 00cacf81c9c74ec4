//! Whether a speech engine is there: recordings are not leased while there is none.

use std::time::Duration;

use hearken_application::pipeline::Pipeline;
use tokio::time::Instant;

/// How often to ask whether an engine that was missing is there.
const ENGINE_PAUSE: Duration = Duration::from_secs(5);

/// The speech engine, as far as it was asked.
#[derive(Default)]
pub(crate) struct Listener {
    is_missing: bool,
    ask_at: Option<Instant>,
}

impl Listener {
    /// Recordings are not leased while this is false: they wait where they are.
    pub(crate) async fn is_there(&mut self, pipeline: &Pipeline) -> bool {
        if self.ask_at.is_some_and(|at| Instant::now() < at) {
            return !self.is_missing;
        }
        let missing = pipeline.closed_to_speech().await;
        match &missing {
            Some(error) if !self.is_missing => {
                tracing::warn!(speech.code = error.code, "recordings wait to be transcribed: {error}");
            }
            None if self.is_missing => tracing::info!("a speech engine is there: recordings go on"),
            Some(_) | None => {}
        }
        self.is_missing = missing.is_some();
        self.ask_at = Some(Instant::now() + ENGINE_PAUSE);
        !self.is_missing
    }
}

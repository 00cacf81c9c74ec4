//! Engines without a model, a program or a socket: what a test wants them to answer, and what they were asked.

mod analyser;
mod composer;
mod dispatcher;
mod probe;
mod transcriber;

use hearken_domain::engine::EngineError;

pub use self::{
    analyser::MemoryAnalyser, composer::MemoryComposer, dispatcher::MemoryDispatcher, probe::MemoryProbe,
    transcriber::MemoryTranscriber,
};

/// The same error once more, without its cause: causes cannot be copied.
fn again(error: &EngineError) -> EngineError {
    EngineError::new(error.kind, error.code, error.message.clone())
}

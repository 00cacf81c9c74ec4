//! # hearken-speech-whisper
//!
//! Implements [`Transcriber`](hearken_domain::ports::Transcriber) with a Whisper model in this process: pure Rust on the
//! processor, no program and no system library. And it looks after the model files: which there are, and how they come here.
//!
//! * A model is a folder `<model_dir>/<name>` with `config.json`, `tokenizer.json` and `model.safetensors`, as Hugging
//!   Face lays OpenAI's models out. It is loaded when it is first needed, once, and stays. `check` only looks whether the
//!   files are there and whole; a missing one is `no_model`, a broken one `bad_model`, and work waits for both.
//! * A track is read in windows of 30 s, and each starts where the last one was understood. Silence, 60 dB below the
//!   loudest possible, is skipped before the model hears it.
//! * A window's text is the likeliest token after token, under Whisper's own rules for its times. One that repeats itself
//!   or is a guess is tried again with dice, whose seed is the place in the track: the same recording gives the same text.
//! * The language is the one that is wished for where the model knows it, else the likeliest in the first window.
//! * A call that is dropped stops before its next token.
//!
//! ## Settings
//!
//! [`WhisperSettings`]: the folder of models, the model, how many threads. [`catalogue()`] lists the models that
//! [`pull()`] fetches from a [`ModelHost`]: their revision is fixed, and every file has the SHA-256 that stands in the
//! catalogue or is refused. Any other model of this layout may be put in place by hand.
//!
//! ## Limits
//!
//! The numbers are calculated as 32-bit ones: a model takes four bytes of memory for each (0.2 GB for tiny, 0.3 base,
//! 1 small, 3 medium, 3.3 large-v3-turbo, 6.2 large-v3), and some hundred MB for a window. One window is listened to at
//! a time, whatever number of calls there are. Segments have no words of their own. A model that was loaded is not loaded
//! again when its files change.

mod catalogue;
mod config;
mod decode;
mod engine;
mod error;
mod folder;
mod language;
mod listening;
mod mel;
mod model;
mod network;
mod pull;
mod rules;
mod segments;
mod settings;
mod sound;
mod stop;
mod tokens;
mod weights;

pub use catalogue::{KnownModel, ModelFile, PUBLIC_HOST, catalogue, known};
pub use engine::WhisperEngine;
pub use folder::ModelFolder;
pub use pull::{ModelHost, PullError, pull};
pub use settings::WhisperSettings;

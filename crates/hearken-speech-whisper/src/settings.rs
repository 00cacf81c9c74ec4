//! What an operator may set.

use std::{num::NonZeroUsize, path::PathBuf};

use crate::folder::ModelFolder;

/// Which model, where it is, and how much of the machine it may use.
#[derive(Clone, Debug)]
pub struct WhisperSettings {
    /// The folder that holds one folder a model: `<data_dir>/models`.
    pub model_dir: PathBuf,
    /// A model's name, such as `base.en`, or the path of a folder with a model's files. A text with a `/` is a path.
    pub model: String,
    /// Processor threads for one window; `None` is as many as the machine has.
    pub threads: Option<NonZeroUsize>,
}

impl WhisperSettings {
    /// Where the model's files belong.
    pub fn folder(&self) -> ModelFolder {
        ModelFolder::named(&self.model_dir, &self.model)
    }
}

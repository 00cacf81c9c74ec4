//! A loaded model: its network, its words, and the picture of sound that it looks at.

use std::path::Path;

use crate::{
    config::Config,
    error::WhisperError,
    folder::{CONFIG, ModelFolder},
    mel::Mel,
    network::{Decoder, Encoder},
    tokens::Vocabulary,
    weights::Weights,
};

/// Everything that windows are listened to with. Nothing in it changes: windows share it.
pub(crate) struct Model {
    pub(crate) config: Config,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) mel: Mel,
    pub(crate) encoder: Encoder,
    pub(crate) decoder: Decoder,
}

impl Model {
    /// Reads the folder. It needs four bytes of memory for each of the model's numbers.
    pub(crate) fn load(folder: &ModelFolder) -> Result<Self, WhisperError> {
        let (config, mut weights) = look_at(folder)?;
        Ok(Self {
            vocabulary: Vocabulary::load(folder, &config)?,
            mel: Mel::new(config.num_mel_bins)?,
            encoder: Encoder::load(&mut weights, &config)?,
            decoder: Decoder::load(&mut weights, &config)?,
            config,
        })
    }
}

/// Whether the files are there, are readable, and the weights are whole, without reading those.
pub(crate) fn look_at(folder: &ModelFolder) -> Result<(Config, Weights), WhisperError> {
    if !folder.missing().is_empty() {
        return Err(WhisperError::NoModel);
    }
    let config = Config::parse(&small_file(&folder.path().join(CONFIG))?)?;
    Ok((config, Weights::open(folder)?))
}

#[expect(clippy::disallowed_methods, reason = "a model's files are this adapter's")]
fn small_file(path: &Path) -> Result<Vec<u8>, WhisperError> {
    std::fs::read(path).map_err(|error| WhisperError::bad(CONFIG, error))
}

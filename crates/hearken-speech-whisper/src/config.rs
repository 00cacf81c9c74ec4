//! `config.json` of a model: the sizes of its network.

use serde::Deserialize;

use crate::{error::WhisperError, folder::CONFIG};

/// Frames of a spectrogram that the encoder listens to at once: 30 s of 10 ms each.
pub(crate) const FRAMES: usize = 3000;

/// The sizes. What the file says besides is of no use here.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Config {
    pub(crate) num_mel_bins: usize,
    pub(crate) d_model: usize,
    pub(crate) encoder_layers: usize,
    pub(crate) encoder_attention_heads: usize,
    pub(crate) encoder_ffn_dim: usize,
    pub(crate) decoder_layers: usize,
    pub(crate) decoder_attention_heads: usize,
    pub(crate) decoder_ffn_dim: usize,
    pub(crate) vocab_size: usize,
    pub(crate) max_source_positions: usize,
    pub(crate) max_target_positions: usize,
    #[serde(default)]
    suppress_tokens: Option<Vec<i64>>,
    #[serde(default)]
    activation_function: Option<String>,
    #[serde(default)]
    scale_embedding: bool,
}

impl Config {
    /// Reads the file's text, and refuses what this engine would calculate wrongly.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, WhisperError> {
        let config: Self = serde_json::from_slice(text).map_err(|error| WhisperError::bad(CONFIG, error))?;
        let refuse = |why: &str| Err(WhisperError::bad(CONFIG, why));
        let heads = [config.encoder_attention_heads, config.decoder_attention_heads];
        if heads.iter().any(|&heads| heads == 0 || !config.d_model.is_multiple_of(heads)) || config.d_model == 0 {
            return refuse("its attention heads do not divide its width");
        }
        if config.max_source_positions != FRAMES / 2 {
            return refuse("it does not listen to windows of 30 s");
        }
        if config.num_mel_bins == 0 || config.max_target_positions < 16 {
            return refuse("its sizes are not those of a Whisper model");
        }
        if config.scale_embedding || config.activation_function.as_deref().is_some_and(|name| name != "gelu") {
            return refuse("it is a kind of network that this engine does not know");
        }
        Ok(config)
    }

    /// Tokens that the model must never say, where the file lists them.
    pub(crate) fn suppressed(&self) -> impl Iterator<Item = u32> {
        self.suppress_tokens.iter().flatten().filter_map(|&token| u32::try_from(token).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &str, value: serde_json::Value) -> Result<Config, WhisperError> {
        let mut config = serde_json::json!({
            "num_mel_bins": 80, "d_model": 384, "encoder_layers": 4, "encoder_attention_heads": 6,
            "encoder_ffn_dim": 1536, "decoder_layers": 4, "decoder_attention_heads": 6, "decoder_ffn_dim": 1536,
            "vocab_size": 51865, "max_source_positions": 1500, "max_target_positions": 448,
            "suppress_tokens": [-1, 7], "activation_function": "gelu", "model_type": "whisper"
        });
        config[key] = value;
        Config::parse(config.to_string().as_bytes())
    }

    #[test]
    fn a_config_of_another_network_is_refused() {
        assert_eq!(with("d_model", 384.into()).unwrap().suppressed().collect::<Vec<_>>(), [7]);
        assert!(with("suppress_tokens", serde_json::Value::Null).is_ok());
        for (key, value) in [
            ("d_model", 385.into()),
            ("decoder_attention_heads", 0.into()),
            ("max_source_positions", 750.into()),
            ("activation_function", "relu".into()),
            ("scale_embedding", true.into()),
            ("vocab_size", "many".into()),
        ] {
            assert!(matches!(with(key, value), Err(WhisperError::BadModel { file: CONFIG, .. })), "{key}");
        }
    }
}

//! The half that listens: from a spectrogram of 30 s to 1,500 rows.

use candle_core::{Module, Result, Tensor};
use candle_nn::{Conv1d, Conv1dConfig, LayerNorm};

use super::{
    attention::Attention,
    layers::{FeedForward, Loaded, norm},
};
use crate::{config::Config, weights::Weights};

const NAME: &str = "model.encoder";

/// The encoder's numbers.
pub(crate) struct Encoder {
    first: Conv1d,
    second: Conv1d,
    positions: Tensor,
    layers: Vec<(Attention, FeedForward)>,
    norm: LayerNorm,
}

impl Encoder {
    /// Reads them.
    pub(crate) fn load(weights: &mut Weights, config: &Config) -> Loaded<Self> {
        let width = config.d_model;
        let layers = (0..config.encoder_layers).map(|layer| {
            let name = format!("{NAME}.layers.{layer}");
            let attention =
                Attention::load(weights, &format!("{name}.self_attn"), (width, config.encoder_attention_heads))?;
            Ok((attention, FeedForward::load(weights, &name, (width, config.encoder_ffn_dim))?))
        });
        let layers = layers.collect::<Loaded<_>>()?;
        Ok(Self {
            first: convolution(weights, "conv1", [width, config.num_mel_bins, 3], 1)?,
            second: convolution(weights, "conv2", [width, width, 3], 2)?,
            positions: weights
                .tensor(&format!("{NAME}.embed_positions.weight"), &[config.max_source_positions, width])?,
            layers,
            norm: norm(weights, &format!("{NAME}.layer_norm"), width)?,
        })
    }

    /// From bands × 3,000 frames to 1,500 rows.
    pub(crate) fn forward(&self, spectrogram: &Tensor) -> Result<Tensor> {
        let frames = self.first.forward(&spectrogram.unsqueeze(0)?)?.gelu_erf()?;
        let frames = self.second.forward(&frames)?.gelu_erf()?;
        let mut rows = (frames.squeeze(0)?.t()?.contiguous()? + &self.positions)?;
        for (attention, feed_forward) in &self.layers {
            let normed = attention.normed(&rows)?;
            let taken = attention.forward(&normed, &attention.remember(&normed)?, None)?;
            rows = feed_forward.forward(&(rows + taken)?)?;
        }
        self.norm.forward(&rows)
    }
}

fn convolution(weights: &mut Weights, name: &str, shape: [usize; 3], stride: usize) -> Loaded<Conv1d> {
    let weight = weights.tensor(&format!("{NAME}.{name}.weight"), &shape)?;
    let bias = weights.tensor(&format!("{NAME}.{name}.bias"), &shape[..1])?;
    Ok(Conv1d::new(weight, Some(bias), Conv1dConfig { padding: 1, stride, ..Conv1dConfig::default() }))
}

//! The layers that both halves are made of.

use candle_core::{Module, Result, Tensor};
use candle_nn::LayerNorm;

use crate::{error::WhisperError, weights::Weights};

/// What is added to a variance before it divides.
const EPSILON: f64 = 1e-5;

/// A matrix, and what is added after it.
pub(crate) struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    /// From `inputs` to `outputs` numbers, with a bias.
    pub(crate) fn load(weights: &mut Weights, name: &str, (inputs, outputs): (usize, usize)) -> Loaded<Self> {
        let bias = Some(weights.tensor(&format!("{name}.bias"), &[outputs])?);
        Ok(Self { bias, ..Self::load_without_bias(weights, name, (inputs, outputs))? })
    }

    /// The same, without one.
    pub(crate) fn load_without_bias(
        weights: &mut Weights,
        name: &str,
        (inputs, outputs): (usize, usize),
    ) -> Loaded<Self> {
        Ok(Self { weight: weights.tensor(&format!("{name}.weight"), &[outputs, inputs])?, bias: None })
    }

    /// Rows in, rows out.
    pub(crate) fn forward(&self, rows: &Tensor) -> Result<Tensor> {
        let product = rows.matmul(&self.weight.t()?)?;
        match &self.bias {
            Some(bias) => product.broadcast_add(bias),
            None => Ok(product),
        }
    }
}

/// What loading gives.
pub(crate) type Loaded<T> = std::result::Result<T, WhisperError>;

/// Brings every row to mean 0 and variance 1, then to the learned ones.
pub(crate) fn norm(weights: &mut Weights, name: &str, width: usize) -> Loaded<LayerNorm> {
    let scale = weights.tensor(&format!("{name}.weight"), &[width])?;
    let shift = weights.tensor(&format!("{name}.bias"), &[width])?;
    Ok(LayerNorm::new(scale, shift, EPSILON))
}

/// The two matrices after each attention, with their norm.
pub(crate) struct FeedForward {
    norm: LayerNorm,
    widen: Linear,
    narrow: Linear,
}

impl FeedForward {
    /// `inner` is the width between the two.
    pub(crate) fn load(weights: &mut Weights, name: &str, (width, inner): (usize, usize)) -> Loaded<Self> {
        Ok(Self {
            norm: norm(weights, &format!("{name}.final_layer_norm"), width)?,
            widen: Linear::load(weights, &format!("{name}.fc1"), (width, inner))?,
            narrow: Linear::load(weights, &format!("{name}.fc2"), (inner, width))?,
        })
    }

    /// The rows, with what this adds to them.
    pub(crate) fn forward(&self, rows: &Tensor) -> Result<Tensor> {
        let inner = self.widen.forward(&self.norm.forward(rows)?)?.gelu_erf()?;
        rows + self.narrow.forward(&inner)?
    }
}

//! Attention: every row looks at other rows and takes from those that answer it.

use candle_core::{Module, Result, Tensor};
use candle_nn::{LayerNorm, ops::softmax_last_dim};

use super::layers::{Linear, Loaded, norm};
use crate::weights::Weights;

/// What rows can be found by, and what is taken from them: heads × rows × width of a head.
#[derive(Clone)]
pub(crate) struct KeysValues {
    keys: Tensor,
    values: Tensor,
}

impl KeysValues {
    /// These, after those of earlier rows.
    pub(crate) fn after(self, earlier: Option<&Self>) -> Result<Self> {
        match earlier {
            None => Ok(self),
            Some(earlier) => Ok(Self {
                keys: Tensor::cat(&[&earlier.keys, &self.keys], 1)?,
                values: Tensor::cat(&[&earlier.values, &self.values], 1)?,
            }),
        }
    }
}

/// An attention and the norm before it.
pub(crate) struct Attention {
    norm: LayerNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
    heads: usize,
    head_width: usize,
}

impl Attention {
    /// `name` is that of the layer's attention, such as `self_attn`, whose norm is called alike.
    pub(crate) fn load(weights: &mut Weights, name: &str, (width, heads): (usize, usize)) -> Loaded<Self> {
        let square = (width, width);
        Ok(Self {
            norm: norm(weights, &format!("{name}_layer_norm"), width)?,
            query: Linear::load(weights, &format!("{name}.q_proj"), square)?,
            key: Linear::load_without_bias(weights, &format!("{name}.k_proj"), square)?,
            value: Linear::load(weights, &format!("{name}.v_proj"), square)?,
            out: Linear::load(weights, &format!("{name}.out_proj"), square)?,
            heads,
            head_width: width / heads,
        })
    }

    /// The rows as this attention's questions come from them, and as others look at them.
    pub(crate) fn normed(&self, rows: &Tensor) -> Result<Tensor> {
        self.norm.forward(rows)
    }

    /// What is remembered of rows.
    pub(crate) fn remember(&self, rows: &Tensor) -> Result<KeysValues> {
        Ok(KeysValues { keys: self.split(&self.key.forward(rows)?)?, values: self.split(&self.value.forward(rows)?)? })
    }

    /// What the normed rows take from the remembered ones. `mask` is added to how well each answers each.
    pub(crate) fn forward(&self, normed: &Tensor, past: &KeysValues, mask: Option<&Tensor>) -> Result<Tensor> {
        let count = normed.dim(0)?;
        #[expect(clippy::cast_precision_loss, reason = "a head is some 64 wide")]
        let scale = 1.0 / (self.head_width as f64).sqrt();
        let questions = (self.split(&self.query.forward(normed)?)? * scale)?;
        let mut answers = questions.matmul(&past.keys.transpose(1, 2)?)?;
        if let Some(mask) = mask {
            answers = answers.broadcast_add(mask)?;
        }
        let taken = softmax_last_dim(&answers)?.matmul(&past.values)?;
        self.out.forward(&taken.transpose(0, 1)?.reshape((count, self.heads * self.head_width))?)
    }

    fn split(&self, rows: &Tensor) -> Result<Tensor> {
        rows.reshape((rows.dim(0)?, self.heads, self.head_width))?.transpose(0, 1)?.contiguous()
    }
}

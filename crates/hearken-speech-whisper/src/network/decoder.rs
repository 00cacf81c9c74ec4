//! The half that speaks: from what was heard and what was said to the next token.

use candle_core::{Device, Module, Result, Tensor};
use candle_nn::LayerNorm;
use rayon::{
    current_num_threads,
    iter::{IntoParallelIterator, ParallelIterator},
};

use super::{
    attention::{Attention, KeysValues},
    layers::{FeedForward, Loaded, norm},
};
use crate::{config::Config, weights::Weights};

const NAME: &str = "model.decoder";

/// The decoder's numbers.
pub(crate) struct Decoder {
    tokens: Tensor,
    positions: Tensor,
    layers: Vec<Layer>,
    norm: LayerNorm,
}

struct Layer {
    own: Attention,
    heard: Attention,
    feed_forward: FeedForward,
}

/// What the decoder looks up of a window that was listened to, for each layer.
pub(crate) struct Context(Vec<KeysValues>);

/// What the decoder remembers of the tokens so far.
#[derive(Default)]
pub(crate) struct Past {
    layers: Vec<KeysValues>,
    tokens: usize,
}

impl Decoder {
    /// Reads them.
    pub(crate) fn load(weights: &mut Weights, config: &Config) -> Loaded<Self> {
        let width = config.d_model;
        let shape = (width, config.decoder_attention_heads);
        let layers = (0..config.decoder_layers).map(|layer| {
            let name = format!("{NAME}.layers.{layer}");
            Ok(Layer {
                own: Attention::load(weights, &format!("{name}.self_attn"), shape)?,
                heard: Attention::load(weights, &format!("{name}.encoder_attn"), shape)?,
                feed_forward: FeedForward::load(weights, &name, (width, config.decoder_ffn_dim))?,
            })
        });
        let layers = layers.collect::<Loaded<_>>()?;
        Ok(Self {
            tokens: weights.tensor(&format!("{NAME}.embed_tokens.weight"), &[config.vocab_size, width])?,
            positions: weights
                .tensor(&format!("{NAME}.embed_positions.weight"), &[config.max_target_positions, width])?,
            layers,
            norm: norm(weights, &format!("{NAME}.layer_norm"), width)?,
        })
    }

    /// Prepares the encoder's rows for being looked up.
    pub(crate) fn context(&self, heard: &Tensor) -> Result<Context> {
        Ok(Context(self.layers.iter().map(|layer| layer.heard.remember(heard)).collect::<Result<_>>()?))
    }

    /// Goes on with these tokens, and gives a row for each. At least one, and no more than there are positions.
    pub(crate) fn forward(&self, said: &[u32], past: &mut Past, context: &Context) -> Result<Tensor> {
        let tokens = Tensor::new(said, &Device::Cpu)?;
        let positions = self.positions.narrow(0, past.tokens, said.len())?;
        let mut rows = (self.tokens.index_select(&tokens, 0)? + positions)?;
        let mask = mask(past.tokens, said.len())?;
        let mut remembered = Vec::with_capacity(self.layers.len());
        for (at, layer) in self.layers.iter().enumerate() {
            let normed = layer.own.normed(&rows)?;
            let own = layer.own.remember(&normed)?.after(past.layers.get(at))?;
            rows = (rows + layer.own.forward(&normed, &own, mask.as_ref())?)?;
            let normed = layer.heard.normed(&rows)?;
            rows = (&rows + layer.heard.forward(&normed, &context.0[at], None)?)?;
            rows = layer.feed_forward.forward(&rows)?;
            remembered.push(own);
        }
        past.layers = remembered;
        past.tokens += said.len();
        self.norm.forward(&rows)
    }

    /// How likely each token is to follow the token of that row: logits.
    ///
    /// A matrix times one row is calculated on one thread, and this matrix is the largest: it is cut for all of them.
    pub(crate) fn logits(&self, rows: &Tensor, row: usize) -> Result<Vec<f32>> {
        let column = rows.narrow(0, row, 1)?.t()?;
        let count = self.tokens.dim(0)?;
        let share = count.div_ceil(current_num_threads());
        let starts: Vec<usize> = (0..count).step_by(share).collect();
        let shares: Result<Vec<Vec<f32>>> = starts
            .into_par_iter()
            .map(|start| {
                let tokens = self.tokens.narrow(0, start, share.min(count - start))?;
                tokens.matmul(&column)?.flatten_all()?.to_vec1()
            })
            .collect();
        Ok(shares?.concat())
    }
}

/// Keeps a token from looking at later ones. One token has nothing later.
fn mask(past: usize, count: usize) -> Result<Option<Tensor>> {
    if count < 2 {
        return Ok(None);
    }
    let hidden = |row: usize, column: usize| if column > past + row { f32::NEG_INFINITY } else { 0.0 };
    let columns = past + count;
    let mask = (0..count).flat_map(|row| (0..columns).map(move |column| hidden(row, column))).collect();
    Tensor::from_vec(mask, (count, columns), &Device::Cpu).map(Some)
}

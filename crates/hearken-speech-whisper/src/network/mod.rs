//! Whisper's network, over tensors: an encoder that listens to 30 s, a decoder that says the next token.
//!
//! It is our own, and not that of candle-transformers: that one calculates every token of a window anew for each further
//! token, where this one remembers, and comes with some hundred other networks.

mod attention;
mod decoder;
mod encoder;
mod layers;
#[cfg(test)]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small numbers")]
mod tests;

pub(crate) use decoder::{Context, Decoder, Past};
pub(crate) use encoder::Encoder;

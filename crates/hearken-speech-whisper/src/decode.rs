//! The text of one window: token after token, by the rules, again with more daring where the first try is no good.

use rand::{RngExt, SeedableRng, rngs::SmallRng};

use crate::{
    error::WhisperError,
    model::Model,
    network::{Context, Past},
    rules,
    stop::Stop,
};

/// How daring the tries are: 0 takes the likeliest token, 1 throws dice by the model's own probabilities.
const TEMPERATURES: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
/// A text that can be packed tighter repeats itself.
const MOST_PACKED: f64 = 2.4;
/// A text whose tokens are less likely, in the mean of their logarithms, is a guess.
const LEAST_LIKELY: f64 = -1.0;
/// Silence that is likelier makes a guess be nothing.
const SILENCE: f64 = 0.6;

/// A window that was listened to.
pub(crate) struct Window<'a> {
    model: &'a Model,
    context: Context,
    stop: &'a Stop,
}

/// A text for it.
#[derive(Debug)]
pub(crate) struct Guess {
    /// Without the prompt and the end.
    pub(crate) tokens: Vec<u32>,
    mean_log_probability: f64,
    no_speech: f64,
    packed: f64,
}

impl Guess {
    /// Nobody speaks, and what was written is invented.
    pub(crate) fn is_silence(&self) -> bool {
        self.no_speech > SILENCE && self.mean_log_probability <= LEAST_LIKELY
    }

    fn repeats_itself(&self) -> bool {
        self.packed > MOST_PACKED
    }

    fn is_good(&self) -> bool {
        !self.repeats_itself() && self.mean_log_probability >= LEAST_LIKELY
    }
}

impl<'a> Window<'a> {
    /// Listens to the samples of a window with their margins.
    pub(crate) fn listen(model: &'a Model, samples: &[f32], stop: &'a Stop) -> Result<Self, WhisperError> {
        stop.check()?;
        let heard = model.encoder.forward(&model.mel.spectrogram(samples)?)?;
        stop.check()?;
        Ok(Self { model, context: model.decoder.context(&heard)?, stop })
    }

    /// The likeliest language, as its code and its token; none where the model knows only one.
    pub(crate) fn language(&self) -> Result<Option<(&'static str, u32)>, WhisperError> {
        let vocabulary = &self.model.vocabulary;
        if vocabulary.languages.is_empty() {
            return Ok(None);
        }
        let rows = self.model.decoder.forward(&[vocabulary.start], &mut Past::default(), &self.context)?;
        let logits = self.model.decoder.logits(&rows, 0)?;
        let logit = |token: u32| logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
        Ok(vocabulary.languages.iter().copied().max_by(|(_, one), (_, other)| logit(*one).total_cmp(&logit(*other))))
    }

    /// The first good text; where none is, the likeliest that does not repeat itself, or the last. The dice are seeded:
    /// the same sound gives the same text.
    pub(crate) fn text(&self, language: Option<u32>, seed: u64) -> Result<Guess, WhisperError> {
        let prompt = self.model.vocabulary.prompt(language);
        let mut dice = SmallRng::seed_from_u64(seed);
        let mut best: Option<Guess> = None;
        for temperature in TEMPERATURES {
            let guess = self.attempt(&prompt, temperature, &mut dice)?;
            if guess.is_good() || guess.is_silence() {
                return Ok(guess);
            }
            let keeps = best.as_ref().is_some_and(|best| {
                !best.repeats_itself()
                    && (guess.repeats_itself() || best.mean_log_probability >= guess.mean_log_probability)
            });
            if !keeps {
                best = Some(guess);
            }
        }
        Ok(best.expect("there is at least one temperature"))
    }

    fn attempt(&self, prompt: &[u32], temperature: f64, dice: &mut SmallRng) -> Result<Guess, WhisperError> {
        let Model { decoder, vocabulary, config, .. } = self.model;
        let most = config.max_target_positions / 2;
        let mut past = Past::default();
        let rows = decoder.forward(prompt, &mut past, &self.context)?;
        let no_speech = match vocabulary.no_speech {
            Some(token) => probability(&decoder.logits(&rows, 0)?, token)?,
            None => 0.0,
        };
        let mut logits = decoder.logits(&rows, prompt.len() - 1)?;
        let mut tokens = Vec::new();
        let mut sum = 0.0;
        loop {
            self.stop.check()?;
            rules::apply(&mut logits, &tokens, &vocabulary.marks);
            let token = choose(&logits, temperature, dice)?;
            sum += probability(&logits, token)?.ln();
            if token == vocabulary.marks.end || tokens.len() == most {
                break;
            }
            tokens.push(token);
            let rows = decoder.forward(&[token], &mut past, &self.context)?;
            logits = decoder.logits(&rows, 0)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "some hundred tokens")]
        let mean_log_probability = sum / (tokens.len() + 1) as f64;
        let packed = packed(&vocabulary.text(&tokens)?);
        Ok(Guess { tokens, mean_log_probability, no_speech, packed })
    }
}

/// How much smaller a text becomes when it is packed.
fn packed(text: &str) -> f64 {
    let small = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
    #[expect(clippy::cast_precision_loss, reason = "some hundred bytes")]
    let ratio = text.len() as f64 / small.len() as f64;
    ratio
}

fn top(logits: &[f32]) -> Result<f32, WhisperError> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if top.is_finite() { Ok(top) } else { Err(WhisperError::NoProbabilities) }
}

fn probability(logits: &[f32], token: u32) -> Result<f64, WhisperError> {
    let top = top(logits)?;
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - top).exp()).sum();
    let logit = logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
    let probability = f64::from(logit - top).exp() / sum;
    if probability.is_finite() { Ok(probability) } else { Err(WhisperError::NoProbabilities) }
}

fn choose(logits: &[f32], temperature: f64, dice: &mut SmallRng) -> Result<u32, WhisperError> {
    let top = top(logits)?;
    let likeliest = (0..).zip(logits).find(|(_, logit)| **logit >= top).map(|(token, _)| token);
    if temperature == 0.0 {
        return likeliest.ok_or(WhisperError::NoProbabilities);
    }
    let weight = |logit: f32| (f64::from(logit - top) / temperature).exp();
    let mut left = dice.random::<f64>() * logits.iter().map(|&logit| weight(logit)).sum::<f64>();
    let thrown = (0..).zip(logits).find(|(_, logit)| {
        left -= weight(**logit);
        left < 0.0
    });
    // Rounding may leave a little at the end.
    thrown.map(|(token, _)| token).or(likeliest).ok_or(WhisperError::NoProbabilities)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: f32 = f32::NEG_INFINITY;

    #[test]
    fn no_dice_take_the_likeliest_and_dice_follow_the_probabilities() {
        let mut dice = SmallRng::seed_from_u64(7);
        let logits = [0.0, 2.0_f32.ln(), NEVER, 1.0_f32.ln()];
        assert_eq!(choose(&logits, 0.0, &mut dice).unwrap(), 1);
        let mut thrown = [0; 4];
        for _ in 0..4000 {
            thrown[choose(&logits, 1.0, &mut dice).unwrap() as usize] += 1;
        }
        assert_eq!(thrown[2], 0);
        assert!((1900..2100).contains(&thrown[1]) && (900..1100).contains(&thrown[0]), "{thrown:?}");
        assert!((probability(&logits, 1).unwrap() - 0.5).abs() < 1e-6);
    }

    #[test]
    fn numbers_that_are_none_are_an_error_and_no_token() {
        let mut dice = SmallRng::seed_from_u64(7);
        for logits in [&[NEVER; 3][..], &[f32::NAN; 3], &[]] {
            assert!(matches!(choose(logits, 0.0, &mut dice), Err(WhisperError::NoProbabilities)));
            assert!(matches!(choose(logits, 0.5, &mut dice), Err(WhisperError::NoProbabilities)));
        }
        assert!(matches!(probability(&[1.0, f32::NAN], 0), Err(WhisperError::NoProbabilities)));
    }

    #[test]
    fn a_text_that_repeats_itself_is_packed_tight() {
        assert!(packed(&"thank you. ".repeat(20)) > MOST_PACKED);
        assert!(packed("We can send the offer on Friday, and you let us know by the end of the month.") < MOST_PACKED);
        assert!(packed("") < MOST_PACKED);
    }
}

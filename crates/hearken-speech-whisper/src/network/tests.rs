//! The network as its definition has it, number by number, against the one over tensors.

use std::collections::HashMap;

use candle_core::{Device, Tensor};

use super::{Decoder, Encoder, Past};
use crate::{config::Config, folder::ModelFolder, weights::Weights};

const WIDTH: usize = 8;
const HEADS: usize = 2;
const INNER: usize = 12;
const BANDS: usize = 5;
const TOKENS: usize = 11;

type Rows = Vec<Vec<f64>>;

/// Random numbers by name, made when they are first asked for; what was asked for can be written to a file.
struct Numbers {
    state: u64,
    made: HashMap<String, (Vec<usize>, Vec<f64>)>,
}

impl Numbers {
    fn next(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((self.state >> 40) as f32) / f64::from(1_u32 << 24) - 0.5
    }

    fn of(&mut self, name: &str, shape: &[usize]) -> Vec<f64> {
        if !self.made.contains_key(name) {
            // As the file will have them.
            let numbers = (0..shape.iter().product()).map(|_| f64::from(self.next() as f32)).collect();
            self.made.insert(name.to_owned(), (shape.to_vec(), numbers));
        }
        self.made[name].1.clone()
    }

    fn linear(&mut self, rows: &Rows, name: &str, outputs: usize) -> Rows {
        let inputs = rows[0].len();
        let weight = self.of(&format!("{name}.weight"), &[outputs, inputs]);
        let bias =
            if name.ends_with("k_proj") { vec![0.0; outputs] } else { self.of(&format!("{name}.bias"), &[outputs]) };
        let one = |row: &Vec<f64>| {
            let dot = |out: usize| (0..inputs).map(|at| row[at] * weight[out * inputs + at]).sum::<f64>();
            (0..outputs).map(|out| dot(out) + bias[out]).collect()
        };
        rows.iter().map(one).collect()
    }

    fn norm(&mut self, rows: &Rows, name: &str) -> Rows {
        let scale = self.of(&format!("{name}.weight"), &[WIDTH]);
        let shift = self.of(&format!("{name}.bias"), &[WIDTH]);
        let one = |row: &Vec<f64>| {
            let mean = row.iter().sum::<f64>() / WIDTH as f64;
            let variance = row.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / WIDTH as f64;
            (0..WIDTH).map(|at| (row[at] - mean) / (variance + 1e-5).sqrt() * scale[at] + shift[at]).collect()
        };
        rows.iter().map(one).collect()
    }

    /// What the rows take from others; only from earlier ones and themselves where they are masked.
    fn attention(&mut self, rows: &Rows, (from, masked): (&Rows, bool), name: &str) -> Rows {
        let questions = self.linear(rows, &format!("{name}.q_proj"), WIDTH);
        let keys = self.linear(from, &format!("{name}.k_proj"), WIDTH);
        let values = self.linear(from, &format!("{name}.v_proj"), WIDTH);
        let head_width = WIDTH / HEADS;
        let mut taken = vec![vec![0.0; WIDTH]; rows.len()];
        for head in 0..HEADS {
            let part = head * head_width..(head + 1) * head_width;
            for (row, question) in questions.iter().enumerate() {
                let seen = if masked { row + 1 } else { from.len() };
                let fit = |key: &Vec<f64>| part.clone().map(|at| question[at] * key[at]).sum::<f64>();
                let weights: Vec<f64> =
                    keys[..seen].iter().map(|key| (fit(key) / (head_width as f64).sqrt()).exp()).collect();
                let sum: f64 = weights.iter().sum();
                for at in part.clone() {
                    taken[row][at] = (0..seen).map(|other| weights[other] / sum * values[other][at]).sum();
                }
            }
        }
        self.linear(&taken, &format!("{name}.out_proj"), WIDTH)
    }

    fn layer(&mut self, rows: Rows, (name, masked): (&str, bool), heard: Option<&Rows>) -> Rows {
        let normed = self.norm(&rows, &format!("{name}.self_attn_layer_norm"));
        let taken = self.attention(&normed, (&normed, masked), &format!("{name}.self_attn"));
        let mut rows = sum(rows, &taken);
        if let Some(heard) = heard {
            let normed = self.norm(&rows, &format!("{name}.encoder_attn_layer_norm"));
            let taken = self.attention(&normed, (heard, false), &format!("{name}.encoder_attn"));
            rows = sum(rows, &taken);
        }
        let normed = self.norm(&rows, &format!("{name}.final_layer_norm"));
        let inner = gelu(self.linear(&normed, &format!("{name}.fc1"), INNER));
        let added = self.linear(&inner, &format!("{name}.fc2"), WIDTH);
        sum(rows, &added)
    }

    fn convolution(&mut self, rows: &Rows, name: &str, stride: usize) -> Rows {
        let inputs = rows[0].len();
        let weight = self.of(&format!("{name}.weight"), &[WIDTH, inputs, 3]);
        let bias = self.of(&format!("{name}.bias"), &[WIDTH]);
        let value = |frame: usize, out: usize| {
            let near = (0..3).filter_map(|tap| Some((tap, rows.get((frame * stride + tap).checked_sub(1)?)?)));
            bias[out]
                + near
                    .map(|(tap, row)| {
                        (0..inputs).map(|at| weight[(out * inputs + at) * 3 + tap] * row[at]).sum::<f64>()
                    })
                    .sum::<f64>()
        };
        (0..rows.len() / stride).map(|frame| (0..WIDTH).map(|out| value(frame, out)).collect()).collect()
    }

    fn encoder(&mut self, frames: &Rows) -> Rows {
        let name = "model.encoder";
        let rows = gelu(self.convolution(frames, &format!("{name}.conv1"), 1));
        let rows = gelu(self.convolution(&rows, &format!("{name}.conv2"), 2));
        let positions = self.of(&format!("{name}.embed_positions.weight"), &[1500, WIDTH]);
        let mut rows = sum(rows, &positions.chunks(WIDTH).map(<[f64]>::to_vec).collect());
        for layer in 0..2 {
            rows = self.layer(rows, (&format!("{name}.layers.{layer}"), false), None);
        }
        self.norm(&rows, &format!("{name}.layer_norm"))
    }

    /// Logits after each token.
    fn decoder(&mut self, said: &[u32], heard: &Rows) -> Rows {
        let name = "model.decoder";
        let tokens = self.of(&format!("{name}.embed_tokens.weight"), &[TOKENS, WIDTH]);
        let tokens: Rows = tokens.chunks(WIDTH).map(<[f64]>::to_vec).collect();
        let positions = self.of(&format!("{name}.embed_positions.weight"), &[16, WIDTH]);
        let rows = said.iter().map(|&token| tokens[token as usize].clone()).collect();
        let mut rows = sum(rows, &positions.chunks(WIDTH).take(said.len()).map(<[f64]>::to_vec).collect());
        for layer in 0..2 {
            rows = self.layer(rows, (&format!("{name}.layers.{layer}"), true), Some(heard));
        }
        let rows = self.norm(&rows, &format!("{name}.layer_norm"));
        let logit = |row: &Vec<f64>, token: &Vec<f64>| row.iter().zip(token).map(|(one, other)| one * other).sum();
        rows.iter().map(|row| tokens.iter().map(|token| logit(row, token)).collect()).collect()
    }

    fn write(&self, folder: &ModelFolder) {
        let tensors = self.made.iter().map(|(name, (shape, numbers))| {
            let numbers: Vec<f32> = numbers.iter().map(|&number| number as f32).collect();
            (name.clone(), Tensor::from_vec(numbers, shape.as_slice(), &Device::Cpu).unwrap())
        });
        let tensors: HashMap<String, Tensor> = tensors.collect();
        candle_core::safetensors::save(&tensors, folder.path().join("model.safetensors")).unwrap();
    }
}

fn sum(rows: Rows, others: &Rows) -> Rows {
    assert_eq!(rows.len(), others.len());
    rows.into_iter().zip(others).map(|(row, other)| row.into_iter().zip(other).map(|(a, b)| a + b).collect()).collect()
}

fn gelu(rows: Rows) -> Rows {
    rows.into_iter().map(|row| row.into_iter().map(|x| x / 2.0 * (1.0 + erf(x / 2.0_f64.sqrt()))).collect()).collect()
}

/// By its series, which is exact for the small numbers here.
fn erf(x: f64) -> f64 {
    assert!(x.abs() < 4.0);
    let (mut sum, mut term) = (0.0, x);
    for n in 0..80 {
        sum += term / f64::from(2 * n + 1);
        term *= -x * x / f64::from(n + 1);
    }
    sum * 2.0 / std::f64::consts::PI.sqrt()
}

fn config() -> Config {
    let json = serde_json::json!({
        "num_mel_bins": BANDS, "d_model": WIDTH, "encoder_layers": 2, "encoder_attention_heads": HEADS,
        "encoder_ffn_dim": INNER, "decoder_layers": 2, "decoder_attention_heads": HEADS, "decoder_ffn_dim": INNER,
        "vocab_size": TOKENS, "max_source_positions": 1500, "max_target_positions": 16
    });
    Config::parse(json.to_string().as_bytes()).unwrap()
}

fn close(got: &[f32], wanted: &[f64], what: &str) {
    assert_eq!(got.len(), wanted.len());
    for (got, wanted) in got.iter().zip(wanted) {
        assert!((f64::from(*got) - wanted).abs() < 1e-4, "{what}: {got} and not {wanted}");
    }
}

#[test]
fn the_network_calculates_what_its_definition_says() {
    let mut numbers = Numbers { state: 5, made: HashMap::new() };
    let frames: Rows = (0..3000).map(|_| (0..BANDS).map(|_| f64::from(numbers.next() as f32)).collect()).collect();
    let heard = numbers.encoder(&frames);
    let said = [7, 3, 9, 1, 1, 10];
    let wanted = numbers.decoder(&said, &heard);

    let dir = tempfile::tempdir().unwrap();
    let folder = ModelFolder::named(dir.path(), dir.path().to_str().unwrap());
    numbers.write(&folder);
    let mut weights = Weights::open(&folder).unwrap();
    let encoder = Encoder::load(&mut weights, &config()).unwrap();
    let decoder = Decoder::load(&mut weights, &config()).unwrap();

    let flat: Vec<f32> = (0..BANDS).flat_map(|band| frames.iter().map(move |row| row[band] as f32)).collect();
    let got = encoder.forward(&Tensor::from_vec(flat, (BANDS, 3000), &Device::Cpu).unwrap()).unwrap();
    for (got, wanted) in got.to_vec2::<f32>().unwrap().iter().zip(&heard) {
        close(got, wanted, "heard");
    }

    // Three tokens at once, then one by one, with what is remembered: as if all were said at once.
    let context = decoder.context(&got).unwrap();
    let mut past = Past::default();
    let rows = decoder.forward(&said[..3], &mut past, &context).unwrap();
    for (row, wanted) in wanted.iter().enumerate().take(3) {
        close(&decoder.logits(&rows, row).unwrap(), wanted, "prompt");
    }
    for (at, wanted) in wanted.iter().enumerate().skip(3) {
        let rows = decoder.forward(&said[at..=at], &mut past, &context).unwrap();
        close(&decoder.logits(&rows, 0).unwrap(), wanted, "step");
    }
    let mut past = Past::default();
    decoder.forward(&said[..2], &mut past, &context).unwrap();
    let rows = decoder.forward(&said[2..], &mut past, &context).unwrap();
    close(&decoder.logits(&rows, 3).unwrap(), &wanted[5], "several after several");
}

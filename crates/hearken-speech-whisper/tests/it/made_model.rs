//! Models that the tests make: random ones, and scripted ones, that say at each place what the script says.

use std::{collections::HashMap, path::Path};

use candle_core::{DType, Device, Tensor};

use crate::words::Words;

const WIDTH: usize = 64;
const INNER: usize = 32;
const BANDS: usize = 80;
const PLACES: usize = 448;

/// A model to be written.
pub(crate) struct MadeModel {
    pub(crate) words: Words,
    tensors: HashMap<String, Tensor>,
    dice: u64,
}

impl MadeModel {
    /// Its numbers are random, always the same.
    pub(crate) fn random() -> Self {
        let mut made = Self { words: Words::new(), tensors: HashMap::new(), dice: 3 };
        made.linear_map("model.encoder.conv1", &[WIDTH, BANDS, 3], 0.1);
        made.linear_map("model.encoder.conv2", &[WIDTH, WIDTH, 3], 0.1);
        made.numbers("model.encoder.embed_positions.weight", &[1500, WIDTH], 0.1);
        made.numbers("model.decoder.embed_positions.weight", &[PLACES, WIDTH], 0.3);
        made.numbers("model.decoder.embed_tokens.weight", &[made.words.len(), WIDTH], 0.3);
        for (half, attentions) in [("encoder", &["self_attn"][..]), ("decoder", &["self_attn", "encoder_attn"])] {
            let layer = format!("model.{half}.layers.0");
            for attention in attentions {
                for matrix in ["q_proj", "k_proj", "v_proj", "out_proj"] {
                    made.linear_map(&format!("{layer}.{attention}.{matrix}"), &[WIDTH, WIDTH], 0.3);
                }
                made.tensors.remove(&format!("{layer}.{attention}.k_proj.bias"));
                made.norm(&format!("{layer}.{attention}_layer_norm"), 1.0);
            }
            made.linear_map(&format!("{layer}.fc1"), &[INNER, WIDTH], 0.3);
            made.linear_map(&format!("{layer}.fc2"), &[WIDTH, INNER], 0.3);
            made.norm(&format!("{layer}.final_layer_norm"), 1.0);
            made.norm(&format!("model.{half}.layer_norm"), 1.0);
        }
        made
    }

    /// After the token at each place comes the scripted one, or any for a `?`; after the script the last one again.
    pub(crate) fn scripted(script: &[&str]) -> Self {
        let mut made = Self::random();
        for last in ["self_attn.out_proj", "encoder_attn.out_proj", "fc2"] {
            made.silence(&format!("model.decoder.layers.0.{last}"));
        }
        let tokens = made.tensors["model.decoder.embed_tokens.weight"].to_vec2::<f32>().unwrap();
        // No token lies in the first direction: a row that does is near to none of them.
        let tokens: Vec<Vec<f32>> = tokens.iter().map(|row| scaled(&[&[0.0], &row[1..]].concat(), 1.0)).collect();
        let place = |wanted: &&str| match *wanted {
            "?" => [vec![100.0], vec![0.0; WIDTH - 1]].concat(),
            token => scaled(&tokens[made.words.id(token)], 50.0),
        };
        let mut places: Vec<Vec<f32>> = script.iter().map(place).collect();
        places.resize(PLACES, vec![0.0; WIDTH]);
        made.put("model.decoder.embed_positions.weight", places.concat(), &[PLACES, WIDTH]);
        made.put("model.decoder.embed_tokens.weight", tokens.concat(), &[tokens.len(), WIDTH]);
        made.norm("model.decoder.layer_norm", 5.0);
        made
    }

    /// Removes one of its tensors, or adds another.
    pub(crate) fn set(&mut self, name: &str, tensor: Option<Tensor>) {
        self.tensors.remove(name);
        self.tensors.extend(tensor.map(|tensor| (name.to_owned(), tensor)));
    }

    /// Writes the folder.
    pub(crate) fn write(&self, folder: &Path) {
        self.write_as(folder, DType::F32);
    }

    /// Writes the folder, with numbers of that kind.
    pub(crate) fn write_as(&self, folder: &Path, kind: DType) {
        std::fs::create_dir_all(folder).unwrap();
        let config = serde_json::json!({
            "num_mel_bins": BANDS, "d_model": WIDTH, "encoder_layers": 1, "encoder_attention_heads": 2,
            "encoder_ffn_dim": INNER, "decoder_layers": 1, "decoder_attention_heads": 4, "decoder_ffn_dim": INNER,
            "vocab_size": self.words.len(), "max_source_positions": 1500, "max_target_positions": PLACES,
            "suppress_tokens": [], "activation_function": "gelu", "model_type": "whisper"
        });
        std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
        std::fs::write(folder.join("tokenizer.json"), self.words.json().to_string()).unwrap();
        let written = |tensor: &Tensor| match tensor.dtype() {
            DType::F32 => tensor.to_dtype(kind).unwrap(),
            _ => tensor.clone(),
        };
        let tensors = self.tensors.iter().map(|(name, tensor)| (name.clone(), written(tensor)));
        let tensors: HashMap<String, Tensor> = tensors.collect();
        candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
    }

    fn put(&mut self, name: &str, numbers: Vec<f32>, shape: &[usize]) {
        self.tensors.insert(name.to_owned(), Tensor::from_vec(numbers, shape, &Device::Cpu).unwrap());
    }

    fn numbers(&mut self, name: &str, shape: &[usize], size: f32) {
        let mut next = || {
            self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.dice >> 40) as f32 / (1 << 23) as f32 - 1.0) * size
        };
        let numbers = (0..shape.iter().product()).map(|_| next()).collect();
        self.put(name, numbers, shape);
    }

    fn linear_map(&mut self, name: &str, shape: &[usize], size: f32) {
        self.numbers(&format!("{name}.weight"), shape, size);
        self.numbers(&format!("{name}.bias"), &shape[..1], size);
    }

    fn norm(&mut self, name: &str, scale: f32) {
        self.put(&format!("{name}.weight"), vec![scale; WIDTH], &[WIDTH]);
        self.put(&format!("{name}.bias"), vec![0.0; WIDTH], &[WIDTH]);
    }

    fn silence(&mut self, name: &str) {
        for part in ["weight", "bias"] {
            let name = format!("{name}.{part}");
            let silent = self.tensors[&name].zeros_like().unwrap();
            self.tensors.insert(name, silent);
        }
    }
}

fn scaled(row: &[f32], length: f32) -> Vec<f32> {
    let size = row.iter().map(|value| value * value).sum::<f32>().sqrt();
    row.iter().map(|value| value * length / size).collect()
}

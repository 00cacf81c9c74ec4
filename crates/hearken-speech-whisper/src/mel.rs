//! From samples to the picture of sound that Whisper looks at: the log-mel spectrogram.
//!
//! The Fourier transform of a frame is a product with a matrix of cosines and sines: 400 samples are few enough, and the
//! matrix product is the fastest thing there is here.

use std::f64::consts::PI;

use candle_core::{Device, Result, Tensor};

use crate::config::FRAMES;

/// Samples of a window, 30 s.
pub(crate) const WINDOW: usize = 480_000;
/// Samples that a frame reaches over the window's edges.
pub(crate) const MARGIN: usize = FRAME / 2;
/// Samples of a frame, 25 ms.
const FRAME: usize = 400;
/// Samples from frame to frame, 10 ms.
const HOP: usize = 160;
/// Frequencies of a frame, from 0 to 8 kHz.
const BINS: usize = FRAME / 2 + 1;

/// The matrices of the transform.
pub(crate) struct Mel {
    transform: Tensor,
    bands: Tensor,
}

impl Mel {
    /// For a model that looks at this many bands.
    pub(crate) fn new(bands: usize) -> Result<Self> {
        Ok(Self {
            transform: Tensor::from_vec(transform(), (FRAME, 2 * BINS), &Device::Cpu)?,
            bands: Tensor::from_vec(filters(bands), (bands, BINS), &Device::Cpu)?.t()?.contiguous()?,
        })
    }

    /// Bands × 3,000 frames, of [`WINDOW`] samples with a [`MARGIN`] before and after.
    pub(crate) fn spectrogram(&self, samples: &[f32]) -> Result<Tensor> {
        let frames: Vec<f32> = (0..FRAMES).flat_map(|frame| samples[frame * HOP..][..FRAME].iter().copied()).collect();
        let waves = Tensor::from_vec(frames, (FRAMES, FRAME), &Device::Cpu)?.matmul(&self.transform)?;
        let power = (waves.narrow(1, 0, BINS)?.sqr()? + waves.narrow(1, BINS, BINS)?.sqr()?)?;
        let log = (power.matmul(&self.bands)?.maximum(1e-10)?.log()? * std::f64::consts::LOG10_E)?;
        let loudest = f64::from(log.max_all()?.to_scalar::<f32>()?);
        ((log.maximum(loudest - 8.0)? + 4.0)? * 0.25)?.t()?.contiguous()
    }
}

/// Frames × (cosines, then sines), with the Hann window in it.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "small numbers, and 32 bits are what the model has"
)]
fn transform() -> Vec<f32> {
    let hann = |sample: usize| 0.5 - 0.5 * (2.0 * PI * sample as f64 / FRAME as f64).cos();
    let angle = |sample: usize, bin: usize| 2.0 * PI * ((sample * bin) % FRAME) as f64 / FRAME as f64;
    let row = |sample: usize| {
        let cosines = (0..BINS).map(move |bin| angle(sample, bin).cos() * hann(sample));
        cosines.chain((0..BINS).map(move |bin| -angle(sample, bin).sin() * hann(sample)))
    };
    (0..FRAME).flat_map(row).map(|value| value as f32).collect()
}

/// Bands × bins: Slaney's triangles, even below 1 kHz and logarithmic above, each with the same area.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "small numbers, and 32 bits are what the model has"
)]
fn filters(bands: usize) -> Vec<f32> {
    let top = mel_of(8000.0);
    let edges: Vec<f64> = (0..bands + 2).map(|edge| hertz_of(top * edge as f64 / (bands + 1) as f64)).collect();
    let weight = |band: usize, bin: usize| {
        let hertz = bin as f64 * 16_000.0 / FRAME as f64;
        let (left, middle, right) = (edges[band], edges[band + 1], edges[band + 2]);
        let slope = ((hertz - left) / (middle - left)).min((right - hertz) / (right - middle));
        slope.max(0.0) * 2.0 / (right - left)
    };
    (0..bands)
        .flat_map(|band| (0..BINS).map(move |bin| (band, bin)))
        .map(|(band, bin)| weight(band, bin) as f32)
        .collect()
}

/// Hertz of a mel below which the scale is even.
const EVEN: f64 = 200.0 / 3.0;
/// Where it stops being so: 1 kHz, in mel.
const KNEE: f64 = 15.0;

fn mel_of(hertz: f64) -> f64 {
    let even = hertz / EVEN;
    if even < KNEE { even } else { KNEE + (even / KNEE).ln() * 27.0 / 6.4_f64.ln() }
}

fn hertz_of(mel: f64) -> f64 {
    if mel < KNEE { mel * EVEN } else { KNEE * EVEN * ((mel - KNEE) * 6.4_f64.ln() / 27.0).exp() }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small numbers")]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_those_that_whisper_was_trained_with() {
        // From the `mel_filters.npz` of OpenAI's own package.
        let known = [
            (80, 0, 1, 0.024_862_595),
            (80, 0, 2, 0.0),
            (80, 1, 1, 0.001_990_822),
            (80, 1, 2, 0.022_871_77),
            (80, 10, 11, 0.004_954_375),
            (80, 40, 43, 0.014_735_57),
            (80, 79, 192, 0.003_164_71),
            (80, 79, 199, 0.000_448_76),
            (80, 79, 200, 0.0),
            (128, 0, 1, 0.012_373_987),
            (128, 1, 1, 0.030_392_565),
            (128, 64, 43, 0.018_091_52),
            (128, 127, 195, 0.005_041_6),
        ];
        for (bands, band, bin, value) in known {
            let got = filters(bands)[band * BINS + bin];
            assert!((got - value).abs() < 2e-8, "{bands} bands, band {band}, bin {bin}: {got}");
        }
        assert!((filters(80).iter().sum::<f32>() - 1.999_024_2).abs() < 1e-5);
        assert!((filters(128).iter().sum::<f32>() - 3.190_987).abs() < 1e-5);
    }

    /// The spectrogram as its definition has it, number by number, of some frames.
    fn plain(samples: &[f32], frames: &[usize], bands: usize) -> Vec<Vec<f64>> {
        let filters = filters(bands);
        let one = |frame: usize| {
            let part = &samples[frame * HOP..frame * HOP + FRAME];
            let power: Vec<f64> = (0..BINS)
                .map(|bin| {
                    let (mut re, mut im) = (0.0, 0.0);
                    for (at, &sample) in part.iter().enumerate() {
                        let turn = 2.0 * PI * at as f64 / FRAME as f64;
                        let windowed = f64::from(sample) * (0.5 - 0.5 * turn.cos());
                        re += windowed * (turn * bin as f64).cos();
                        im += windowed * (turn * bin as f64).sin();
                    }
                    re * re + im * im
                })
                .collect();
            let band = |band: usize| {
                let sum: f64 = (0..BINS).map(|bin| f64::from(filters[band * BINS + bin]) * power[bin]).sum();
                sum.max(1e-10).log10()
            };
            (0..bands).map(band).collect()
        };
        frames.iter().map(|&frame| one(frame)).collect()
    }

    #[test]
    fn a_spectrogram_is_what_its_definition_says() {
        // Two tones that rise, and silence at the end.
        let samples: Vec<f32> = (0..WINDOW + 2 * MARGIN)
            .map(|at| {
                let time = at as f64 / 16_000.0;
                let loud = if time < 20.0 { 0.4 } else { 0.0 };
                ((time * (800.0 + 60.0 * time)).sin() * loud + (time * 9000.0).sin() * loud * 0.1) as f32
            })
            .collect();
        for bands in [80, 128] {
            let got = Mel::new(bands).unwrap().spectrogram(&samples).unwrap();
            assert_eq!(got.dims(), [bands, FRAMES]);
            let got = got.t().unwrap().to_vec2::<f32>().unwrap();
            let frames = [0, 1, 777, 1500, 1999, 2000, 2001, 2999];
            let wanted = plain(&samples, &frames, bands);
            // The loudest number decides what is too quiet to be seen; it is found over all frames.
            let loudest = f64::from(got.iter().flatten().copied().fold(f32::MIN, f32::max)) * 4.0 - 4.0;
            for (frame, wanted) in frames.into_iter().zip(wanted) {
                for (band, wanted) in wanted.into_iter().enumerate() {
                    let wanted = (wanted.max(loudest - 8.0) + 4.0) / 4.0;
                    let got = f64::from(got[frame][band]);
                    assert!((got - wanted).abs() < 2e-3, "frame {frame}, band {band}: {got} and not {wanted}");
                }
            }
        }
    }
}

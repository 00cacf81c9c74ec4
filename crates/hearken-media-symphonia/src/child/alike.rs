//! Whether the two channels of a stereo recording are two speakers' or one sound twice.
//!
//! A call's channels carry a speaker each: their sounds have little in common, and mostly one is much louder than the
//! other. One sound twice is: the same in both, at whatever levels; one channel silent; or a room heard by two
//! microphones, whose sounds differ in detail but rise and fall together. Two tracks of that would be transcribed twice.

use hearken_domain::speech::SPEECH_RATE;

/// Windows in which levels are compared: 50 ms.
const WINDOW: u32 = SPEECH_RATE / 20;
/// Power below which nothing is heard: -60 dB of the full scale.
const SILENCE: f64 = 1e-6;
/// A channel whose power is this part of the other's is silent beside it: 50 dB below.
const BESIDE: f64 = 1e-5;
/// The same sound, whatever is added by coding it.
const SAME: f64 = 0.95;
/// The same room: so much in common, …
const RELATED: f64 = 0.4;
/// … and in less than this part of the windows that are not silent one channel is louder than the other …
const APART: f64 = 0.05;
/// … by this factor of power: 6 dB.
const LOUDER: f64 = 4.0;

/// What is remembered of the channels while they pass.
#[derive(Default)]
pub(super) struct Likeness {
    left: f64,
    right: f64,
    product: f64,
    samples: f64,
    window: Window,
    /// Windows that are not silent, and those of them in which one channel is louder.
    heard: u32,
    apart: u32,
}

#[derive(Default)]
struct Window {
    left: f64,
    right: f64,
    samples: u32,
}

/// What to do with two channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Each is a speaker's.
    Two,
    /// They are one, and this one has it best: 0 or 1.
    One(u16),
}

impl Likeness {
    pub(super) fn hear(&mut self, left: &[f32], right: &[f32]) {
        for (left, right) in left.iter().zip(right) {
            let (left, right) = (f64::from(*left), f64::from(*right));
            self.left += left * left;
            self.right += right * right;
            self.product += left * right;
            self.samples += 1.0;
            self.window.left += left * left;
            self.window.right += right * right;
            self.window.samples += 1;
            if self.window.samples == WINDOW {
                self.end_window();
            }
        }
    }

    fn end_window(&mut self) {
        let Window { left, right, samples } = std::mem::take(&mut self.window);
        let (louder, quieter) = (left.max(right), left.min(right));
        if louder > SILENCE * f64::from(samples) {
            self.heard += 1;
            self.apart += u32::from(louder > LOUDER * quieter);
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        let (louder, quieter) = (self.left.max(self.right), self.left.min(self.right));
        let best = Verdict::One(u16::from(self.right > self.left));
        if quieter <= louder * BESIDE || quieter <= SILENCE * self.samples / 10.0 {
            return best;
        }
        let common = self.product.abs() / (self.left * self.right).sqrt();
        let together = f64::from(self.apart) < APART * f64::from(self.heard);
        if common >= SAME || (common >= RELATED && together) { best } else { Verdict::Two }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECONDS: usize = 4;

    /// Noise that comes and goes like syllables do.
    fn voice(seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut voiced = 0.0_f32;
        (0..SECONDS * SPEECH_RATE as usize)
            .map(|at| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let noise = f32::from(i16::from_ne_bytes([state.to_ne_bytes()[0], state.to_ne_bytes()[1]])) / 40_000.0;
                let syllable = (at / 3200 + usize::try_from(seed % 97).unwrap()) % 5 < 3;
                voiced = 0.7 * voiced + 0.3 * noise;
                if syllable { voiced } else { voiced * 0.02 }
            })
            .collect()
    }

    fn verdict(left: &[f32], right: &[f32]) -> Verdict {
        let mut likeness = Likeness::default();
        likeness.hear(left, right);
        likeness.verdict()
    }

    fn scaled(sound: &[f32], by: f32) -> Vec<f32> {
        sound.iter().map(|sample| sample * by).collect()
    }

    fn mixed(one: &[f32], other: &[f32], part: f32) -> Vec<f32> {
        one.iter().zip(other).map(|(one, other)| one + other * part).collect()
    }

    #[test]
    fn speakers_stay_apart_even_when_they_overhear_each_other() {
        let (agent, caller) = (voice(7), voice(1234));
        assert_eq!(verdict(&agent, &caller), Verdict::Two);
        assert_eq!(verdict(&mixed(&agent, &caller, 0.1), &mixed(&caller, &agent, 0.1)), Verdict::Two);
        assert_eq!(verdict(&agent, &scaled(&caller, 0.05)), Verdict::Two);
    }

    #[test]
    fn one_sound_is_one_at_any_level_and_sign() {
        let (sound, hiss) = (voice(7), voice(99));
        assert_eq!(verdict(&sound, &sound), Verdict::One(0));
        assert_eq!(verdict(&scaled(&sound, 0.3), &sound), Verdict::One(1));
        assert_eq!(verdict(&sound, &scaled(&sound, -0.9)), Verdict::One(0));
        assert_eq!(verdict(&sound, &mixed(&sound, &hiss, 0.05)), Verdict::One(1));
    }

    #[test]
    fn a_silent_channel_is_no_speaker() {
        let sound = voice(7);
        let hiss = scaled(&voice(99), 0.0005);
        assert_eq!(verdict(&sound, &hiss), Verdict::One(0));
        assert_eq!(verdict(&scaled(&sound, 0.0), &sound), Verdict::One(1));
        assert_eq!(verdict(&scaled(&sound, 0.0), &scaled(&sound, 0.0)), Verdict::One(0));
    }

    #[test]
    fn a_room_is_one_although_its_microphones_differ() {
        let sound = voice(7);
        let late = [vec![0.0; 1], sound.clone()].concat();
        let near = mixed(&sound, &voice(99), 0.004);
        let far = mixed(&scaled(&late[..sound.len()], 0.8), &voice(55), 0.004);
        assert!(matches!(verdict(&near, &far), Verdict::One(_)));
    }
}

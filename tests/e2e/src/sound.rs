//! Recordings that say something: each phrase has a pitch of its own, so that whoever hears the tone knows the phrase.
//!
//! So what a transcript says follows from the sound alone, through every decoder and resampler on the way.

use std::{f64::consts::TAU, ops::Range};

use bytes::Bytes;

/// What can be said. The position is the phrase's number.
pub const PHRASES: [&str; 10] = [
    "Thanks for calling Acme, this is Ada speaking.",
    "Hello Ada, I am worried about the price, it is too expensive for us.",
    "I understand. I will send you the revised proposal by Friday.",
    "Great, and how long does the migration take?",
    "About two weeks, and our team does all of it.",
    "We are also looking at Globex for this project.",
    "Let us schedule a demo for next week.",
    "I will ask our security team to review the contract.",
    "That sounds good, thank you very much.",
    "Goodbye, and have a nice day.",
];

/// Samples a second, as on a telephone line.
const RATE: u32 = 8_000;
/// How long a phrase sounds, in milliseconds.
const BURST: u64 = 500;
/// From the start of a phrase to that of the next. With it, two phrases of one speaker are two turns.
const STEP: u64 = 1_100;
/// Before the first.
const LEAD: u64 = 200;
/// The pitch of the first phrase, and from each to the next, in hertz.
const LOWEST: u32 = 400;
const APART: u32 = 150;
const LOUD: f64 = 12_000.0;

/// When the phrase at this position of a recording sounds, in milliseconds.
pub fn span(position: usize) -> Range<u64> {
    let start = LEAD + STEP * u64::try_from(position).expect("recordings are short");
    start..start + BURST
}

/// A WAV file of two channels, which say these phrases in turns.
pub fn recording(phrases: &[usize]) -> Bytes {
    let length = samples(span(phrases.len()).start, RATE);
    let mut frames = vec![[0_i16; 2]; length];
    for (position, phrase) in phrases.iter().enumerate() {
        let span = span(position);
        let pitch = f64::from(LOWEST + APART * u32::try_from(*phrase).expect("there are few phrases"));
        let first = samples(span.start, RATE);
        for (at, frame) in frames[first..samples(span.end, RATE)].iter_mut().enumerate() {
            let seconds = f64::from(u32::try_from(at).expect("a phrase is short")) / f64::from(RATE);
            #[expect(clippy::cast_possible_truncation, reason = "the amplitude is far below the type's end")]
            let sample = ((TAU * pitch * seconds).sin() * LOUD) as i16;
            frame[position % 2] = sample;
        }
    }
    wav(&frames)
}

/// What is heard in a WAV file of one channel at 16 kHz, as speech engines get it: when, and which phrase.
pub(crate) fn heard(wav: &[u8]) -> Vec<(Range<u64>, usize)> {
    const SPEECH_RATE: u32 = 16_000;
    let samples: Vec<i16> =
        wav.get(44..).unwrap_or_default().chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    let bursts = bursts(&samples, usize::try_from(SPEECH_RATE / 100).expect("it is small"));
    let phrase = |burst: &Range<u64>| {
        let sound = &samples[self::samples(burst.start, SPEECH_RATE)..self::samples(burst.end, SPEECH_RATE)];
        let crossings = sound.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
        let pitch = u64::try_from(crossings).expect("it is small") * 500 / (burst.end - burst.start);
        let above = (pitch + u64::from(APART / 2)).saturating_sub(u64::from(LOWEST));
        usize::try_from(above / u64::from(APART)).expect("it is small").min(PHRASES.len() - 1)
    };
    bursts.into_iter().map(|burst| (burst.clone(), phrase(&burst))).collect()
}

/// The loud stretches, in milliseconds, told by frames of 10 ms.
fn bursts(samples: &[i16], frame: usize) -> Vec<Range<u64>> {
    let mut bursts: Vec<Range<u64>> = Vec::new();
    for (start, frame) in (0..).step_by(10).zip(samples.chunks_exact(frame)) {
        let loudest = frame.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or_default();
        if loudest < 4_000 {
            continue;
        }
        match bursts.last_mut() {
            Some(last) if start < last.end + 100 => last.end = start + 10,
            _ => bursts.push(start..start + 10),
        }
    }
    bursts
}

fn samples(millis: u64, rate: u32) -> usize {
    usize::try_from(millis * u64::from(rate) / 1000).expect("recordings are short")
}

fn wav(frames: &[[i16; 2]]) -> Bytes {
    let data: Vec<u8> = frames.iter().flatten().flat_map(|sample| sample.to_le_bytes()).collect();
    let size = u32::try_from(data.len()).expect("recordings are short");
    let mut file = Vec::with_capacity(data.len() + 44);
    file.extend(b"RIFF");
    file.extend((size + 36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 4).to_le_bytes());
    file.extend(b"\x04\0\x10\0data");
    file.extend(size.to_le_bytes());
    file.extend(data);
    file.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_told_by_its_pitch() {
        for (phrase, _) in PHRASES.iter().enumerate() {
            let file = recording(&[phrase, 0]);
            let samples: Vec<i16> =
                file[44..].chunks_exact(4).map(|frame| i16::from_le_bytes([frame[0], frame[1]])).collect();
            // Each sample twice: 16 kHz, as speech engines get it.
            let twice = samples.iter().flat_map(|sample| [sample.to_le_bytes(); 2]).flatten();
            let mono: Vec<u8> = [0; 44].into_iter().chain(twice).collect();
            assert_eq!(heard(&mono), [(span(0), phrase)]);
        }
    }
}

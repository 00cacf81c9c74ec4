//! From a recording to what was said: what a probe finds, what a transcriber hears.

use std::{fmt, path::PathBuf, sync::Arc};

use crate::timeline::Word;

/// The most values of a waveform, for each channel.
pub const MAX_PEAKS: usize = 1000;

/// The sample rate of a [`SpeechTrack`], in hertz: what speech engines listen to.
pub const SPEECH_RATE: u32 = 16_000;

/// What a recording is, once it was decoded from its first to its last sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFacts {
    /// The container, in lower case: `mp3`, `wav`, `mp4`, `ogg`, `matroska`, …
    pub container: String,
    /// The sound's codec, in lower case: `mp3`, `aac`, `opus`, `pcm_s16le`, …
    pub codec: String,
    /// Of the sound, in milliseconds.
    pub duration_ms: u64,
    /// At least 1.
    pub channels: u16,
    /// In hertz.
    pub sample_rate: u32,
    /// For each of at most two channels (more are mixed into one) at most [`MAX_PEAKS`] values over equal spans: the
    /// largest amplitude, 0 to 255.
    pub peaks: Vec<Vec<u8>>,
}

/// A recording's sound, decoded for a transcriber: one track a speaker's channel.
///
/// The tracks are files of the process that decoded them, and are removed when the last clone of this is dropped.
#[derive(Clone)]
pub struct SpeechAudio {
    /// One for mono and for more than two channels (mixed), two for stereo whose channels differ.
    pub tracks: Vec<SpeechTrack>,
    /// Of the whole recording, in milliseconds.
    pub duration_ms: u64,
    /// Removes the files when it is dropped.
    pub files: Arc<dyn Send + Sync>,
}

impl fmt::Debug for SpeechAudio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpeechAudio")
            .field("tracks", &self.tracks)
            .field("duration_ms", &self.duration_ms)
            .finish_non_exhaustive()
    }
}

/// One channel, as a WAV file: PCM, 16 bits, mono, [`SPEECH_RATE`] hertz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpeechTrack {
    /// The recording's channel, from 0; 0 for a mix of all.
    pub channel: u16,
    /// The file.
    pub wav: PathBuf,
}

/// What was heard on one track.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// BCP 47, such as `en`, where the engine tells.
    pub language: Option<String>,
    /// In the order of their start; none for silence.
    pub segments: Vec<Segment>,
}

/// A stretch of speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Milliseconds from the recording's start.
    pub start_ms: u64,
    /// At least `start_ms`.
    pub end_ms: u64,
    /// Trimmed, not empty.
    pub text: String,
    /// Where the engine tells them.
    pub words: Vec<Word>,
}

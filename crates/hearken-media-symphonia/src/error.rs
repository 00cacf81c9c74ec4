//! What can go wrong here, and what each of it means to the caller of the port. One match, so that nothing is forgotten.

use std::{error::Error, io, time::Duration};

use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::BlobError,
};

use crate::{names::UNKNOWN, protocol::Refusal};

/// A failure of a call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// It was read, and there is nothing to hear.
    #[error("the recording has no sound")]
    NoAudio,
    /// It is known what it is, but not how to decode it.
    #[error("the recording's sound cannot be decoded by what is installed")]
    Unsupported { container: String, codec: String, ffmpeg: FfmpegAnswer },
    /// Not known, broken from its beginning, or made to break a decoder.
    #[error("the recording cannot be decoded")]
    Undecodable(#[source] Box<dyn Error + Send + Sync>),
    #[error("the recording was cut off before its tables")]
    Incomplete,
    #[error("the recording is too long")]
    TooLong { most: Duration },
    #[error("the recording holds too much sound")]
    TooMuch { channels: u16, rate: u32, most: Duration },
    #[error("decoding the recording takes too much processor time")]
    TooCostly,
    /// The time is over.
    #[error("decoding was stopped")]
    TimedOut,
    #[error("the decoder's process was killed")]
    Killed,
    /// The recording did not arrive.
    #[error("the recording's bytes cannot be read")]
    Stream(#[source] BlobError),
    /// The scratch folder.
    #[error("the scratch folder cannot be used")]
    Scratch(#[source] io::Error),
    /// The decoder's program.
    #[error("the decoder's program cannot be started")]
    Program(#[source] io::Error),
}

/// Whether it was asked too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FfmpegAnswer {
    Missing,
    Failed,
}

impl Fault {
    pub(crate) fn undecodable(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Undecodable(why.into())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoAudio => Self::NoAudio,
            Refusal::Unsupported { container, codec } => {
                Self::Unsupported { container: shown(&container), codec: shown(&codec), ffmpeg: FfmpegAnswer::Missing }
            }
            Refusal::Undecodable { why } => Self::undecodable(shown(&why)),
            Refusal::Incomplete => Self::Incomplete,
            Refusal::TooLong { most } => Self::TooLong { most },
            Refusal::TooMuch { channels, rate, most } => Self::TooMuch { channels, rate, most },
            Refusal::Input { why } => Self::Scratch(io::Error::other(shown(&why))),
        }
    }
}

/// A text of a process that is not trusted, for a message or a log.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii() && !letter.is_ascii_control()).take(200).collect()
}

impl From<Fault> for EngineError {
    fn from(fault: Fault) -> Self {
        let refused = |code, message: String| Self::new(EngineErrorKind::Refused, code, message);
        let unavailable =
            |code, message: &str| Self::new(EngineErrorKind::Unavailable { retry_after: None }, code, message);
        match fault {
            Fault::NoAudio => refused("no_audio", "the recording has no sound".to_owned()),
            Fault::Unsupported { container, codec, ffmpeg } => {
                refused("unsupported_codec", unsupported(&container, &codec, ffmpeg))
            }
            Fault::Undecodable(source) => refused(
                "undecodable",
                "the recording cannot be decoded; it may be damaged, or no sound file".to_owned(),
            )
            .caused_by(source),
            Fault::Incomplete => refused(
                "undecodable",
                "the recording is incomplete: the file ends before the tables that say where its sound is; send the \
                 whole file, or one that was repaired"
                    .to_owned(),
            ),
            Fault::TooLong { most } => refused("too_long", format!("the recording is longer than {}", span(most))),
            Fault::TooMuch { channels, rate, most } => refused(
                "too_long",
                format!(
                    "the recording holds more sound than can be decoded: {channels} channels at {rate} Hz may be at \
                     most {} long",
                    span(most)
                ),
            ),
            Fault::TooCostly => refused(
                "decoding_timed_out",
                "decoding the recording takes more processor time than a recording may take".to_owned(),
            ),
            Fault::TimedOut => Self::new(
                EngineErrorKind::Nonsense,
                "decoding_timed_out",
                "the recording could not be decoded in the time that a recording may take",
            ),
            Fault::Killed => Self::new(
                EngineErrorKind::Nonsense,
                "decoder_killed",
                "the process that decoded the recording was killed; the machine may be short of memory",
            ),
            Fault::Stream(source) => {
                unavailable("recording_unavailable", "the stored recording cannot be read at the moment")
                    .caused_by(source)
            }
            Fault::Scratch(source) if source.kind() == io::ErrorKind::StorageFull => {
                unavailable("scratch_full", "the disk for decoding is full").caused_by(source)
            }
            Fault::Scratch(source) => {
                unavailable("scratch_unavailable", "the folder for decoding cannot be used").caused_by(source)
            }
            Fault::Program(source) => Self::new(
                EngineErrorKind::NotReady,
                "decoder_missing",
                "the process that decodes recordings cannot be started",
            )
            .caused_by(source),
        }
    }
}

fn unsupported(container: &str, codec: &str, ffmpeg: FfmpegAnswer) -> String {
    let advice = match ffmpeg {
        FfmpegAnswer::Missing => "install ffmpeg to read it",
        FfmpegAnswer::Failed => "ffmpeg cannot read it either",
    };
    if codec == UNKNOWN {
        return format!("the recording's sound is of an unknown kind in a file of the kind {container}; {advice}");
    }
    format!("the recording's sound is {codec} in a file of the kind {container}; {advice}")
}

fn span(most: Duration) -> String {
    match most.as_secs() {
        seconds if seconds % 3600 == 0 && seconds > 0 => format!("{} h", seconds / 3600),
        seconds => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_broken_one() {
        let told = |kind: io::ErrorKind| EngineError::from(Fault::Scratch(kind.into()));
        for (kind, code) in
            [(io::ErrorKind::StorageFull, "scratch_full"), (io::ErrorKind::PermissionDenied, "scratch_unavailable")]
        {
            let error = told(kind);
            assert_eq!((error.kind, error.code), (EngineErrorKind::Unavailable { retry_after: None }, code));
        }
    }
}

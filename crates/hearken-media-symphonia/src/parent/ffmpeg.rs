//! Recordings as `ffmpeg` reads them, where it is installed: one process is it, another reads the sound that it makes.
//!
//! What it says about the recording is looked through for codecs' names and then forgotten: it quotes titles and comments.

use std::{fs::File, path::Path, process::Stdio};

use tokio::io::AsyncReadExt;

use super::{decoder, process::Process, tracks::Tracks};
use crate::{
    error::Fault,
    names::UNKNOWN,
    protocol::{Convert, Decode, Ended, Input, Request},
    settings::ProbeSettings,
    sniff::Kind,
};

/// Of what it says, this much is looked at.
const MAX_SAID: u64 = 256 * 1024;

/// What a track turned out to be, and how many there are.
pub(super) struct Converted {
    pub(super) ended: Ended,
    pub(super) tracks: usize,
}

/// The program, and the one format that it may read.
#[derive(Clone, Copy)]
pub(super) struct Ffmpeg<'a> {
    pub(super) program: &'a Path,
    pub(super) kind: Kind,
}

impl Ffmpeg<'_> {
    /// Reads one track of sound, from 0.
    pub(super) async fn read(
        self,
        settings: &ProbeSettings,
        (file, track): (&File, usize),
        (decode, tracks): (Decode, Option<&mut Tracks>),
    ) -> Result<Converted, Fault> {
        let convert = Request::Convert(Convert {
            program: self.program.to_owned(),
            demuxer: self.kind.demuxer.to_owned(),
            track,
            limits: decode.limits,
        });
        let input = file.try_clone().map_err(Fault::Scratch)?;
        let mut process =
            Process::start(&settings.child, &convert, (input.into(), Stdio::piped())).map_err(Fault::Program)?;
        let (sound, said) = (process.output().map_err(Fault::Program)?, process.said().map_err(Fault::Program)?);
        let sound: Stdio = sound.try_into().map_err(Fault::Program)?;
        let request = Request::Decode(Decode { input: Input::Converted, ..decode });
        let (ended, said) = tokio::join!(decoder::run(&settings.child, &request, sound, tracks), heard(said));
        drop(process);
        match (ended, codecs(&said).as_slice()) {
            (Err(Fault::NoAudio | Fault::Undecodable(_)), []) if said.contains("Stream #0") => Err(Fault::NoAudio),
            (Err(Fault::NoAudio), _) => Err(Fault::undecodable("ffmpeg gave no sound")),
            (Err(fault), _) => Err(fault),
            (Ok(ended), names) => {
                let codec = names.get(track).copied().or(self.kind.codec).unwrap_or(UNKNOWN).to_owned();
                let ended = Ended { container: self.kind.container.to_owned(), codec, ..ended };
                Ok(Converted { ended, tracks: names.len().max(1) })
            }
        }
    }
}

/// All that it says, or as much as is looked at.
async fn heard(mut said: impl AsyncReadExt + Unpin) -> String {
    let mut text = Vec::new();
    let _ = (&mut said).take(MAX_SAID).read_to_end(&mut text).await;
    // The rest is read too, or it would wait for us.
    let _ = tokio::io::copy(&mut said, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&text).into_owned()
}

/// What the lines about the input's sound call it: `Stream #0:0: Audio: amr_nb (samr / …), 8000 Hz`.
fn codecs(said: &str) -> Vec<&'static str> {
    let input = said.split("\nOutput #").next().unwrap_or_default();
    let lines = input.lines().filter(|line| line.trim_start().starts_with("Stream #0"));
    lines
        .filter_map(|line| line.split_once(": Audio: "))
        .map(|(_, rest)| rest.split([' ', ',']).next().unwrap_or_default())
        .map(|name| KNOWN.iter().find(|known| **known == name).copied().unwrap_or(UNKNOWN))
        .collect()
}

/// Names are shown to people, and only such are.
const KNOWN: &[&str] = &[
    "aac",
    "ac3",
    "adpcm_ima_wav",
    "adpcm_ms",
    "adpcm_g722",
    "adpcm_g726",
    "alac",
    "amr_nb",
    "amr_wb",
    "ape",
    "dts",
    "eac3",
    "flac",
    "g723_1",
    "g729",
    "gsm",
    "gsm_ms",
    "ilbc",
    "mp2",
    "mp3",
    "nellymoser",
    "opus",
    "pcm_alaw",
    "pcm_mulaw",
    "pcm_s16be",
    "pcm_s16le",
    "pcm_s24be",
    "pcm_s24le",
    "pcm_s8",
    "pcm_u8",
    "qcelp",
    "speex",
    "truespeech",
    "tta",
    "vorbis",
    "wavpack",
    "wmapro",
    "wmav1",
    "wmav2",
    "wmavoice",
];

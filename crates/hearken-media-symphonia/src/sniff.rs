//! What a file is by its first bytes: for a message that names it, and to tell `ffmpeg` which one format it may use.
//!
//! `ffmpeg` left to itself would also take a file for a playlist, and then open what the playlist names.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use mime::Mime;
use serde::{Deserialize, Serialize};

/// How much of the beginning is looked at.
const HEAD: u64 = 1024;
/// Marks of fewer bytes than this stand in raw samples by chance.
const CERTAIN: usize = 4;
/// Frames of raw GSM, which begin with the same four bits and no other mark.
const GSM_FRAME: usize = 33;

/// A kind of file that holds sound, or sound among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) container: &'static str,
    /// The name of the format that reads it, in `ffmpeg`.
    pub(crate) demuxer: &'static str,
    /// Where the kind says it.
    pub(crate) codec: Option<&'static str>,
}

const fn kind(container: &'static str, demuxer: &'static str) -> Kind {
    Kind { container, demuxer, codec: None }
}

const fn coded(container: &'static str, demuxer: &'static str, codec: &'static str) -> Kind {
    Kind { container, demuxer, codec: Some(codec) }
}

/// Bytes at a place.
type Mark = (usize, &'static [u8]);

/// All marks of a line must be there; the first such line wins.
const KINDS: &[(&[Mark], Kind)] = &[
    (&[(0, b"#!AMR-WB\n")], coded("amr", "amr", "amr_wb")),
    (&[(0, b"#!AMR\n")], coded("amr", "amr", "amr_nb")),
    (&[(4, b"ftyp")], kind("mp4", "mov")),
    (&[(0, b"\x1A\x45\xDF\xA3")], kind("matroska", "matroska")),
    (&[(0, b"RIFF"), (8, b"WAVE")], kind("wav", "wav")),
    (&[(0, b"RF64"), (8, b"WAVE")], kind("wav", "wav")),
    (&[(0, b"RIFF"), (8, b"AVI ")], kind("avi", "avi")),
    (&[(0, b"OggS")], kind("ogg", "ogg")),
    (&[(0, b"fLaC")], kind("flac", "flac")),
    (&[(0, b"FORM"), (8, b"AIF")], kind("aiff", "aiff")),
    (&[(0, b"caff")], kind("caf", "caf")),
    (&[(0, b".snd")], kind("au", "au")),
    (&[(0, b"\x30\x26\xB2\x75\x8E\x66\xCF\x11")], kind("asf", "asf")),
    (&[(0, b"FLV\x01")], kind("flv", "flv")),
    (&[(0, b"wvpk")], coded("wavpack", "wv", "wavpack")),
    (&[(0, b"MAC ")], coded("ape", "ape", "ape")),
    (&[(0, b"TTA1")], coded("tta", "tta", "tta")),
    (&[(0, b"\x00\x00\x01\xBA")], kind("mpeg", "mpeg")),
    (&[(0, b"\x47"), (188, b"\x47"), (376, b"\x47")], kind("mpegts", "mpegts")),
    (&[(0, b"\x0B\x77")], coded("ac3", "ac3", "ac3")),
    (&[(0, b"ID3")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xFB")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xFA")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xF3")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xF2")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xE3")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xE2")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xFD")], coded("mp3", "mp3", "mp2")),
    (&[(0, b"\xFF\xFC")], coded("mp3", "mp3", "mp2")),
    (&[(0, b"\xFF\xF5")], coded("mp3", "mp3", "mp2")),
    (&[(0, b"\xFF\xF4")], coded("mp3", "mp3", "mp2")),
    (&[(0, b"\xFF\xF1")], coded("adts", "aac", "aac")),
    (&[(0, b"\xFF\xF9")], coded("adts", "aac", "aac")),
];

/// Types whose files may begin with something else, or with nothing that is known.
const DECLARED: &[(&str, Kind)] = &[
    ("mpeg", coded("mp3", "mp3", "mp3")),
    ("mp3", coded("mp3", "mp3", "mp3")),
    ("aac", coded("adts", "aac", "aac")),
    ("ac3", coded("ac3", "ac3", "ac3")),
    ("g722", coded("g722", "g722", "adpcm_g722")),
    ("gsm", coded("gsm", "gsm", "gsm")),
    ("mp2t", kind("mpegts", "mpegts")),
];

/// Looks at a file's beginning, behind what stands before it.
pub(crate) fn sniff(mut file: &File, start: u64) -> io::Result<Option<Kind>> {
    file.seek(SeekFrom::Start(start))?;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(kind_of(&head))
}

fn kind_of(head: &[u8]) -> Option<Kind> {
    let marked = KINDS.iter().find(|(marks, _)| are_there(head, marks)).map(|(_, kind)| *kind);
    marked.or_else(|| is_gsm(head).then_some(coded("gsm", "gsm", "gsm")))
}

fn are_there(head: &[u8], marks: &[Mark]) -> bool {
    marks.iter().all(|(at, bytes)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes)))
}

/// Enough frames that chance is no explanation.
fn is_gsm(head: &[u8]) -> bool {
    head.len() >= 12 * GSM_FRAME && head.chunks_exact(GSM_FRAME).all(|frame| frame[0] >> 4 == 0xD)
}

impl Kind {
    /// What its host declared, where the first bytes say nothing: only for `ffmpeg`, which finds such a beginning later
    /// in the file. No such type is a playlist's.
    pub(crate) fn declared(mime: &Mime) -> Option<Self> {
        let subtype = mime.subtype().as_str().to_ascii_lowercase();
        DECLARED.iter().find(|(name, _)| *name == subtype).map(|(_, kind)| *kind)
    }
}

/// Samples without a head: what each is, and how they lie. Such files are described by their type alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Samples {
    pub(crate) coding: Coding,
    pub(crate) rate: u32,
    pub(crate) channels: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Coding {
    Mulaw,
    Alaw,
    /// Offset binary.
    Linear8,
    /// Big endian.
    Linear16,
    Linear24,
}

impl Samples {
    /// `audio/basic` (RFC 2046), `PCMU`, `PCMA`, `L8`, `L16`, `L24` (RFC 2586, 3190, 4856), unless the file has a head
    /// of its own.
    pub(crate) fn declared(mime: &Mime, mut file: &File) -> io::Result<Option<Self>> {
        let coding = match mime.subtype().as_str().to_ascii_lowercase().as_str() {
            "basic" | "pcmu" => Coding::Mulaw,
            "pcma" => Coding::Alaw,
            "l8" => Coding::Linear8,
            "l16" => Coding::Linear16,
            "l24" => Coding::Linear24,
            _ => return Ok(None),
        };
        file.rewind()?;
        let mut head = Vec::new();
        file.take(HEAD).read_to_end(&mut head)?;
        let is_head = |marks: &[Mark]| marks.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() >= CERTAIN;
        if KINDS.iter().any(|(marks, _)| is_head(marks) && are_there(&head, marks)) {
            return Ok(None);
        }
        let number = |name| mime.get_param(name).and_then(|value| value.as_str().parse().ok());
        let channels = number("channels").and_then(|channels| u16::try_from(channels).ok());
        Ok(Some(Self { coding, rate: number("rate").unwrap_or(8_000), channels: channels.unwrap_or(1) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_is_no_kind() {
        for text in
            ["#EXTM3U\n#EXT-X-VERSION:3\nhttp://x/1.ts\n", "ffconcat version 1.0\nfile /etc/passwd\n", "[playlist]", ""]
        {
            assert_eq!(kind_of(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn raw_gsm_needs_many_frames() {
        let frame = [[0xD3].as_slice(), &[0; 32]].concat();
        assert_eq!(kind_of(&frame.repeat(12)).map(|kind| kind.demuxer), Some("gsm"));
        assert_eq!(kind_of(&frame.repeat(11)), None);
    }
}

//! What a file is by its first bytes: for a message that names it, and to tell `ffmpeg` which one format it may use.
//!
//! `ffmpeg` left to itself would also take a file for a playlist, and then open what the playlist names.

use std::{
    fs::File,
    io::{self, Read, Seek},
};

/// How much of the beginning is looked at.
const HEAD: u64 = 1024;
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
    (&[(0, b"\xFF\xF3")], coded("mp3", "mp3", "mp3")),
    (&[(0, b"\xFF\xF1")], coded("adts", "aac", "aac")),
    (&[(0, b"\xFF\xF9")], coded("adts", "aac", "aac")),
];

/// Looks at a file's beginning.
pub(crate) fn sniff(file: &File) -> io::Result<Option<Kind>> {
    let mut file = file.try_clone()?;
    file.rewind()?;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(kind_of(&head))
}

fn kind_of(head: &[u8]) -> Option<Kind> {
    let has = |(at, bytes): &Mark| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
    let marked = KINDS.iter().find(|(marks, _)| marks.iter().all(has)).map(|(_, kind)| *kind);
    marked.or_else(|| is_gsm(head).then_some(coded("gsm", "gsm", "gsm")))
}

/// Enough frames that chance is no explanation.
fn is_gsm(head: &[u8]) -> bool {
    head.len() >= 12 * GSM_FRAME && head.chunks_exact(GSM_FRAME).all(|frame| frame[0] >> 4 == 0xD)
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

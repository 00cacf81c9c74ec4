//! The first bytes of a recording: what is certainly none, and what certainly is one.
//!
//! Hosts label error pages, archives and playlists as audio. A playlist would be followed by a later decoder, so it is
//! the most dangerous of them. Another audio or video container than declared is tolerated.

/// How many first bytes are looked at.
pub(crate) const LOOKED_AT: usize = 512;

/// What the bytes certainly are, in words for the caller, where that is no recording.
pub(crate) fn not_a_recording(first: &[u8]) -> Option<&'static str> {
    // Before the containers: its byte order mark could pass for the sync of MPEG audio.
    if is_utf16_text(first) {
        return Some("text in utf-16");
    }
    if known_media(first).is_some() {
        return None;
    }
    let magic = SIGNATURES.iter().find(|(signature, _)| first.starts_with(signature)).map(|(_, what)| *what);
    let bitmap = first.starts_with(b"BM") && first.get(6..10) == Some([0; 4].as_slice());
    magic.or(bitmap.then_some("a bitmap image")).or_else(|| as_text(first))
}

/// The type of the known audio or video container that the bytes begin.
pub(crate) fn known_media(first: &[u8]) -> Option<&'static str> {
    let fixed =
        CONTAINERS.iter().find(|(signature, _)| first.starts_with(signature)).map(|(_, media_type)| *media_type);
    let mpeg = || is_mpeg_audio(first).then_some("audio/mpeg");
    let ts = || is_mpeg_ts(first).then_some("video/mp2t");
    fixed.or_else(|| form(first)).or_else(|| iso_media(first)).or_else(mpeg).or_else(ts)
}

const CONTAINERS: &[(&[u8], &str)] = &[
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"RF64", "audio/wav"),
    (b"wvpk", "audio/x-wavpack"),
    (b"MAC ", "audio/x-ape"),
    (b"#!AMR", "audio/amr"),
    (b".snd", "audio/basic"),
    (b"caff", "audio/x-caf"),
    (b"ADIF", "audio/aac"),
    (b"FLV\x01", "video/x-flv"),
    // EBML: Matroska and WebM
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    // ASF: WMA and WMV
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    // MPEG program stream, and video elementary stream
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
];

/// RIFF and IFF: the outer name says little, the form's name at byte 8 says what it is.
fn form(first: &[u8]) -> Option<&'static str> {
    match (first.get(..4)?, first.get(8..12)?) {
        (b"RIFF", b"WAVE") => Some("audio/wav"),
        (b"RIFF", b"AVI ") => Some("video/x-msvideo"),
        (b"FORM", b"AIFF" | b"AIFC") => Some("audio/aiff"),
        _ => None,
    }
}

/// ISO base media (MP4, M4A, 3GP, MOV): a box's length, then its name.
fn iso_media(first: &[u8]) -> Option<&'static str> {
    let boxes: [&[u8]; 7] = [b"ftyp", b"moov", b"moof", b"mdat", b"styp", b"wide", b"free"];
    let is_box = boxes.contains(&first.get(4..8)?) && first[0] < 0x20;
    let is_audio = first.get(8..11) == Some(b"M4A".as_slice());
    is_box.then_some(if is_audio { "audio/mp4" } else { "video/mp4" })
}

/// MPEG audio and ADTS: eleven bits of sync, then fields that must not have their reserved values. A JPEG begins with
/// `ff d8`, whose version bits alone would pass for one.
fn is_mpeg_audio(first: &[u8]) -> bool {
    let [0xff, second, third, ..] = *first else { return false };
    if second & 0xe0 != 0xe0 {
        return false;
    }
    let adts = second & 0xf6 == 0xf0;
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let (rate, sampling) = (third >> 4, third >> 2 & 3);
    adts || (version != 1 && layer != 0 && rate != 15 && sampling != 3)
}

/// Transport streams: a sync byte each 188 bytes, as far as we can see; with fewer bytes the one at the start.
fn is_mpeg_ts(first: &[u8]) -> bool {
    // The third byte after the sync has a reserved value in none of the streams, but GIF looks like one.
    let [b'G', _, _, control, ..] = *first else { return false };
    control & 0x30 != 0 && first.get(188).is_none_or(|sync| *sync == b'G') && !first.starts_with(b"GIF8")
}

const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF", "a pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"PK\x07\x08", "a zip archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x04\x22\x4d\x18", "an lz4 archive"),
    (b"\x1f\x9d", "a compress archive"),
    (b"LZIP", "an lzip archive"),
    (b"!<arch>\n", "an archive"),
    (b"MSCF", "a cabinet archive"),
    (b"\xff\xd8\xff", "a jpeg image"),
    (b"\x89PNG", "a png image"),
    (b"GIF8", "a gif image"),
    (b"II*\x00", "a tiff image"),
    (b"MM\x00*", "a tiff image"),
    (b"8BPS", "a photoshop image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\x7fELF", "an executable"),
    (b"MZ", "an executable"),
    (b"\xfe\xed\xfa\xce", "an executable"),
    (b"\xfe\xed\xfa\xcf", "an executable"),
    (b"\xce\xfa\xed\xfe", "an executable"),
    (b"\xcf\xfa\xed\xfe", "an executable"),
    (b"\xca\xfe\xba\xbe", "an executable"),
    (b"\x00asm", "an executable"),
    (b"dex\n", "an executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    (b"{\\rtf", "a document"),
    (b"%!PS", "a document"),
    (b"SQLite format 3\x00", "a database"),
    (b"wOF", "a font"),
];

/// What a text begins with, white space and byte order mark aside. Any case.
const OPENINGS: &[(&[u8], &str)] = &[
    (b"#!", "a script"),
    (b"<?php", "a script"),
    (b"<?xml", "xml"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<head", "a web page"),
    (b"<body", "a web page"),
    (b"<script", "a web page"),
    (b"<title", "a web page"),
    (b"<meta", "a web page"),
    (b"<svg", "an svg image"),
    (b"<smil", "a playlist"),
    (b"<asx", "a playlist"),
    (b"<mpd", "a playlist"),
    (b"<playlist", "a playlist"),
    (b"#extm3u", "a playlist"),
    (b"#ext-x-", "a playlist"),
    (b"#extinf", "a playlist"),
    (b"[playlist]", "a playlist"),
    (b"[reference]", "a playlist"),
    (b"v=0\r", "a session description"),
    (b"v=0\n", "a session description"),
];

/// A byte order mark, and then a character that opens a page, a document or a playlist.
fn is_utf16_text(first: &[u8]) -> bool {
    let opens = |c: u8| c.is_ascii_whitespace() || matches!(c, b'<' | b'{' | b'[' | b'#' | b'%');
    match *first {
        [0xff, 0xfe, c, 0x00, ..] | [0xfe, 0xff, 0x00, c, ..] => opens(c),
        _ => false,
    }
}

fn as_text(first: &[u8]) -> Option<&'static str> {
    let bare = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start();
    if bare.is_empty() && first.len() == LOOKED_AT {
        return Some("blank text");
    }
    let opens = |opening: &[u8]| bare.get(..opening.len()).is_some_and(|start| start.eq_ignore_ascii_case(opening));
    let opening = OPENINGS.iter().find(|(opening, _)| opens(opening)).map(|(_, what)| *what);
    opening.or_else(|| as_markup(bare)).or_else(|| as_json(bare)).or_else(|| as_link(bare))
}

/// A tag or a comment that is not among the openings above.
fn as_markup(bare: &[u8]) -> Option<&'static str> {
    let [b'<', second, ..] = *bare else { return None };
    (second.is_ascii_alphabetic() || matches!(second, b'!' | b'?' | b'/')).then_some("markup")
}

/// An object or an array: what may follow its first bracket is little.
fn as_json(bare: &[u8]) -> Option<&'static str> {
    let (bracket, rest) = bare.split_first()?;
    let next = rest.trim_ascii_start().first();
    let json = matches!(
        (bracket, next),
        (b'{', Some(b'"' | b'}')) | (b'[', Some(b'"' | b'{' | b'[' | b']' | b'-' | b't' | b'f' | b'n' | b'0'..=b'9'))
    );
    json.then_some("json")
}

/// A bare link, as in the redirector files of streaming players.
fn as_link(bare: &[u8]) -> Option<&'static str> {
    const SCHEMES: [&[u8]; 8] =
        [b"http://", b"https://", b"rtsp://", b"rtmp://", b"mms://", b"ftp://", b"file://", b"pnm://"];
    let is_one = |scheme: &[u8]| bare.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    SCHEMES.into_iter().any(is_one).then_some("a playlist")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_pass() {
        for first in [
            &b"ID3\x03\0\0\0\0"[..],
            b"\xff\xfb\x90\x64",
            b"\xff\xf1\x50\x80",
            b"RIFF\x24\x08\0\0WAVEfmt ",
            b"\0\0\0\x20ftypisom",
            b"OggS",
            b"fLaC",
            b"\x1a\x45\xdf\xa3",
            b"#!AMR\n",
            b"G@\0\x10",
            b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        ] {
            assert!(known_media(first).is_some(), "{first:?}");
            assert_eq!(not_a_recording(first), None, "{first:?}");
        }
    }

    #[test]
    fn bytes_that_say_nothing_pass_but_are_not_known() {
        for first in [&b"\x00\x11\x22\x33"[..], b"\x80\x80\x80", b"hello"] {
            assert!(known_media(first).is_none() && not_a_recording(first).is_none(), "{first:?}");
        }
    }

    #[test]
    fn what_is_certainly_none_is_named() {
        for (first, what) in [
            (&b"<html>"[..], "a web page"),
            (b"\xef\xbb\xbf \n<!DOCTYPE html>", "a web page"),
            (b"<?xml version", "xml"),
            (b"<Error><Code>", "markup"),
            (b"{\"error\":", "json"),
            (b" [\n {", "json"),
            (b"#EXTM3U\n", "a playlist"),
            (b"[playlist]\n", "a playlist"),
            (b"rtsp://x", "a playlist"),
            (b"%PDF-1.7", "a pdf"),
            (b"\xff\xd8\xff\xdb", "a jpeg image"),
            (b"\x1f\x8b\x08\0", "gzip"),
            (b"Rar!\x1a\x07", "a rar archive"),
            (b"\x7fELF", "an executable"),
            (b"#!/bin/sh", "a script"),
        ] {
            assert_eq!(not_a_recording(first), Some(what), "{first:?}");
        }
    }
}

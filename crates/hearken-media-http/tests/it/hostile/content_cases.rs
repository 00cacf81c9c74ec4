//! Answers that are no recording, whatever they say.

use super::{
    case::{Case, Codes, LENGTH},
    moves::{Move, send},
};
use crate::script::recording;

const MISMATCH: Codes = &["content_mismatch"];
const UNSUPPORTED: Codes = &["unsupported_media_type"];
const CODED: Codes = &["content_encoding_not_allowed"];

pub(crate) fn cases() -> Vec<Case> {
    [pages(), files(), types(), charsets(), codings()].into_iter().flatten().collect()
}

/// A `200` with these header lines and this content.
fn serves(name: &'static str, codes: Codes, lines: &str, content: &[u8]) -> Case {
    let head = format!("HTTP/1.1 200 OK\r\n{lines}content-length: {}\r\n\r\n", content.len());
    Case::http1(name, codes, vec![Move::Send([head.as_bytes(), content].concat()), Move::Close])
}

/// Content that is declared as audio.
fn disguised(name: &'static str, content: &[u8]) -> Case {
    serves(name, MISMATCH, "content-type: audio/mpeg\r\n", content)
}

fn pages() -> Vec<Case> {
    let late = [&b" \r\n\t".repeat(100)[..], b"<html>"].concat();
    vec![
        disguised("serves a web page", b"<!DOCTYPE html><html><body>Sign in</body></html>"),
        disguised("serves a web page after white space", &late),
        disguised("serves a web page after a byte order mark", b"\xef\xbb\xbf<html></html>"),
        disguised("serves a web page after a comment", b"<!-- hello --><html></html>"),
        disguised("serves json", b"{\"error\": \"expired\"}"),
        disguised("serves a list in json", b"[{\"error\": \"expired\"}]"),
        disguised("serves xml", b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
        disguised("serves an error of s3", b"<Error><Code>AccessDenied</Code></Error>"),
        disguised("serves an svg image", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        disguised("serves an m3u playlist", b"#EXTM3U\n#EXTINF:10,\nhttp://169.254.169.254/\n"),
        disguised("serves an hls playlist after a byte order mark", b"\xef\xbb\xbf#EXTM3U\nfile:///etc/passwd\n"),
        disguised("serves a pls playlist", b"[playlist]\nFile1=http://127.0.0.1/\n"),
        disguised("serves an asx playlist", b"<asx version=\"3.0\"><entry/></asx>"),
        disguised("serves a smil playlist", b"<smil><body/></smil>"),
        disguised("serves a bare link", b"http://169.254.169.254/latest/meta-data/\n"),
        disguised("serves a session description", b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"),
    ]
}

fn files() -> Vec<Case> {
    vec![
        disguised("serves a shell script", b"#!/bin/sh\nrm -rf /\n"),
        disguised("serves php", b"<?php system($_GET['c']); ?>"),
        disguised("serves a pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        disguised("serves a zip archive", b"PK\x03\x04\x14\0\0\0\x08\0"),
        disguised("serves a gzip archive", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        disguised("serves a 7z archive", b"7z\xbc\xaf\x27\x1c\0\x04"),
        disguised("serves a zstd archive", b"\x28\xb5\x2f\xfd\x04\x58"),
        disguised("serves a windows program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"),
        disguised("serves a linux program", b"\x7fELF\x02\x01\x01\0"),
        disguised("serves webassembly", b"\0asm\x01\0\0\0"),
        disguised("serves a jpeg image", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        disguised("serves a png image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        disguised("serves a gif image", b"GIF89a\x01\0\x01\0"),
        disguised("serves an office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
        disguised("serves a database", b"SQLite format 3\0\x10\0"),
    ]
}

fn types() -> Vec<Case> {
    let declares = |name, lines: &str| serves(name, UNSUPPORTED, lines, &recording(LENGTH));
    vec![
        declares("declares a web page", "content-type: text/html; charset=utf-8\r\n"),
        declares("declares plain text", "content-type: text/plain\r\n"),
        declares("declares an image", "content-type: image/png\r\n"),
        declares("declares nothing", ""),
        declares("declares an empty type", "content-type: \r\n"),
        declares("declares bytes", "content-type: application/octet-stream\r\n"),
        declares("declares any audio", "content-type: audio/*\r\n"),
        declares("declares anything", "content-type: */*\r\n"),
        declares("declares half a type", "content-type: audio/\r\n"),
        declares("declares two types in two lines", "content-type: audio/mpeg\r\ncontent-type: text/html\r\n"),
        declares("declares two types in one line", "content-type: audio/mpeg, text/html\r\n"),
        declares("declares several parts", "content-type: multipart/mixed; boundary=audio/mpeg\r\n"),
        declares("declares byte ranges", "content-type: multipart/byteranges; boundary=x\r\n"),
        declares("declares a playlist", "content-type: audio/x-mpegurl\r\n"),
        declares("declares a playlist of apple", "content-type: application/vnd.apple.mpegurl\r\n"),
        declares("declares a parameter that is a type", "content-type: text/html; type=audio/mpeg\r\n"),
        declares("declares a type with a slash too many", "content-type: audio/mpeg/html\r\n"),
        declares("declares a type in look-alike letters", "content-type: \u{430}udio/mpeg\r\n"),
        declares("declares a type with a space in it", "content-type: audio /mpeg\r\n"),
    ]
}

fn charsets() -> Vec<Case> {
    let little: Vec<u8> = "\u{feff}<html>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = "\u{feff}<?xml version=\"1.0\"?>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let page = b"<html><head>";
    let under = |name, charset: &str, content: &[u8]| {
        serves(name, MISMATCH, &format!("content-type: audio/mpeg; charset={charset}\r\n"), content)
    };
    vec![
        under("serves a web page in utf-16", "utf-16", &little),
        under("serves xml in utf-16 of the other order", "utf-16", &big),
        under("serves a web page and claims utf-7", "utf-7", page),
        under("serves a web page and claims ebcdic", "\"ibm037\"", page),
        under("serves a web page and claims two charsets", "utf-8; charset=utf-16", page),
    ]
}

fn codings() -> Vec<Case> {
    let coded = |name, coding: &str, content: &[u8]| {
        let lines = format!("content-type: audio/mpeg\r\ncontent-encoding: {coding}\r\n");
        serves(name, CODED, &lines, content)
    };
    let endless = "HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ncontent-encoding: gzip\r\n\r\n";
    vec![
        coded("codes with gzip", "gzip", b"\x1f\x8b\x08\0"),
        coded("codes with x-gzip", "x-gzip", b"\x1f\x8b\x08\0"),
        coded("codes with gzip in upper case", "GZIP", b"\x1f\x8b\x08\0"),
        coded("codes with brotli", "br", b"\x0b\x02\x80"),
        coded("codes with zstd", "zstd", b"\x28\xb5\x2f\xfd"),
        coded("codes with deflate", "deflate", b"\x78\x9c"),
        coded("codes with identity and then gzip", "identity, gzip", b"\x1f\x8b\x08\0"),
        coded("codes in two lines", "identity\r\ncontent-encoding: br", b"\x0b\x02\x80"),
        coded("codes with gzip beside a charset", "utf-8, gzip", b"\x1f\x8b\x08\0"),
        coded("codes with an unknown coding", "x-new", &recording(LENGTH)),
        coded("claims a coding and sends a recording", "gzip", &recording(LENGTH)),
        Case::http1("sends gzip for ever", CODED, vec![send(endless), Move::Forever(vec![0x1f; 8192])]).bounded(),
    ]
}

//! Becoming `ffmpeg`: an optional program, for what the decoders here cannot read.
//!
//! The recording is a stranger's, so `ffmpeg` is kept short. The file is its standard input and has no name. The format
//! is forced and the only one allowed: playlists and the `concat` format, which open what they name, can never be
//! chosen. Files and pipes are the only protocols. The confinement of this process outlives the change.

use std::{
    io,
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use super::confine;
use crate::protocol::Convert;

/// Returns only when it fails.
#[expect(clippy::disallowed_methods, reason = "decoders for hostile input are kept out of the service's process")]
pub(super) fn become_ffmpeg(convert: &Convert) -> io::Error {
    if let Err(error) = confine::program(&convert.program, &convert.limits) {
        return error;
    }
    let (demuxer, track) = (convert.demuxer.as_str(), format!("0:a:{}", convert.track));
    Command::new(&convert.program)
        .args(["-nostdin", "-hide_banner", "-nostats", "-loglevel", "info", "-threads", "1"])
        .args(["-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer, "-f", demuxer])
        .args(["-i", "file:/dev/stdin", "-map", &track, "-vn", "-sn", "-dn", "-map_metadata", "-1"])
        .args(["-fflags", "+bitexact", "-c:a", "pcm_s16le", "-f", "wav", "pipe:1"])
        .env_clear()
        .stdin(Stdio::inherit())
        .exec()
}

//! The service's side: a recording is spooled, decoded by processes that are confined, and given up as soon as its
//! caller is gone. Nothing here looks into a recording but at its first bytes.

mod decoder;
mod ffmpeg;
mod merge;
mod probe;
mod process;
mod scratch;
mod tracks;
mod wav;

pub use probe::{SymphoniaProbe, confinement};

//! One recording's decoding: by symphonia, and where that cannot, by `ffmpeg`.

use std::{fs::File, sync::Arc};

use crate::{
    error::{Fault, Ffmpeg},
    ffmpeg,
    flow::{Flow, Listener, Shape},
    native,
    settings::ProbeSettings,
    sniff::Kind,
    stop::Stop,
};

/// What there is to do, for a thread that may block.
pub(crate) struct Job {
    pub(crate) file: File,
    /// By its first bytes.
    pub(crate) kind: Option<Kind>,
    pub(crate) settings: Arc<ProbeSettings>,
    pub(crate) stop: Arc<Stop>,
}

/// What the recording is by what it says of itself.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) container: String,
    pub(crate) codec: String,
}

/// The whole recording, heard.
#[derive(Debug)]
pub(crate) struct Heard<T> {
    pub(crate) made: T,
    pub(crate) found: Found,
    pub(crate) shape: Shape,
    pub(crate) frames: u64,
}

/// Decodes the recording for a listener, a fresh one for each reader.
pub(crate) fn decode<L: Listener>(job: &Job, listener: impl Fn() -> Result<L, Fault>) -> Result<Heard<L::Made>, Fault> {
    let fault = match attempt(job, listener()?, native::read) {
        Err(fault @ (Fault::Unsupported { .. } | Fault::Undecodable(_))) => fault,
        ended => return ended,
    };
    let (Some(kind), Some(program)) = (job.kind, &job.settings.ffmpeg) else { return Err(fault) };
    let by_ffmpeg = attempt(job, listener()?, |job, flow| ffmpeg::read(job, (program, kind), flow));
    match (by_ffmpeg, fault) {
        // It knows less about why than the first reader.
        (Err(Fault::Undecodable(_)), Fault::Unsupported { container, codec, .. }) => {
            Err(Fault::Unsupported { container, codec, ffmpeg: Ffmpeg::Failed })
        }
        (Err(Fault::Undecodable(_)), first) => Err(first),
        (ended, _) => ended,
    }
}

fn attempt<L: Listener>(
    job: &Job,
    listener: L,
    read: impl FnOnce(&Job, &mut Flow<L>) -> Result<Found, Fault>,
) -> Result<Heard<L::Made>, Fault> {
    let mut flow = Flow::new(listener, job.settings.limits.max_duration, Arc::clone(&job.stop));
    let found = read(job, &mut flow)?;
    let (made, shape, frames) = flow.finish()?.ok_or(Fault::NoAudio)?;
    Ok(Heard { made, found, shape, frames })
}

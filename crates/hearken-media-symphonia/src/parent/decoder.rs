//! A process that decodes: what it answers, held to the protocol, and what its end means.

use std::{
    io,
    os::unix::process::ExitStatusExt,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::Signal;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, BufReader};

use super::{process::Process, tracks::Tracks};
use crate::{
    error::Fault,
    protocol::{ENDED, Ended, HEAD, MAX_FRAME, PROGRESS, REFUSED, Refusal, Request, SOUND},
    settings::ChildCommand,
};

/// How long a process that has said everything may take to end.
pub(super) const FAREWELL: Duration = Duration::from_secs(10);
/// Names are this short.
const MAX_NAME: usize = 32;

/// Runs a process to its end. Speech goes into the tracks.
pub(super) async fn run(
    command: &ChildCommand,
    request: &Request,
    input: Stdio,
    tracks: Option<&mut Tracks>,
) -> Result<Ended, Fault> {
    let mut process = Process::start(command, request, (input, Stdio::null())).map_err(Fault::Program)?;
    let output = process.output().map_err(Fault::Program)?;
    let answer = answer(BufReader::with_capacity(MAX_FRAME, output), tracks).await;
    let status = process.ended().await.map_err(Fault::Program)?;
    match answer {
        Ok(Some(ended)) => Ok(ended),
        Ok(None) => Err(end_of(status)),
        Err(fault) => Err(fault),
    }
}

/// Nothing when it ended without a last frame.
async fn answer(
    mut output: impl AsyncReadExt + Unpin,
    mut tracks: Option<&mut Tracks>,
) -> Result<Option<Ended>, Fault> {
    let mut bytes = Vec::with_capacity(MAX_FRAME);
    loop {
        let mut head = [0; HEAD];
        match output.read_exact(&mut head).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read.map_err(Fault::Program)?,
        };
        let [tag, track, length @ ..] = head;
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        if length > MAX_FRAME {
            return Err(nonsense());
        }
        bytes.resize(length, 0);
        match output.read_exact(&mut bytes).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read.map_err(Fault::Program)?,
        };
        match (tag, &mut tracks) {
            (SOUND, Some(tracks)) => tracks.write(track, &bytes).await?,
            (PROGRESS, _) => {}
            (ENDED, _) => return plausible(last(&bytes)?).map(Some),
            (REFUSED, _) => return Err(last::<Refusal>(&bytes)?.into()),
            _ => return Err(nonsense()),
        }
    }
}

fn last<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|_| nonsense())
}

/// What is stored and shown is what a decoder could have said.
fn plausible(ended: Ended) -> Result<Ended, Fault> {
    let is_name = |name: &str| {
        (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let peaks = &ended.peaks;
    let are_peaks = peaks.len() <= 2 && peaks.iter().all(|peaks| peaks.len() <= hearken_domain::speech::MAX_PEAKS);
    let is_one = is_name(&ended.container) && is_name(&ended.codec) && ended.channels > 0 && ended.sample_rate > 0;
    if is_one && are_peaks { Ok(ended) } else { Err(nonsense()) }
}

fn nonsense() -> Fault {
    Fault::undecodable("the decoder broke the protocol")
}

/// A process that ended without an answer met one of its limits, or could not be confined.
fn end_of(status: ExitStatus) -> Fault {
    let by = |signal: Signal| status.signal() == Some(signal.as_raw());
    match status.signal() {
        None => Fault::Program(io::Error::other(format!("the decoder gave no answer ({status})"))),
        Some(_) if by(Signal::XCPU) => Fault::TooCostly,
        // Nothing here does that: the machine had no memory left, or an operator ended it.
        Some(_) if by(Signal::KILL) => Fault::Killed,
        Some(signal) => Fault::undecodable(format!("the decoder ended by signal {signal}")),
    }
}

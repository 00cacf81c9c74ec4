//! The decoder's process: it takes away from itself all that decoding does not need, then reads the recording.
//!
//! Whatever a recording does here, it does to this process alone: recursion ends at its stack, tables at its memory,
//! loops at its processor time. It has no environment, opens no file and reaches no network.

mod alike;
mod clock;
mod confine;
mod convert;
mod flow;
mod headerless;
mod listener;
mod mp4;
mod native;
mod opus;
mod output;
mod resample;
mod riff;
mod source;
mod speech;
mod track;
mod wav;
mod waveform;

use std::{
    fs::File,
    io::{self, Stdin, Stdout},
    os::fd::AsFd,
    panic::{self, AssertUnwindSafe},
};

pub use confine::{Confinement, Enforcement};

use crate::{
    child::{flow::Sound, output::Output},
    protocol::{Decode, Input, Refusal, Request},
};

/// What ends the decoding.
type Fault = Refusal;

/// Decodes a recording for a parent process, or becomes `ffmpeg` for it: `request` is the last argument that the parent
/// gave, standard input the recording, standard output the answer.
///
/// A program calls this as the first thing in a command that does nothing else, before it starts threads. The whole
/// process is limited first, and given up with an error when that fails, when the request is no request, or when the
/// parent is gone.
pub fn child_main(request: &str) -> io::Result<()> {
    let request = serde_json::from_str(request).map_err(io::Error::other)?;
    match request {
        Request::Decode(decode) => decoded(&decode),
        Request::Convert(convert) => Err(convert::become_ffmpeg(&convert)),
        Request::Check => checked(),
    }
}

fn decoded(decode: &Decode) -> io::Result<()> {
    let (input, output) = pipes()?;
    confine::decoder(&decode.limits)?;
    // A decoder that panics has met a recording that nothing was written for; its message may quote the recording.
    panic::set_hook(Box::new(|_| {}));
    let output = Output::new(output);
    let result = panic::catch_unwind(AssertUnwindSafe(|| read(decode, input, &output)))
        .unwrap_or_else(|_| Err(undecodable("the decoder panicked")));
    output.finish(result)
}

fn read(decode: &Decode, input: File, output: &Output) -> Result<crate::protocol::Ended, Fault> {
    let mut sound = Sound::new(decode, output);
    let found = match decode.input {
        Input::Converted => wav::read(input, &mut sound)?,
        Input::Recording(Some(declared)) => headerless::read(input, declared, &mut sound)?,
        Input::Recording(None) => native::read(input, &mut sound)?,
    };
    sound.finish(found)
}

fn checked() -> io::Result<()> {
    let (_, output) = pipes()?;
    let limits = crate::protocol::Limits::from(&crate::settings::ProbeLimits::default());
    let confinement = confine::decoder(&limits)?;
    serde_json::to_writer(output, &confinement).map_err(io::Error::from)
}

/// Standard input and output, past the buffers of the standard library: the recording is a file that is read at any
/// place.
fn pipes() -> io::Result<(File, File)> {
    let (input, output): (Stdin, Stdout) = (io::stdin(), io::stdout());
    Ok((File::from(input.as_fd().try_clone_to_owned()?), File::from(output.as_fd().try_clone_to_owned()?)))
}

/// For the operator's log; quotes nothing of the recording.
fn undecodable(why: impl ToString) -> Fault {
    Refusal::Undecodable { why: why.to_string() }
}

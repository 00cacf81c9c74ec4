//! Recordings as `ffmpeg` reads them: an optional program, for what symphonia cannot decode.
//!
//! The recording is a stranger's, so `ffmpeg` is kept short. The file is its standard input and has no name. The format is
//! forced and the only one allowed: playlists and the `concat` format, which open what they name, can never be chosen.
//! Files and pipes are the only protocols, so that nothing is fetched. It gets no environment, writes no file, and has
//! limits of memory and processor time. What it says about the recording is looked through for the codec's name and then
//! forgotten: it quotes titles and comments.

use std::{
    io::{BufReader, Read},
    path::Path,
    process::{ChildStderr, ChildStdout, Stdio},
    thread,
};

use crate::{
    child,
    error::Fault,
    flow::{Flow, Listener, Shape},
    job::{Found, Job},
    names,
    sniff::Kind,
    stop::Running,
    wav,
};

/// Of what it says, this much is looked at.
const MAX_SAID: u64 = 256 * 1024;
/// Frames that are passed on at a time.
const PIECE: usize = 4096;

/// Reads the whole recording into the flow.
pub(crate) fn read<L: Listener>(job: &Job, (program, kind): (&Path, Kind), flow: &mut Flow<L>) -> Result<Found, Fault> {
    let (running, sound, said) = start(job, program, kind)?;
    let said = thread::spawn(move || {
        let mut said = said;
        let mut text = Vec::new();
        let read = said.by_ref().take(MAX_SAID).read_to_end(&mut text);
        // The rest is read too, or it would wait for us.
        let _ = read.and_then(|_| std::io::copy(&mut said, &mut std::io::sink()));
        String::from_utf8_lossy(&text).into_owned()
    });
    let passed = pass(BufReader::with_capacity(64 * 1024, sound), flow);
    // Ends what still runs, and with it what it says.
    drop(running);
    let said = said.join().unwrap_or_default();
    passed?;
    flow.check()?;
    match (flow.frames(), codec(&said)) {
        (0, None) if said.contains("Stream #0") => Err(Fault::NoAudio),
        (0, _) => Err(Fault::undecodable("ffmpeg gave no sound")),
        (_, name) => {
            let codec = name.or(kind.codec).unwrap_or(names::UNKNOWN);
            Ok(Found { container: kind.container.to_owned(), codec: codec.to_owned() })
        }
    }
}

fn start(job: &Job, program: &Path, kind: Kind) -> Result<(Running, ChildStdout, ChildStderr), Fault> {
    let input = job.file.try_clone().map_err(Fault::Scratch)?;
    let mut command = child::command(program);
    command
        .args(["-nostdin", "-hide_banner", "-nostats", "-loglevel", "info", "-threads", "1"])
        .args(["-protocol_whitelist", "file,pipe", "-format_whitelist", kind.demuxer, "-f", kind.demuxer])
        .args(["-i", "file:/dev/stdin", "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1"])
        .args(["-fflags", "+bitexact", "-c:a", "pcm_s16le", "-f", "wav", "pipe:1"])
        .stdin(Stdio::from(input))
        .stderr(Stdio::piped());
    let running = job
        .stop
        .spawn(&mut command)
        .map_err(|error| if job.stop.is_stopped() { Fault::Stopped } else { Fault::undecodable(error) })?;
    let (sound, said) = {
        let mut child = running.child();
        confine(child.id(), job);
        (child.stdout.take(), child.stderr.take())
    };
    match (sound, said) {
        (Some(sound), Some(said)) => Ok((running, sound, said)),
        _ => Err(Fault::undecodable("ffmpeg has no pipes")),
    }
}

/// Limits a process that has just begun. It has hardly read anything by then.
#[cfg(target_os = "linux")]
fn confine(process: u32, job: &Job) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let limits = job.settings.limits;
    let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) else { return };
    let most = [
        (Resource::As, limits.ffmpeg_memory),
        (Resource::Cpu, limits.max_wall.as_secs().max(1)),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ];
    for (resource, most) in most {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        if let Err(error) = prlimit(Some(process), resource, limit) {
            // It may have ended already.
            tracing::debug!(error = &error as &dyn std::error::Error, "ffmpeg could not be limited");
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn confine(_: u32, _: &Job) {}

fn pass<L: Listener>(mut sound: impl Read, flow: &mut Flow<L>) -> Result<(), Fault> {
    let Ok(shape) = wav::read_head(&mut sound) else { return Ok(()) };
    let frame = usize::from(shape.channels) * size_of::<i16>();
    let (mut bytes, mut held) = (vec![0; PIECE * frame], 0);
    let mut samples = Vec::with_capacity(PIECE * usize::from(shape.channels));
    loop {
        // A pipe that breaks is an end: what was decoded is worth something.
        let read = sound.read(&mut bytes[held..]).unwrap_or(0);
        if read == 0 {
            return Ok(());
        }
        held += read;
        let whole = held - held % frame;
        take(shape, &bytes[..whole], (&mut samples, flow))?;
        bytes.copy_within(whole..held, 0);
        held -= whole;
    }
}

fn take<L: Listener>(shape: Shape, bytes: &[u8], (samples, flow): (&mut Vec<f32>, &mut Flow<L>)) -> Result<(), Fault> {
    samples.clear();
    let (pairs, _) = bytes.as_chunks();
    samples.extend(pairs.iter().map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32768.0));
    flow.take(shape, samples)
}

/// What the first line about the input's sound calls it: `Stream #0:0: Audio: amr_nb (samr / …), 8000 Hz`.
fn codec(said: &str) -> Option<&'static str> {
    let input = said.split("\nOutput #").next()?;
    let name = input.lines().filter(|line| line.trim_start().starts_with("Stream #0")).find_map(|line| {
        line.split_once(": Audio: ").map(|(_, rest)| rest.split([' ', ',']).next().unwrap_or_default())
    })?;
    KNOWN.iter().find(|known| **known == name).copied().or(Some(names::UNKNOWN))
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

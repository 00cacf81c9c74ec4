//! The parent's side: packets out, sound in, one at a time.

use std::{
    io::{self, BufReader, Read, Write},
    process::{ChildStdin, ChildStdout},
    sync::Arc,
};

use super::{BROKEN, GREETING, MAX_FRAMES, MAX_PACKET, READY};
use crate::{
    child,
    error::Fault,
    settings::ChildCommand,
    stop::{Running, Stop},
};

/// What the beginning of an Opus stream says: RFC 7845, section 5.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpusHead {
    pub(crate) channels: u8,
    /// Frames at the beginning that are no sound yet.
    pub(crate) pre_skip: u16,
    family: u8,
}

impl OpusHead {
    pub(crate) fn parse(head: &[u8]) -> Option<Self> {
        let (fixed, _) = head.split_at_checked(19)?;
        let channels = fixed[9];
        (fixed.starts_with(b"OpusHead") && channels > 0).then(|| Self {
            channels,
            pre_skip: u16::from_le_bytes([fixed[10], fixed[11]]),
            family: fixed[18],
        })
    }
}

/// A child that decodes one stream.
pub(crate) struct OpusDecoder {
    // First, so that they are closed before the child is waited for.
    packets: ChildStdin,
    sound: BufReader<ChildStdout>,
    channels: usize,
    bytes: Vec<u8>,
    _running: Running,
}

impl OpusDecoder {
    /// Starts a child. Nothing when it does not decode this kind of stream.
    pub(crate) fn start(command: &ChildCommand, head: OpusHead, stop: &Arc<Stop>) -> Result<Option<Self>, Fault> {
        let started = stop.spawn(child::command(&command.program).args(&command.args));
        let running =
            started.map_err(|error| if stop.is_stopped() { Fault::Stopped } else { Fault::Program(error) })?;
        let (packets, sound) = {
            let mut child = running.child();
            (child.stdin.take(), child.stdout.take())
        };
        let (Some(packets), Some(sound)) = (packets, sound) else {
            return Err(Fault::Program(io::Error::other("the decoder has no pipes")));
        };
        let channels = usize::from(head.channels);
        let mut decoder =
            Self { packets, sound: BufReader::new(sound), channels, bytes: Vec::new(), _running: running };
        match decoder.greet(head) {
            Ok(answer) => Ok((answer == READY).then_some(decoder)),
            Err(_) if stop.is_stopped() => Err(Fault::Stopped),
            Err(error) => Err(Fault::Program(error)),
        }
    }

    fn greet(&mut self, head: OpusHead) -> io::Result<u8> {
        self.packets.write_all(&[GREETING.as_slice(), &[head.channels, head.family]].concat())?;
        let mut answer = [0];
        self.sound.read_exact(&mut answer)?;
        Ok(answer[0])
    }

    /// Puts a packet's sound in place of what is there, interleaved. False for a packet that is broken; an error when
    /// the child is gone, which is then this recording's doing.
    pub(crate) fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> io::Result<bool> {
        samples.clear();
        let Some(length) = u32::try_from(packet.len()).ok().filter(|_| packet.len() <= MAX_PACKET) else {
            return Ok(false);
        };
        self.bytes.clear();
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(packet);
        self.packets.write_all(&self.bytes)?;
        let mut frames = [0; 4];
        self.sound.read_exact(&mut frames)?;
        let frames = u32::from_le_bytes(frames);
        if frames == BROKEN {
            return Ok(false);
        }
        let frames = usize::try_from(frames).unwrap_or(usize::MAX);
        if frames > MAX_FRAMES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the decoder gave more than a packet holds"));
        }
        self.bytes.resize(frames * self.channels * size_of::<f32>(), 0);
        self.sound.read_exact(&mut self.bytes)?;
        let (samples_bytes, _) = self.bytes.as_chunks();
        samples.extend(samples_bytes.iter().map(|bytes| f32::from_le_bytes(*bytes)));
        Ok(true)
    }
}

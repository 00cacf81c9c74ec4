//! The child's side: it takes away from itself all that decoding does not need, then decodes until its input ends.

use std::{
    io::{self, BufReader, BufWriter, Read, Write},
    panic::{self, AssertUnwindSafe},
};

use rustix::process::{Resource, Rlimit, setrlimit};
use rusty_opus::OpusDecoder;

use super::{BROKEN, GREETING, MAX_FRAMES, MAX_PACKET, OPUS_RATE, READY, REFUSED};

/// In bytes, with the program itself.
const ADDRESS_SPACE: u64 = 512 * 1024 * 1024;
/// In seconds. Hours of sound take minutes.
const CPU_TIME: u64 = 60 * 60;

/// Decodes Opus for a parent process: packets come by `input`, sound goes by `output`, until the input ends.
///
/// A program calls this as the first thing in a command that does nothing else, before it starts threads or opens
/// files, and gives its standard input and output. The whole process is limited first: 512 MiB of address space, an
/// hour of processor time, no file that could grow, no core file. It fails when the limits cannot be set, when the parent
/// speaks another protocol, or when a pipe breaks.
pub fn child_main(input: impl Read, output: impl Write) -> io::Result<()> {
    confine()?;
    let (mut input, mut output) = (BufReader::new(input), BufWriter::new(output));
    let mut head = [0; GREETING.len() + 2];
    input.read_exact(&mut head)?;
    let [greeting @ .., channels, family] = head;
    if greeting != *GREETING {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the parent speaks another protocol"));
    }
    let Some(mut decoder) = Decoder::new(channels, family) else {
        output.write_all(&[REFUSED])?;
        return output.flush();
    };
    output.write_all(&[READY])?;
    output.flush()?;
    let mut packet = Vec::new();
    let mut sound = vec![0.0; MAX_FRAMES * usize::from(channels)];
    while read_packet(&mut input, &mut packet)? {
        let frames = decoder.decode(&packet, &mut sound);
        let samples = frames.map_or(&[][..], |frames| &sound[..frames * usize::from(channels)]);
        output.write_all(&frames.and_then(|frames| u32::try_from(frames).ok()).unwrap_or(BROKEN).to_le_bytes())?;
        for sample in samples {
            output.write_all(&sample.to_le_bytes())?;
        }
        output.flush()?;
    }
    Ok(())
}

fn confine() -> io::Result<()> {
    let none = [(Resource::Core, 0), (Resource::Fsize, 0)];
    for (resource, most) in [(Resource::As, ADDRESS_SPACE), (Resource::Cpu, CPU_TIME)].into_iter().chain(none) {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// False at the end of the input.
fn read_packet(input: &mut impl Read, packet: &mut Vec<u8>) -> io::Result<bool> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
        read => read?,
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_PACKET {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a packet is too long"));
    }
    packet.resize(length, 0);
    input.read_exact(packet)?;
    Ok(true)
}

/// One stream of one or two channels. Surround sound is several streams in each packet, and left to others.
struct Decoder(OpusDecoder);

impl Decoder {
    fn new(channels: u8, family: u8) -> Option<Self> {
        let rate = i32::try_from(OPUS_RATE).ok()?;
        let is_known = family <= 1 && (1..=2).contains(&channels);
        is_known.then(|| OpusDecoder::new(rate, usize::from(channels)).ok().map(Self))?
    }

    /// How many frames; nothing for a packet that is broken.
    fn decode(&mut self, packet: &[u8], sound: &mut [f32]) -> Option<usize> {
        // An empty packet would be taken for a lost one, and filled in.
        if packet.is_empty() {
            return None;
        }
        let decode = AssertUnwindSafe(|| self.0.decode(packet, MAX_FRAMES, sound));
        panic::catch_unwind(decode).ok()?.ok().filter(|frames| *frames <= MAX_FRAMES)
    }
}

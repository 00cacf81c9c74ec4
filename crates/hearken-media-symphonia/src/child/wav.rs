//! The WAV file that `ffmpeg` writes into a pipe: PCM, 16 bits.

use std::io::{self, BufReader, Read};

use super::{
    Fault,
    flow::{Found, Shape, Sound},
    undecodable,
};

use crate::names;

/// Frames that are passed on at a time.
const PIECE: usize = 4096;

/// Reads all of it onto one track. What was converted from is for the parent to say.
pub(super) fn read(pipe: impl Read, sound: &mut Sound<'_>) -> Result<Found, Fault> {
    let mut pipe = BufReader::with_capacity(64 * 1024, pipe);
    let shape = read_head(&mut pipe).map_err(|_| undecodable("ffmpeg gave no sound"))?;
    pcm(&mut pipe, shape, sound)?;
    Ok(Found { container: "wav".to_owned(), codec: names::UNKNOWN.to_owned() })
}

/// Samples of 16 bits, little endian, up to the end.
fn pcm(pipe: &mut impl Read, shape: Shape, sound: &mut Sound<'_>) -> Result<(), Fault> {
    let frame = usize::from(shape.channels) * size_of::<i16>();
    let (mut bytes, mut held) = (vec![0; PIECE * frame], 0);
    let mut samples = Vec::with_capacity(PIECE * usize::from(shape.channels));
    loop {
        // A pipe that breaks is an end: what was decoded is worth something.
        let read = pipe.read(&mut bytes[held..]).unwrap_or(0);
        if read == 0 {
            return Ok(());
        }
        held += read;
        let whole = held - held % frame;
        samples.clear();
        let (pairs, _) = bytes[..whole].as_chunks();
        samples.extend(pairs.iter().map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32768.0));
        sound.track(0)?.take(shape, &mut samples)?;
        bytes.copy_within(whole..held, 0);
        held -= whole;
    }
}

/// Reads up to the first sample.
fn read_head(file: &mut impl Read) -> io::Result<Shape> {
    let mut riff = [0; 12];
    file.read_exact(&mut riff)?;
    let mut shape = None;
    loop {
        let mut chunk = [0; 8];
        file.read_exact(&mut chunk)?;
        let [n0, n1, n2, n3, l0, l1, l2, l3] = chunk;
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        match (&[n0, n1, n2, n3], shape) {
            (b"data", Some(shape)) => return Ok(shape),
            (b"fmt ", _) if (16..=64).contains(&length) => {
                let mut format = vec![0; usize::try_from(length).unwrap_or(0)];
                file.read_exact(&mut format)?;
                let channels = u16::from_le_bytes([format[2], format[3]]);
                let rate = u32::from_le_bytes([format[4], format[5], format[6], format[7]]);
                shape = (channels > 0).then_some(Shape { channels, rate });
            }
            (b"LIST", _) if length <= 64 * 1024 => {
                io::copy(&mut file.take(u64::from(length)), &mut io::sink())?;
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

//! One track of sound: its decoder, its place in time, and what packets say is no sound.

use symphonia::core::{
    codecs::audio::{
        AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
        well_known::{CODEC_ID_MP3, CODEC_ID_OPUS},
    },
    errors::Error,
    formats::Track,
    packet::Packet,
};

use super::{
    Fault,
    clock::{Clock, TrackClock},
    flow::{Flow, Shape},
    opus::{OPUS_RATE, Opus},
    undecodable,
};

use crate::names;

/// Packets at the end that may be padding as a whole.
const MAX_PADDING: u32 = 3;
/// The longest time without packets, in seconds. One that is longer is no pause but damage.
const PAUSE: u64 = 60 * 60;

/// A track that is listened to.
pub(super) struct AudioTrack {
    pub(super) id: u32,
    pub(super) codec: &'static str,
    decoder: Decoder,
    samples: Vec<f32>,
    clock: Option<TrackClock>,
    /// Nothing where the decoder sees to it.
    trims: Option<Trims>,
    /// Frames to leave out at the beginning.
    skip: u64,
    /// Whether it goes on where another stream ended.
    follows: bool,
}

enum Decoder {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Box<Opus>),
}

/// What packets say is no sound: an encoder's delay and padding, counted in frames.
#[derive(Default)]
struct Trims {
    /// Packets that were left out as a whole.
    whole: u32,
}

impl AudioTrack {
    /// No fault is given for a codec that is not decoded here.
    pub(super) fn new(track: &Track, parameters: &AudioCodecParameters, clock: &Clock) -> Result<Self, Option<Fault>> {
        let (decoder, skip) = if parameters.codec == CODEC_ID_OPUS {
            let opus = parameters.extra_data.as_deref().and_then(Opus::new).ok_or(None)?;
            let skip = u64::from(opus.pre_skip);
            (Decoder::Opus(Box::new(opus)), skip)
        } else {
            let options = AudioDecoderOptions::default().gapless(parameters.codec != CODEC_ID_MP3);
            match symphonia::default::get_codecs().make_audio_decoder(parameters, &options) {
                Ok(decoder) => (Decoder::Symphonia(decoder), 0),
                Err(Error::Unsupported(_)) => return Err(None),
                Err(error) => return Err(Some(undecodable(error))),
            }
        };
        let trims = matches!(parameters.codec, CODEC_ID_MP3 | CODEC_ID_OPUS).then(Trims::default);
        let (codec, clock) = (names::codec(parameters.codec), clock.of(track.id));
        Ok(Self { id: track.id, codec, decoder, samples: Vec::new(), clock, trims, skip, follows: false })
    }

    /// Goes on where another stream ended: its clock begins anew there.
    pub(super) fn follow(&mut self) {
        self.follows = true;
    }

    pub(super) fn hear(&mut self, packet: &Packet, flow: &mut Flow<'_>) -> Result<(), Fault> {
        let Some(shape) = self.decode(packet) else { return Ok(()) };
        if let Some(trims) = &mut self.trims {
            trims.cut(&mut self.samples, shape.channels, packet);
        }
        if let Some(clock) = &mut self.clock {
            let place = clock.place(packet, shape, flow.frames());
            if place.gap <= PAUSE * u64::from(shape.rate) && place.gap <= flow.room(shape) {
                flow.rest(shape, place.gap)?;
            }
            if !self.follows {
                self.skip = self.skip.max(place.skip);
            }
        }
        let skipped = self.skip.min(self.samples.len() as u64 / u64::from(shape.channels));
        self.skip -= skipped;
        let from = usize::try_from(skipped).unwrap_or(usize::MAX).saturating_mul(usize::from(shape.channels));
        flow.take(shape, &mut self.samples[from..])
    }

    fn decode(&mut self, packet: &Packet) -> Option<Shape> {
        match &mut self.decoder {
            Decoder::Symphonia(decoder) => match decoder.decode(packet) {
                Ok(sound) => {
                    sound.copy_to_vec_interleaved(&mut self.samples);
                    shape_of(sound.spec().rate(), sound.spec().channels().count())
                }
                Err(Error::ResetRequired) => {
                    decoder.reset();
                    None
                }
                Err(_) => None,
            },
            Decoder::Opus(decoder) => {
                let channels = usize::from(decoder.channels);
                decoder.decode(&packet.data, &mut self.samples).then(|| shape_of(OPUS_RATE, channels)).flatten()
            }
        }
    }
}

fn shape_of(rate: u32, channels: usize) -> Option<Shape> {
    u16::try_from(channels).ok().filter(|channels| *channels > 0).map(|channels| Shape { channels, rate })
}

impl Trims {
    fn cut(&mut self, samples: &mut Vec<f32>, channels: u16, packet: &Packet) {
        let count = |frames: u64| usize::try_from(frames).unwrap_or(usize::MAX).saturating_mul(usize::from(channels));
        let mut end = samples.len().saturating_sub(count(packet.trim_end.get()));
        if end == 0 {
            self.whole += 1;
            // More than any padding: the sound is longer than its head says, as where files were put together.
            end = if self.whole > MAX_PADDING { samples.len() } else { 0 };
        }
        samples.truncate(end);
        samples.drain(..count(packet.trim_start.get()).min(end));
    }
}

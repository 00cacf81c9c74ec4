//! Recordings as symphonia reads them, packet by packet.

use std::{
    io,
    sync::{Arc, LazyLock},
};

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{
            AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
            well_known::{CODEC_ID_MP3, CODEC_ID_OPUS},
        },
    },
    errors::Error,
    formats::{
        FormatOptions, FormatReader, Track, TrackType,
        probe::{Hint, Probe, ProbeOptions},
    },
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
    packet::Packet,
    units::TimeBase,
};

use crate::{
    error::Fault,
    flow::{Flow, Listener, Shape},
    job::{Found, Job},
    names,
    opus::{OPUS_RATE, OpusDecoder, OpusHead},
    source::{Ends, SpooledSource},
    tables,
};

/// How far the beginning of a file may be from its start. More, and any noise begins like an mp3 somewhere.
const PROBE_DEPTH: u32 = 64 * 1024;
/// Errors of a container one after another, without a packet, that end the reading.
const MAX_ERRORS: u32 = 64;
/// Packets at the end that may be padding as a whole.
const MAX_PADDING: u32 = 3;
/// Times between packets that are filled with silence, in milliseconds; shorter ones are rounding.
const GAP: u64 = 200;
/// The longest such time, in seconds.
const PAUSE: u64 = 60 * 60;

static PROBE: LazyLock<Probe> = LazyLock::new(|| {
    let mut probe = Probe::new_with_options(&ProbeOptions { max_probe_depth: PROBE_DEPTH, ..ProbeOptions::default() });
    symphonia::default::register_enabled_formats(&mut probe);
    probe
});

/// Reads the whole recording into the flow.
pub(crate) fn read<L: Listener>(job: &Job, flow: &mut Flow<L>) -> Result<Found, Fault> {
    let mut format = open(job)?;
    let container = names::container(format.format_info());
    let mut track = Listened::choose(job, container, format.as_ref())?;
    let found = Found { container: container.to_owned(), codec: track.codec.to_owned() };
    let (mut packets, mut errors) = (0_u64, 0);
    loop {
        flow.check()?;
        match format.next_packet() {
            Ok(Some(packet)) => {
                errors = 0;
                if packet.track_id == track.id {
                    packets += 1;
                    track.hear(&packet, flow)?;
                }
            }
            // Another stream begins where one ended.
            Err(Error::ResetRequired) => track = Listened::choose(job, container, format.as_ref())?,
            // A file that was cut off ends where it ends.
            Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                flow.check()?;
                return Err(Fault::Scratch(error));
            }
            Err(Error::DecodeError(_) | Error::Unsupported(_) | Error::LimitError(_)) if errors < MAX_ERRORS => {
                errors += 1;
            }
            Ok(None) | Err(_) => break,
        }
    }
    match (flow.frames(), packets) {
        (0, 0) => Err(Fault::NoAudio),
        (0, _) => Err(Fault::undecodable("no packet could be decoded")),
        _ => Ok(found),
    }
}

/// Opens the container. The tables at the end of a file may be damaged or cut off; then it is read once more as what
/// has no known end.
fn open(job: &Job) -> Result<Box<dyn FormatReader>, Fault> {
    let is_mp4 = job.kind.is_some_and(|kind| kind.container == "mp4");
    if is_mp4 && !tables::are_bounded(&job.file).map_err(Fault::Scratch)? {
        return Err(Fault::undecodable("its tables are too long"));
    }
    let attempt = |ends: Ends| {
        let source = SpooledSource::open(&job.file, ends, Arc::clone(&job.stop)).map_err(Error::IoError)?;
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        PROBE.probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
    };
    let opened = match attempt(Ends::Known) {
        Err(first @ (Error::IoError(_) | Error::DecodeError(_))) => attempt(Ends::Unknown).map_err(|_| first),
        opened => opened,
    };
    job.stop.check()?;
    opened.map_err(|error| unreadable(job, error))
}

fn unreadable(job: &Job, error: Error) -> Fault {
    match (job.kind, error) {
        (Some(kind), Error::Unsupported(_)) => Fault::unsupported(kind.container, kind.codec.unwrap_or(names::UNKNOWN)),
        (_, error) => Fault::undecodable(error),
    }
}

/// The track that is listened to, and how.
struct Listened {
    id: u32,
    codec: &'static str,
    decoder: Decoder,
    samples: Vec<f32>,
    clock: Option<Clock>,
    /// Nothing where the decoder sees to it.
    trims: Option<Trims>,
    /// Frames to leave out at the beginning.
    skip: u64,
}

enum Decoder {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Box<OpusDecoder>, u16),
}

/// What packets say is no sound: an encoder's delay and padding, counted in frames.
#[derive(Default)]
struct Trims {
    /// Packets that were left out as a whole.
    whole: u32,
}

/// Where a track is, by its own timestamps.
struct Clock {
    base: TimeBase,
    /// The first packet's time, and where the last one ended.
    first: Option<i64>,
    ended: i64,
    /// Frames heard before this track began.
    before: u64,
}

impl Listened {
    fn choose(job: &Job, container: &'static str, format: &dyn FormatReader) -> Result<Self, Fault> {
        let track = match format.default_track(TrackType::Audio) {
            Some(track) => track,
            // What has no parameters may be sound of a kind that symphonia has no name for.
            None if format.tracks().iter().any(|track| track.codec_params.is_none()) => {
                return Err(Fault::unsupported(container, names::UNKNOWN));
            }
            None => return Err(Fault::NoAudio),
        };
        let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
            return Err(Fault::unsupported(container, names::UNKNOWN));
        };
        let codec = names::codec(parameters.codec);
        let unsupported = || Fault::unsupported(container, codec);
        let (decoder, skip) = if parameters.codec == CODEC_ID_OPUS {
            opus(job, parameters)?.ok_or_else(unsupported)?
        } else {
            let options = AudioDecoderOptions::default().gapless(parameters.codec != CODEC_ID_MP3);
            match symphonia::default::get_codecs().make_audio_decoder(parameters, &options) {
                Ok(decoder) => (Decoder::Symphonia(decoder), 0),
                Err(Error::Unsupported(_)) => return Err(unsupported()),
                Err(error) => return Err(Fault::undecodable(error)),
            }
        };
        let trims = matches!(parameters.codec, CODEC_ID_MP3 | CODEC_ID_OPUS).then(Trims::default);
        Ok(Self { id: track.id, codec, decoder, samples: Vec::new(), clock: Clock::of(track), trims, skip })
    }

    fn hear<L: Listener>(&mut self, packet: &Packet, flow: &mut Flow<L>) -> Result<(), Fault> {
        let shape = match &mut self.decoder {
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
            Decoder::Opus(decoder, channels) => match decoder.decode(&packet.data, &mut self.samples) {
                Ok(true) => shape_of(OPUS_RATE, usize::from(*channels)),
                Ok(false) => None,
                Err(error) => {
                    flow.check()?;
                    return Err(Fault::undecodable(error));
                }
            },
        };
        let Some(shape) = shape else { return Ok(()) };
        if let Some(trims) = &mut self.trims {
            trims.cut(&mut self.samples, shape.channels, packet);
        }
        if let Some(clock) = &mut self.clock {
            let gap = clock.gap(packet, shape, flow.frames());
            // A time that is out of bounds is no pause but damage.
            if gap <= PAUSE * u64::from(shape.rate) && gap <= flow.room(shape) {
                flow.rest(shape, gap)?;
            }
        }
        let skipped = self.skip.min(self.samples.len() as u64 / u64::from(shape.channels));
        self.skip -= skipped;
        let from = usize::try_from(skipped).unwrap_or(usize::MAX).saturating_mul(usize::from(shape.channels));
        flow.take(shape, &mut self.samples[from..])
    }
}

/// The decoder of a stream, and how many frames to leave out; nothing where there is none.
fn opus(job: &Job, parameters: &AudioCodecParameters) -> Result<Option<(Decoder, u64)>, Fault> {
    let head = parameters.extra_data.as_deref().and_then(OpusHead::parse);
    let (Some(head), Some(command)) = (head, &job.settings.opus_child) else { return Ok(None) };
    let decoder = OpusDecoder::start(command, head, &job.stop)?;
    Ok(decoder.map(|decoder| (Decoder::Opus(Box::new(decoder), u16::from(head.channels)), u64::from(head.pre_skip))))
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

impl Clock {
    fn of(track: &Track) -> Option<Self> {
        track.time_base.map(|base| Self { base, first: None, ended: 0, before: 0 })
    }

    /// How many frames are missing before this packet: those of packets that were lost or never recorded.
    fn gap(&mut self, packet: &Packet, shape: Shape, heard: u64) -> u64 {
        let (at, length) = (packet.pts.get(), i64::try_from(packet.dur.get()).unwrap_or(i64::MAX));
        let (ended, first) = (self.ended, self.first);
        self.ended = at.saturating_add(length);
        let Some(first) = first else {
            (self.first, self.before) = (Some(at), heard);
            return 0;
        };
        let jump = self.frames(at.saturating_sub(ended), shape);
        if jump < u64::from(shape.rate) * GAP / 1000 {
            return 0;
        }
        let due = self.before.saturating_add(self.frames(at.saturating_sub(first), shape));
        due.saturating_sub(heard).min(jump)
    }

    /// In frames; none for a time that is negative.
    fn frames(&self, ticks: i64, shape: Shape) -> u64 {
        let ticks = u128::from(u64::try_from(ticks).unwrap_or(0));
        let (numerator, denominator) = (u128::from(self.base.numer.get()), u128::from(self.base.denom.get()));
        u64::try_from(ticks * numerator * u128::from(shape.rate) / denominator).unwrap_or(u64::MAX)
    }
}

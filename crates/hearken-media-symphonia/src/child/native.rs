//! Recordings as symphonia reads them, packet by packet, all tracks of sound side by side.

use std::{
    fs::File,
    io::{self, Seek},
    sync::{Arc, LazyLock},
};

use symphonia::core::{
    codecs::CodecParameters,
    errors::Error,
    formats::{
        FormatOptions, FormatReader, Track,
        probe::{Hint, Probe, ProbeOptions},
    },
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};

use super::{
    Fault,
    clock::Clock,
    flow::{Found, Sound},
    mp4, riff,
    source::{Ends, FileSource},
    track::AudioTrack,
    undecodable,
};
use crate::{
    id3, names,
    sniff::{self, Kind},
};

/// How far the beginning of a file may be from its start. More, and any noise begins like an mp3 somewhere.
const PROBE_DEPTH: u32 = 64 * 1024;
/// Errors of a container one after another, without a packet, that end the reading.
const MAX_ERRORS: u32 = 64;
/// The same of an mp4 file that was cut off, whose packets lie anywhere: those behind the cut cost a look each.
const MAX_MISSING: u32 = 1_000_000;

static PROBE: LazyLock<Probe> = LazyLock::new(|| {
    let mut probe = Probe::new_with_options(&ProbeOptions { max_probe_depth: PROBE_DEPTH, ..ProbeOptions::default() });
    symphonia::default::register_enabled_formats(&mut probe);
    probe
});

/// The recording, and what its first bytes say.
struct Recording {
    file: Arc<File>,
    kind: Option<Kind>,
    /// Where the sound's container begins.
    start: u64,
    mp4: Option<mp4::Movie>,
}

/// Reads the whole recording.
pub(super) fn read(file: File, sound: &mut Sound<'_>) -> Result<Found, Fault> {
    let recording = Recording::look(file)?;
    let mut format = recording.open()?;
    let container = names::container(format.format_info());
    let mut tracks = Tracks::choose(&recording, container, format.as_ref())?;
    let found = Found { container: container.to_owned(), codec: tracks.codec().to_owned() };
    let patience = if recording.mp4.is_some() { MAX_MISSING } else { MAX_ERRORS };
    let (mut packets, mut errors) = (0_u64, 0);
    loop {
        match format.next_packet() {
            Ok(Some(packet)) => {
                errors = 0;
                tracks.clock.see(&packet);
                if let Some((number, track)) = tracks.of(packet.track_id) {
                    packets += 1;
                    track.hear(&packet, sound.track(number)?)?;
                }
            }
            // Another stream begins where one ended.
            Err(Error::ResetRequired) => tracks.renew(&recording, container, format.as_ref())?,
            Err(Error::IoError(error)) if !is_recordings(&error) => return Err(input(&error)),
            Err(Error::IoError(_)) if recording.mp4.is_none() => break,
            // What is cut off or broken costs only itself.
            Err(Error::IoError(_) | Error::DecodeError(_) | Error::Unsupported(_) | Error::LimitError(_))
                if errors < patience =>
            {
                errors += 1;
            }
            Ok(None) | Err(_) => break,
        }
    }
    match (sound.is_silent(), packets) {
        (true, 0) => Err(Fault::NoAudio),
        (true, _) => Err(undecodable("no packet could be decoded")),
        _ => Ok(found),
    }
}

impl Recording {
    fn look(file: File) -> Result<Self, Fault> {
        let file = Arc::new(file);
        let start = id3::end(&file).map_err(|error| input(&error))?;
        let kind = sniff::sniff(&file, start).map_err(|error| input(&error))?;
        let is_mp4 = kind.is_some_and(|kind| kind.container == "mp4");
        let mp4 = if is_mp4 { Some(mp4::Movie::look(&file, start).map_err(|error| input(&error))?) } else { None };
        if mp4.as_ref().is_some_and(|movie| !movie.has_tables) {
            return Err(Fault::Incomplete);
        }
        Ok(Self { file, kind, start, mp4 })
    }

    /// Opens the container. What stands at the end of a file may be damaged or cut off; then it is read once more as
    /// what has no known end.
    fn open(&self) -> Result<Box<dyn FormatReader>, Fault> {
        let opened = match self.attempt(Ends::Known) {
            Err(first @ (Error::IoError(_) | Error::DecodeError(_))) => self.attempt(Ends::Unknown).map_err(|_| first),
            opened => opened,
        };
        opened.map_err(|error| self.unreadable(error))
    }

    fn attempt(&self, ends: Ends) -> Result<Box<dyn FormatReader>, Error> {
        let mut source = FileSource::open(&self.file, self.start, ends).map_err(Error::IoError)?;
        if let Some(movie) = &self.mp4 {
            source.pretend_length(movie.claimed_length);
        }
        if self.kind.is_some_and(|kind| kind.container == "wav") {
            source.patch(riff::true_lengths(&self.file, self.start).map_err(Error::IoError)?);
            source.rewind().map_err(Error::IoError)?;
        }
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        PROBE.probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
    }

    fn unreadable(&self, error: Error) -> Fault {
        match (self.kind, error) {
            (Some(kind), Error::Unsupported(_)) => unsupported(kind.container, kind.codec.unwrap_or(names::UNKNOWN)),
            (_, error) => undecodable(error),
        }
    }
}

/// The tracks that are listened to.
struct Tracks {
    tracks: Vec<AudioTrack>,
    clock: Clock,
}

impl Tracks {
    /// Those that can be decoded; an error where none can.
    fn choose(recording: &Recording, container: &str, format: &dyn FormatReader) -> Result<Self, Fault> {
        let mut clock = Clock::new(format.tracks());
        if let Some(movie) = &recording.mp4 {
            clock.edit(&movie.edits);
        }
        let (mut tracks, mut first_fault) = (Vec::new(), None);
        for track in format.tracks() {
            let Some(CodecParameters::Audio(parameters)) = &track.codec_params else { continue };
            match AudioTrack::new(track, parameters, &clock) {
                Ok(track) => tracks.push(track),
                Err(None) => _ = first_fault.get_or_insert(unsupported(container, names::codec(parameters.codec))),
                Err(Some(fault)) => _ = first_fault.get_or_insert(fault),
            }
        }
        if !tracks.is_empty() {
            return Ok(Self { tracks, clock });
        }
        // What has no parameters may be sound of a kind that symphonia has no name for.
        let is_unnamed = |track: &Track| track.codec_params.is_none();
        Err(first_fault.unwrap_or_else(|| {
            let has_unnamed = format.tracks().iter().any(is_unnamed);
            if has_unnamed { unsupported(container, names::UNKNOWN) } else { Fault::NoAudio }
        }))
    }

    /// Of the first track.
    fn codec(&self) -> &'static str {
        self.tracks.first().map_or(names::UNKNOWN, |track| track.codec)
    }

    fn of(&mut self, id: u32) -> Option<(usize, &mut AudioTrack)> {
        self.tracks.iter_mut().enumerate().find(|(_, track)| track.id == id)
    }

    /// The tracks of the stream that follows, each behind what was heard before.
    fn renew(&mut self, recording: &Recording, container: &str, format: &dyn FormatReader) -> Result<(), Fault> {
        *self = Self::choose(recording, container, format)?;
        self.tracks.iter_mut().for_each(AudioTrack::follow);
        Ok(())
    }
}

/// An end that comes too early, or a place that cannot be: what is read says so, and not the disk.
fn is_recordings(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput)
}

fn unsupported(container: &str, codec: &str) -> Fault {
    Fault::Unsupported { container: container.to_owned(), codec: codec.to_owned() }
}

fn input(error: &io::Error) -> Fault {
    Fault::Input { why: error.to_string() }
}

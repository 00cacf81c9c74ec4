//! The port: which process reads a recording, and what its caller gets.

use std::{fs::File, process::Stdio, sync::Arc};

use async_trait::async_trait;
use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::{ByteStream, MediaProbe},
    speech::{MediaFacts, SpeechAudio},
};
use mime::Mime;
use tokio::{io::AsyncReadExt, time::timeout};

use super::{
    decoder,
    ffmpeg::{Converted, Ffmpeg},
    merge::merged,
    process::Process,
    scratch,
    tracks::Tracks,
};
use crate::{
    child::Confinement,
    error::{Fault, FfmpegAnswer},
    id3,
    protocol::{Decode, Ended, Input, Limits, MAX_TRACKS, Request, Wanted},
    settings::{ChildCommand, ProbeSettings},
    sniff::{Kind, Samples, sniff},
};

/// Reads recordings in processes of their own: with symphonia, with `rusty-opus`, and with `ffmpeg` where it is
/// installed.
pub struct SymphoniaProbe {
    settings: Arc<ProbeSettings>,
}

/// A recording, spooled.
struct Spooled {
    file: File,
    /// By its first bytes, else by its declared type.
    kind: Option<Kind>,
    /// Where it has no head of its own.
    samples: Option<Samples>,
}

impl SymphoniaProbe {
    /// Makes the scratch folder where it is missing, and removes what ended processes left there. Blocks; for the start
    /// of a process. `NotReady` when the folder cannot be used.
    pub fn new(settings: ProbeSettings) -> Result<Self, EngineError> {
        scratch::prepare(&settings.scratch).map_err(|error| {
            let message = "the folder for decoding cannot be made or read";
            EngineError::new(EngineErrorKind::NotReady, "scratch_unavailable", message).caused_by(error)
        })?;
        Ok(Self { settings: Arc::new(settings) })
    }

    async fn spool(&self, recording: ByteStream, declared: &Mime) -> Result<Spooled, Fault> {
        let file = scratch::spool(&self.settings.scratch, recording).await?;
        let declared = declared.clone();
        let look = tokio::task::spawn_blocking(move || {
            let kind = sniff(&file, id3::end(&file)?)?.or_else(|| Kind::declared(&declared));
            let samples = Samples::declared(&declared, &file)?;
            Ok(Spooled { file, kind, samples })
        });
        look.await.map_err(|ended| Fault::Scratch(std::io::Error::other(ended)))?.map_err(Fault::Scratch)
    }

    /// By the decoders of this crate, and where those cannot, by `ffmpeg`. What was written by an attempt that failed is
    /// gone when the next begins.
    async fn decode(&self, spooled: &Spooled, wanted: Wanted) -> Result<(Ended, Option<Tracks>), Fault> {
        let fault = match self.native(spooled, wanted).await {
            Err(fault @ (Fault::NoAudio | Fault::Unsupported { .. } | Fault::Undecodable(_))) => fault,
            ended => return ended,
        };
        let (Some(kind), Some(program)) = (spooled.kind, &self.settings.ffmpeg) else { return Err(fault) };
        match (self.converted(spooled, Ffmpeg { program, kind }, wanted).await, fault) {
            // It knows less about why than the first reader.
            (Err(Fault::Undecodable(_) | Fault::NoAudio), Fault::Unsupported { container, codec, .. }) => {
                Err(Fault::Unsupported { container, codec, ffmpeg: FfmpegAnswer::Failed })
            }
            (Err(Fault::Undecodable(_) | Fault::NoAudio), first) => Err(first),
            (ended, _) => ended,
        }
    }

    async fn native(&self, spooled: &Spooled, wanted: Wanted) -> Result<(Ended, Option<Tracks>), Fault> {
        let mut tracks = self.tracks(wanted).await?;
        let input = spooled.file.try_clone().map_err(Fault::Scratch)?;
        let request = Request::Decode(self.request(wanted, Input::Recording(spooled.samples)));
        let ended = decoder::run(&self.settings.child, &request, input.into(), tracks.as_mut()).await?;
        Ok((ended, tracks))
    }

    /// Track by track, since a WAV file in a pipe holds one.
    async fn converted(
        &self,
        spooled: &Spooled,
        ffmpeg: Ffmpeg<'_>,
        wanted: Wanted,
    ) -> Result<(Ended, Option<Tracks>), Fault> {
        let mut tracks = self.tracks(wanted).await?;
        let (mut parts, mut count) = (Vec::new(), 1);
        while parts.len() < count {
            if let Some(tracks) = &mut tracks {
                tracks.go_on();
            }
            let request = self.request(wanted, Input::Converted);
            let read = ffmpeg.read(&self.settings, (&spooled.file, parts.len()), (request, tracks.as_mut()));
            let Converted { mut ended, tracks: found } = read.await?;
            if let Some(tracks) = &tracks {
                ended.kept = ended.kept.iter().map(|kept| tracks.placed(*kept)).collect();
            }
            parts.push(ended);
            count = found.min(usize::from(MAX_TRACKS / 2));
        }
        merged(parts).map(|ended| (ended, tracks)).ok_or(Fault::NoAudio)
    }

    async fn tracks(&self, wanted: Wanted) -> Result<Option<Tracks>, Fault> {
        match wanted {
            Wanted::Facts => Ok(None),
            Wanted::Speech => Tracks::make(&self.settings.scratch, self.settings.limits.max_duration).await.map(Some),
        }
    }

    fn request(&self, wanted: Wanted, input: Input) -> Decode {
        Decode { wanted, input, limits: Limits::from(&self.settings.limits) }
    }

    async fn whole(
        &self,
        recording: ByteStream,
        declared: &Mime,
        wanted: Wanted,
    ) -> Result<(Ended, Option<Tracks>), Fault> {
        let spooled = self.spool(recording, declared).await?;
        let decoding = self.decode(&spooled, wanted);
        timeout(self.settings.limits.max_wall, decoding).await.unwrap_or(Err(Fault::TimedOut))
    }
}

/// How far this machine confines a process that decodes. `NotReady` when none can be started.
pub async fn confinement(child: &ChildCommand) -> Result<Confinement, EngineError> {
    let check = async {
        let mut process = Process::start(child, &Request::Check, (Stdio::null(), Stdio::null()))?;
        let (mut output, mut answer) = (process.output()?, Vec::new());
        output.read_to_end(&mut answer).await?;
        process.ended().await?;
        Ok(serde_json::from_slice(&answer)?)
    };
    check.await.map_err(|error| Fault::Program(error).into())
}

#[async_trait]
impl MediaProbe for SymphoniaProbe {
    async fn probe(&self, recording: ByteStream, declared: &Mime) -> Result<MediaFacts, EngineError> {
        let (ended, _) = self.whole(recording, declared, Wanted::Facts).await?;
        Ok(MediaFacts {
            container: ended.container,
            codec: ended.codec,
            duration_ms: ended.duration_ms,
            channels: ended.channels,
            sample_rate: ended.sample_rate,
            peaks: ended.peaks,
        })
    }

    async fn speech(&self, recording: ByteStream, declared: &Mime) -> Result<SpeechAudio, EngineError> {
        let (ended, tracks) = self.whole(recording, declared, Wanted::Speech).await?;
        let (tracks, files) = match tracks {
            Some(tracks) => tracks.finish(&ended.kept).await?,
            None => return Err(Fault::NoAudio.into()),
        };
        Ok(SpeechAudio { tracks, duration_ms: ended.duration_ms, files })
    }
}

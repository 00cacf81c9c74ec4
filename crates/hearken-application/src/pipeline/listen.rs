//! The steps that read a recording: what it is, and what is said.

use hearken_domain::{
    engagement::{Context, Engagement, Media},
    engine::{EngineError, EngineErrorKind},
    insight::Made,
    job::LeasedJob,
    pipeline::{self, AfterProbe, HeardTrack, Taken},
    ports::{EngagementStore, JobQueue, MediaProbe, Transcriber},
    speech::Heard,
};

use super::{Pipeline, StepError};

/// Who made a transcript that nobody was asked to make.
const NOBODY: &str = "nobody";

impl Pipeline {
    pub(super) async fn probe(&self, job: &LeasedJob, engagement: &Engagement) -> Result<(), StepError> {
        let media = media_of(engagement)?;
        let recording = self.recording(engagement, media).await?;
        let facts = self.engines.probe.probe(recording, &media.media_type).await?;
        let facts = Made { by: "probe".to_owned(), value: facts };
        let jobs = self.ports.queue.of_engagement(engagement.workspace, engagement.id).await?;
        let follows = AfterProbe::of(&jobs);
        Ok(self.settle(job, &|taken, context| pipeline::probed(taken, facts.clone(), follows, context)).await?)
    }

    pub(super) async fn transcribe(&self, job: &LeasedJob, engagement: &Engagement) -> Result<(), StepError> {
        let texts = self.ports.store.transcripts(engagement.workspace, engagement.id).await?;
        let supplied = texts.timeline.as_ref().map(|_| "").or(texts.supplied.as_deref());
        let Some(transcriber) = self.engines.transcriber.as_ref().filter(|_| texts.timeline.is_none()) else {
            // Nobody listens here, or a timeline came with the request: it is the engagement's.
            let heard = Made { by: NOBODY.to_owned(), value: None };
            let decide = |taken: Taken<'_>, context: &Context<'_>| {
                pipeline::transcribed(taken, heard.clone(), supplied, context)
            };
            return Ok(self.settle(job, &decide).await?);
        };
        let (by, tracks) = self.hear(engagement, transcriber).await?;
        let ids = [engagement.id];
        let participants = self.ports.store.participants(engagement.workspace, &ids).await?;
        let participants = participants.first().map(Vec::as_slice).unwrap_or_default();
        let decide = |taken: Taken<'_>, context: &Context<'_>| {
            let timeline = pipeline::timeline_of(taken.engagement, participants, &tracks, context);
            pipeline::transcribed(taken, Made { by: by.clone(), value: Some(timeline) }, supplied, context)
        };
        Ok(self.settle(job, &decide).await?)
    }

    /// Listens to each channel, one after the other.
    async fn hear(
        &self,
        engagement: &Engagement,
        transcriber: &dyn Transcriber,
    ) -> Result<(String, Vec<HeardTrack>), StepError> {
        // Decoding takes a while: what would wait afterwards waits before.
        transcriber.check().await?;
        let media = media_of(engagement)?;
        let recording = self.recording(engagement, media).await?;
        let audio = self.engines.probe.speech(recording, &media.media_type).await?;
        let mut tracks = Vec::with_capacity(audio.tracks.len());
        let mut by = NOBODY.to_owned();
        let mut language = None;
        for track in &audio.tracks {
            let heard: Made<Heard> = transcriber.transcribe(track, language.as_deref()).await?;
            by = heard.by;
            language = language.or_else(|| heard.value.language.clone());
            tracks.push(HeardTrack { channel: track.channel, heard: heard.value });
        }
        Ok((by, tracks))
    }
}

fn media_of(engagement: &Engagement) -> Result<&Media, EngineError> {
    engagement
        .media
        .as_ref()
        .ok_or_else(|| EngineError::new(EngineErrorKind::Refused, "no_recording", "the engagement has no recording"))
}

//! The steps that follow a create: in their order, each once, and what is shown when one has no result.

use std::time::Duration;

use futures_executor::block_on;
use hearken_application::{
    jobs::{JobDesk, RetryError},
    pipeline::Pipeline,
};
use hearken_domain::{
    engagement::{CreateEngagement, Engagement, Participant, ProcessingStatus},
    engine::{EngineError, EngineErrorKind},
    event::EventKind,
    job::{JobState, MAX_CRASHES, Step},
    ports::{EngagementStore, Engines, Insights, JobQueue, Outbox},
    speech::MediaFacts,
    timeline::TimelineSource,
};

use crate::harness::{House, LINK, email, made, recording_of, timeline_only};

fn refused() -> EngineError {
    EngineError::new(EngineErrorKind::Refused, "undecodable", "the recording cannot be read")
}

fn facts() -> MediaFacts {
    MediaFacts {
        container: "wav".to_owned(),
        codec: "pcm_s16le".to_owned(),
        duration_ms: 60_000,
        channels: 1,
        sample_rate: 16_000,
        peaks: vec![vec![1, 2]],
    }
}

async fn kinds(house: &House) -> Vec<EventKind> {
    let events = house.ports().outbox.events(house.workspace.id, None, 100).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

async fn steps_with_a_result(house: &House, engagement: &Engagement) -> Vec<Step> {
    let results = house.ports().insights.results(house.workspace.id, engagement.id).await.unwrap();
    let mut steps: Vec<Step> = results.into_iter().map(|result| result.step).collect();
    steps.sort_by_key(|step| Step::ALL.iter().position(|one| one == step));
    steps
}

#[test]
fn a_recording_is_probed_heard_read_and_completed() {
    block_on(async {
        let house = House::new().await;
        let created = made(house.create("call-1", recording_of(LINK)).await);
        house.work().await;
        let done = house.engagement(created.id).await;
        assert_eq!(done.status, ProcessingStatus::Completed);
        assert!(done.summary.is_some() && done.duration_seconds.is_some() && done.end_at.is_some());
        assert!(done.updated_at > created.updated_at);
        let texts = house.ports().store.transcripts(house.workspace.id, created.id).await.unwrap();
        assert_eq!(texts.timeline.unwrap().source, TimelineSource::Transcribed);
        let all = [Step::Probe, Step::Transcribe, Step::Summarise, Step::Tag, Step::Extract, Step::Finish];
        assert_eq!(steps_with_a_result(&house, &created).await, all);
        let kinds = kinds(&house).await;
        let count = |kind| kinds.iter().filter(|one| **one == kind).count();
        assert_eq!(count(EventKind::TimelineCompleted), 1);
        assert_eq!(count(EventKind::ProcessingCompleted), 1);
        assert_eq!(count(EventKind::ProcessingFailed), 0);
    });
}

#[test]
fn a_timeline_beside_a_recording_is_kept_whichever_step_ends_first() {
    block_on(async {
        let house = House::new().await;
        let both = CreateEngagement {
            material: hearken_domain::engagement::Material {
                media: recording_of(LINK).material.media,
                ..timeline_only().material
            },
            ..recording_of(LINK)
        };
        let created = made(house.create("call-1", both).await);
        let pipeline = Pipeline::new(house.ports(), house.memory.engines());
        let mut jobs = house.leased_jobs().await;
        assert_eq!(jobs.len(), 4);
        // The probe comes last: by then nothing else is waited for.
        jobs.sort_by_key(|leased| leased.job.step == Step::Probe);
        for job in jobs {
            pipeline.take(&job).await.unwrap();
        }
        house.work().await;
        assert_eq!(house.engagement(created.id).await.status, ProcessingStatus::Completed);
        assert_eq!(house.job(created.id, Step::Transcribe).await, None);
        let texts = house.ports().store.transcripts(house.workspace.id, created.id).await.unwrap();
        assert_eq!(texts.timeline.unwrap().source, TimelineSource::Supplied);
    });
}

#[test]
fn without_a_listener_a_recording_is_completed_and_a_supplied_text_is_read() {
    block_on(async {
        let house = House::new().await;
        let engines = || Engines { transcriber: None, ..house.memory.engines() };
        let silent = made(house.create("call-1", recording_of(LINK)).await);
        let text = hearken_domain::engagement::SuppliedText::parse("Ada: Hello.".to_owned()).unwrap();
        let with_text = CreateEngagement { transcript: Some(text), ..recording_of(LINK) };
        let read = made(house.create("call-2", with_text).await);
        house.work_with(engines()).await;
        let (silent, read) = (house.engagement(silent.id).await, house.engagement(read.id).await);
        assert_eq!((silent.status, silent.summary), (ProcessingStatus::Completed, None));
        assert_eq!(read.status, ProcessingStatus::Completed);
        assert!(read.summary.is_some());
        assert!(!kinds(&house).await.contains(&EventKind::TimelineCompleted));
    });
}

#[test]
fn a_refused_step_is_shown_and_can_be_driven_again() {
    block_on(async {
        let house = House::new().await;
        house.memory.probe.fails(refused());
        let created = made(house.create("call-1", recording_of(LINK)).await);
        house.work().await;
        let failed = house.engagement(created.id).await;
        let error = failed.processing_error.unwrap();
        assert_eq!(failed.status, ProcessingStatus::Failed);
        assert_eq!((error.step.as_str(), error.code.as_str()), ("probe", "undecodable"));
        assert_eq!(house.job(created.id, Step::Probe).await.unwrap().state, JobState::Dead);
        assert!(kinds(&house).await.contains(&EventKind::ProcessingFailed));

        house.memory.probe.finds(facts());
        let desk = JobDesk::new(house.ports());
        assert_eq!(desk.retry(house.workspace.id, created.id).await.unwrap(), 1);
        assert_eq!(house.engagement(created.id).await.status, ProcessingStatus::Processing);
        house.work().await;
        let done = house.engagement(created.id).await;
        assert_eq!((done.status, done.processing_error), (ProcessingStatus::Completed, None));
        let nothing = desk.retry(house.workspace.id, created.id).await;
        assert!(matches!(nothing, Err(RetryError::NothingDead)));
    });
}

#[test]
fn what_is_not_set_up_is_waited_for_without_being_counted() {
    block_on(async {
        let house = House::new().await;
        house.memory.transcriber.is_missing("the model");
        let created = made(house.create("call-1", recording_of(LINK)).await);
        house.work().await;
        let waiting = house.job(created.id, Step::Transcribe).await.unwrap();
        assert_eq!((waiting.state, waiting.attempt), (JobState::Queued, 0));
        assert!(waiting.note.is_some());
        assert_eq!(house.engagement(created.id).await.status, ProcessingStatus::Processing);
        house.memory.transcriber.is_ready();
        house.memory.clock.advance(Duration::from_mins(2));
        house.work().await;
        assert_eq!(house.engagement(created.id).await.status, ProcessingStatus::Completed);
    });
}

#[test]
fn a_busy_engine_is_asked_again_and_nonsense_only_a_few_times() {
    block_on(async {
        let house = House::new().await;
        let created = made(house.create("call-1", timeline_only()).await);
        let busy = EngineErrorKind::Unavailable { retry_after: None };
        house.memory.analyser.fails(Step::Tag, EngineError::new(busy, "busy", "the server is busy"));
        for _ in 0..hearken_domain::job::MAX_NONSENSE {
            let nonsense = EngineError::new(EngineErrorKind::Nonsense, "bad_answer", "the answer is none");
            house.memory.analyser.fails(Step::Extract, nonsense);
        }
        for _ in 0..20 {
            house.work().await;
            house.memory.clock.advance(Duration::from_hours(2));
        }
        assert_eq!(house.job(created.id, Step::Tag).await.unwrap().state, JobState::Done);
        let dead = house.job(created.id, Step::Extract).await.unwrap();
        assert_eq!((dead.state, dead.attempt), (JobState::Dead, hearken_domain::job::MAX_NONSENSE));
        let failed = house.engagement(created.id).await;
        assert_eq!(failed.processing_error.unwrap().step, "extract");
        assert!(failed.summary.is_some(), "what the other analysers found is kept");
    });
}

#[test]
fn a_step_that_kills_whoever_takes_it_is_given_up() {
    block_on(async {
        let house = House::new().await;
        let created = made(house.create("call-1", timeline_only()).await);
        // The first death makes them suspects; each other one counts.
        for _ in 0..=MAX_CRASHES {
            assert_eq!(house.leased_jobs().await.len(), 3);
            house.memory.clock.advance(Duration::from_mins(2));
        }
        house.work().await;
        let failed = house.engagement(created.id).await;
        assert_eq!(failed.processing_error.unwrap().code, "crash_loop");
        assert_eq!(house.job(created.id, Step::Tag).await.unwrap().note.unwrap().code, "crash_loop");
    });
}

#[test]
fn whoever_lost_the_lease_changes_nothing() {
    block_on(async {
        let house = House::new().await;
        let created = made(house.create("call-1", timeline_only()).await);
        let late = house.leased_jobs().await;
        house.memory.clock.advance(Duration::from_mins(2));
        house.work().await;
        let done = house.engagement(created.id).await;
        let pipeline = Pipeline::new(house.ports(), house.memory.engines());
        for job in late {
            pipeline.take(&job).await.unwrap();
        }
        assert_eq!(house.engagement(created.id).await, done);
    });
}

#[test]
fn a_job_that_is_given_back_was_never_taken() {
    block_on(async {
        let house = House::new().await;
        let created = made(house.create("call-1", timeline_only()).await);
        let pipeline = Pipeline::new(house.ports(), house.memory.engines());
        for job in house.leased_jobs().await {
            pipeline.put_back(&job).await.unwrap();
        }
        let back = house.job(created.id, Step::Summarise).await.unwrap();
        assert_eq!((back.state, back.attempt, back.crashes), (JobState::Queued, 0, 0));
        let ports = house.ports();
        let due = ports
            .queue
            .due(hearken_domain::job::JobLane::Quick, house.terms(crate::harness::process(1)).now, None, 5)
            .await;
        assert_eq!(due.unwrap(), [house.workspace.id]);
    });
}

#[test]
fn a_channel_is_the_participants_who_named_it() {
    block_on(async {
        let house = House::new().await;
        let ada = Participant {
            name: None,
            email: Some(email("ada@initech.test")),
            phone: None,
            is_owner: false,
            channel: Some(0),
        };
        let command = CreateEngagement { participants: vec![ada], ..recording_of(LINK) };
        let created = made(house.create("call-1", command).await);
        house.work().await;
        let texts = house.ports().store.transcripts(house.workspace.id, created.id).await.unwrap();
        let speaker = texts.timeline.unwrap().speakers.remove(0);
        assert_eq!((speaker.user, speaker.name.as_str()), (Some(house.owner.id), "ada@initech.test"));
    });
}

//! What follows an attempt that gave no result.

use std::time::Duration;

use crate::{
    engine::{EngineError, EngineErrorKind},
    job::{JobNext, JobNote, LeasedJob, MAX_ATTEMPTS, MAX_NONSENSE, pause_after},
    time::Timestamp,
};

/// How long a job waits for something that is not set up.
const SNOOZE: Duration = Duration::from_mins(1);

/// Another attempt, a wait that is not counted, or the end; by what the engine said and how often it was asked.
pub fn verdict(job: &LeasedJob, error: &EngineError, (now, dice): (Timestamp, u32)) -> JobNext {
    let note = JobNote { code: error.code.to_owned(), message: error.message.clone() };
    let again = |least: Duration, most: u32| {
        let pause = pause_after(job.attempt, dice).max(least);
        if job.attempt < most {
            JobNext::Again { at: now.after(pause), note: Some(note.clone()) }
        } else {
            JobNext::Dead { note: note.clone() }
        }
    };
    match error.kind {
        EngineErrorKind::NotReady => JobNext::Snoozed { at: now.after(SNOOZE), note: Some(note) },
        EngineErrorKind::Unavailable { retry_after } => again(retry_after.unwrap_or_default(), MAX_ATTEMPTS),
        EngineErrorKind::Nonsense => again(Duration::ZERO, MAX_NONSENSE),
        EngineErrorKind::Refused => JobNext::Dead { note },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::Ulid,
        job::{Job, Rank, Step},
    };

    fn next(kind: EngineErrorKind, attempt: u32) -> JobNext {
        let now = Timestamp::from_unix_millis(0).unwrap();
        let id = Ulid::from_parts(1, 1);
        let (step, rank) = (Step::Transcribe, Rank::Live);
        let job = Job { id: id.into(), workspace: id.into(), engagement: id.into(), step, run_at: now, rank };
        let leased = LeasedJob { job, attempt, crashes: 0, token: id.into() };
        verdict(&leased, &EngineError::new(kind, "code", "message"), (now, u32::MAX))
    }

    #[test]
    fn what_is_not_there_is_waited_for_and_what_is_refused_is_the_end() {
        assert!(matches!(next(EngineErrorKind::NotReady, 1000), JobNext::Snoozed { .. }));
        assert!(matches!(next(EngineErrorKind::Refused, 1), JobNext::Dead { .. }));
        assert!(matches!(next(EngineErrorKind::Nonsense, 1), JobNext::Again { .. }));
        assert!(matches!(next(EngineErrorKind::Nonsense, MAX_NONSENSE), JobNext::Dead { .. }));
        assert!(matches!(next(EngineErrorKind::Unavailable { retry_after: None }, 5), JobNext::Again { .. }));
        assert!(matches!(next(EngineErrorKind::Unavailable { retry_after: None }, MAX_ATTEMPTS), JobNext::Dead { .. }));
    }

    #[test]
    fn an_engine_that_names_a_time_is_left_alone_until_then() {
        let asked = EngineErrorKind::Unavailable { retry_after: Some(Duration::from_mins(7)) };
        let JobNext::Again { at, .. } = next(asked, 1) else { panic!("it may succeed later") };
        assert_eq!(at.unix_millis(), 7 * 60_000);
    }
}

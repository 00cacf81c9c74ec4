//! Moments: when something was committed, and when somebody outside the store saw it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use hearken_domain::{
    changeset::{Change, Changeset, CommitError},
    engagement::{Engagement, ProcessingStatus, ResolvedParticipant},
    ids::{EngagementId, WorkspaceId},
    ports::EngagementStore,
    query::{EngagementQuery, Page},
    store_error::StoreError,
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
};

/// The moments of engagements, by their titles, and of events, by their ids.
#[derive(Default)]
pub(crate) struct Marks {
    marks: Mutex<HashMap<String, Mark>>,
    settled: AtomicUsize,
}

#[derive(Default)]
struct Mark {
    committed: Option<Instant>,
    completed: Option<Instant>,
    seen: Vec<Instant>,
}

impl Marks {
    /// Somebody saw it now.
    pub(crate) fn saw(&self, name: &str) {
        let now = Instant::now();
        self.lock().entry(name.to_owned()).or_default().seen.push(now);
    }

    /// How many jobs were settled.
    pub(crate) fn settled(&self) -> usize {
        self.settled.load(Ordering::Relaxed)
    }

    /// How often anything was seen.
    pub(crate) fn sightings(&self) -> usize {
        self.lock().values().map(|mark| mark.seen.len()).sum()
    }

    /// Begins anew.
    pub(crate) fn clear(&self) {
        self.lock().clear();
        self.settled.store(0, Ordering::Relaxed);
    }

    /// From each commit to every time it was seen, sorted. What was seen before its commit had returned took no time.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        self.sorted(<[Instant]>::to_vec)
    }

    /// From each commit to the first time it was seen, sorted.
    pub(crate) fn first_delays(&self) -> Vec<Duration> {
        self.sorted(|seen| seen.iter().min().copied().into_iter().collect())
    }

    /// From the commit of each engagement whose title begins like this to that of its completion, sorted.
    pub(crate) fn completions(&self, title: &str) -> Vec<Duration> {
        let marks = self.lock();
        let ours = marks.iter().filter(|(name, _)| name.starts_with(title));
        let delays = ours.filter_map(|(_, mark)| Some(mark.completed?.saturating_duration_since(mark.committed?)));
        let mut delays: Vec<Duration> = delays.collect();
        delays.sort_unstable();
        delays
    }

    fn sorted(&self, of: impl Fn(&[Instant]) -> Vec<Instant>) -> Vec<Duration> {
        let marks = self.lock();
        let committed = marks.values().filter_map(|mark| Some((mark.committed?, &mark.seen)));
        let delays = committed
            .flat_map(|(begin, seen)| of(seen).into_iter().map(move |moment| moment.saturating_duration_since(begin)));
        let mut delays: Vec<Duration> = delays.collect();
        delays.sort_unstable();
        delays
    }

    fn committed(&self, name: String) {
        let now = Instant::now();
        self.lock().entry(name).or_default().committed = Some(now);
    }

    fn completed(&self, name: String) {
        let now = Instant::now();
        self.lock().entry(name).or_default().completed = Some(now);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Mark>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks new engagements and events once their commit has returned, and counts settled jobs.
pub(crate) struct MarkedStore {
    inner: Arc<dyn EngagementStore>,
    marks: Arc<Marks>,
}

impl MarkedStore {
    pub(crate) fn new(inner: Arc<dyn EngagementStore>, marks: Arc<Marks>) -> Self {
        Self { inner, marks }
    }
}

#[async_trait]
impl EngagementStore for MarkedStore {
    async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError> {
        self.inner.by_id(workspace, id).await
    }

    async fn by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, StoreError> {
        self.inner.by_external_id(workspace, external_id).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &EngagementQuery) -> Result<Page<Engagement>, StoreError> {
        self.inner.list(workspace, query).await
    }

    async fn participants(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Vec<ResolvedParticipant>>, StoreError> {
        self.inner.participants(workspace, ids).await
    }

    async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, StoreError> {
        self.inner.transcripts(workspace, id).await
    }

    async fn commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        let title = changeset.new_engagement.as_ref().map(|new| new.engagement.title.as_str().to_owned());
        // Events that steps make are nobody's business here, and would only fill the memory.
        let events: Vec<String> = match changeset.job_moves.len() + changeset.changed_engagements.len() {
            0 => changeset.events.iter().map(|event| event.id.to_string()).collect(),
            _ => Vec::new(),
        };
        let is_completed = |change: &&Change<Engagement>| change.row.status == ProcessingStatus::Completed;
        let completed = changeset.changed_engagements.iter().filter(is_completed);
        let completed: Vec<String> = completed.map(|change| change.row.title.as_str().to_owned()).collect();
        let moves = changeset.job_moves.len();
        let first = self.inner.commit(changeset).await?;
        self.marks.settled.fetch_add(moves, Ordering::Relaxed);
        title.into_iter().chain(events).for_each(|name| self.marks.committed(name));
        for name in completed {
            self.marks.completed(name);
        }
        Ok(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_counted_from_the_commit_and_the_first_sight_is_one() {
        let marks = Marks::default();
        marks.committed("a".to_owned());
        marks.saw("a");
        marks.saw("a");
        marks.saw("never committed");
        assert_eq!((marks.delays().len(), marks.first_delays().len(), marks.sightings()), (2, 1, 3));
        assert!(marks.first_delays()[0] <= marks.delays()[1]);
    }
}

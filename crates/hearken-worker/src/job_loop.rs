//! One lane of jobs: leases as many as there are places, workspaces in turn, and has them done.

use std::{error::Error, time::Duration};

use hearken_application::pipeline::Pipeline;
use hearken_domain::{
    ids::{LeaseToken, WorkspaceId},
    job::{JobLane, LeaseTerms, Share},
    ports::{Clock, IdSource, JobQueue, Ports},
    store_error::StoreError,
    time::Timestamp,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{WorkerSettings, bell::Ear, company::Company, listener::Listener, renewal::LEASE, running::Running};

/// How long to wait before looking again when nobody rings.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when the store cannot be asked.
pub(crate) const STORE_PAUSE: Duration = Duration::from_secs(2);
/// One place of so many goes to the newest live call of a workspace, whatever waits before it.
const NEWEST_OF: u16 = 4;

pub(crate) struct JobLoop {
    pub(crate) ports: Ports,
    pub(crate) pipeline: Pipeline,
    pub(crate) settings: WorkerSettings,
    pub(crate) company: Company,
    pub(crate) lane: JobLane,
    pub(crate) places: usize,
}

/// What is under way, and whose turn is next.
struct Under {
    running: Running,
    last: Option<WorkspaceId>,
    listener: Listener,
}

impl JobLoop {
    /// Runs until it is told to end; then lets what is under way end, and gives the rest back.
    pub(crate) async fn run(self, mut ear: Ear, mut stop: watch::Receiver<bool>) {
        let running = Running::new(self.ports.clone(), self.pipeline.clone(), self.settings);
        let mut under = Under { running, last: None, listener: Listener::default() };
        loop {
            let look_at = match self.fill(&mut under).await {
                Ok(()) => Instant::now() + LOOK_EVERY,
                Err(error) => {
                    tracing::warn!(lane = %self.lane, error = &error as &dyn Error, "jobs could not be leased");
                    Instant::now() + STORE_PAUSE
                }
            };
            let ended = tokio::select! {
                () = ear.heard() => None,
                ended = under.running.one_ended() => Some(ended),
                () = sleep_until(look_at) => None,
                () = told_to_end(&mut stop) => break,
            };
            if let Some(ended) = ended {
                under.running.look_after(ended).await;
            }
        }
        under.running.end().await;
    }

    /// Leases as many jobs as there are places, and begins them.
    async fn fill(&self, under: &mut Under) -> Result<(), StoreError> {
        let free = self.places.saturating_sub(under.running.len());
        let guests = if free == 0 { (self.places + self.guests()).saturating_sub(under.running.len()) } else { 0 };
        if free + guests == 0 || (self.lane.listens() && !under.listener.is_there(&self.pipeline).await) {
            return Ok(());
        }
        let Some(presence) = self.company.beside(self.lane) else { return Ok(()) };
        let now = self.ports.clock.now();
        let turns = match guests {
            0 => self.turns(&mut under.last, free, now).await?,
            _ => self.newcomers(under, guests, now).await?,
        };
        if turns.is_empty() {
            return Ok(());
        }
        let token = LeaseToken::from(self.ports.ids.ulid(now));
        let terms = LeaseTerms { token, process: self.settings.process, now, until: now.after(LEASE) };
        let leased = self.ports.queue.lease(self.lane, &turns, terms).await?;
        for job in leased {
            under.running.begin(job, presence.clone());
        }
        Ok(())
    }

    /// Who gets how many places: each workspace with due jobs in its turn, equally many.
    async fn turns(
        &self,
        last: &mut Option<WorkspaceId>,
        free: usize,
        now: Timestamp,
    ) -> Result<Vec<Share>, StoreError> {
        let limit = u16::try_from(free).unwrap_or(u16::MAX);
        let mut turn = self.ports.queue.due(self.lane, now, *last, limit).await?;
        if turn.len() < free && last.is_some() {
            let missing = u16::try_from(free - turn.len()).unwrap_or(u16::MAX);
            for workspace in self.ports.queue.due(self.lane, now, None, missing).await? {
                if !turn.contains(&workspace) {
                    turn.push(workspace);
                }
            }
        }
        if let Some(workspace) = turn.last() {
            *last = Some(*workspace);
        }
        Ok(shares(&turn, free, self.random()))
    }

    /// How many more places there are for workspaces of which nothing is under way. Those who listen have none: their
    /// places are as many as there are cores.
    fn guests(&self) -> usize {
        if self.lane == JobLane::Quick { (self.places / 4).max(1) } else { 0 }
    }

    /// One job each of workspaces that have something due and nothing under way: they do not wait until somebody else's
    /// long queue leaves them a place.
    async fn newcomers(&self, under: &Under, guests: usize, now: Timestamp) -> Result<Vec<Share>, StoreError> {
        let served = under.running.workspaces();
        let limit = u16::try_from(served.len() + guests).unwrap_or(u16::MAX);
        let due = self.ports.queue.due(self.lane, now, None, limit).await?;
        let new = due.into_iter().filter(|workspace| !served.contains(workspace));
        let random = self.random();
        Ok(new.take(guests).map(|workspace| share(workspace, 1, random)).collect())
    }

    fn random(&self) -> u8 {
        let [random, ..] = self.ports.ids.secret();
        random
    }
}

/// Returns once the worker is to end; at once when whoever could say so is gone.
pub(crate) async fn told_to_end(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow_and_update() && stop.changed().await.is_ok() {}
}

/// Equal shares of the places, at least one each, as far as they go.
fn shares(turn: &[WorkspaceId], free: usize, random: u8) -> Vec<Share> {
    let turn = &turn[..turn.len().min(free)];
    if turn.is_empty() {
        return Vec::new();
    }
    let (each, more) = (free / turn.len(), free % turn.len());
    let of = |(i, workspace): (usize, &WorkspaceId)| {
        share(*workspace, u16::try_from(each + usize::from(i < more)).unwrap_or(u16::MAX), random)
    };
    turn.iter().enumerate().map(of).collect()
}

/// So many places, of which on average one of [`NEWEST_OF`] is for the newest: a single place is by chance.
fn share(workspace: WorkspaceId, most: u16, random: u8) -> Share {
    let newest = most.saturating_add(u16::from(random) % NEWEST_OF) / NEWEST_OF;
    Share { workspace, most, newest }
}

#[cfg(test)]
mod tests {
    use hearken_domain::ids::Ulid;

    use super::*;

    #[test]
    fn places_are_shared_equally_and_never_more_than_there_are() {
        let of = |n: u64| WorkspaceId::from(Ulid::from_parts(n, 1));
        let counts =
            |turn: &[WorkspaceId], free| shares(turn, free, 0).iter().map(|share| share.most).collect::<Vec<_>>();
        assert_eq!(counts(&[of(1), of(2), of(3)], 8), [3, 3, 2]);
        assert_eq!(counts(&[of(1), of(2), of(3)], 2), [1, 1]);
        assert_eq!(counts(&[of(1)], 5), [5]);
        assert!(counts(&[], 5).is_empty());
    }

    #[test]
    fn a_quarter_of_the_places_is_for_the_newest_however_few_there_are() {
        let workspace = WorkspaceId::from(Ulid::from_parts(1, 1));
        for most in [1, 2, 3, 4, 8, 9] {
            let newest: u32 = (0..=u8::MAX).map(|random| u32::from(share(workspace, most, random).newest)).sum();
            assert_eq!(newest, u32::from(most) * 256 / 4);
        }
    }
}

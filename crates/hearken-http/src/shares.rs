//! What all workspaces use together, such as places or bytes of memory, and the share of it that one of them may hold.
//!
//! A workspace may hold at most a fixed multiple of what stays free. With three times as much, one that wants everything
//! gets three quarters of it, two get three sevenths each, and whichever asks next finds something left. These are the
//! dynamic thresholds of shared-memory switches (Choudhury and Hahne, 1998); they need no list of tenants, and little is
//! kept idle.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hearken_domain::ids::WorkspaceId;
use tokio::{sync::Notify, time::timeout};

/// The most requests of one workspace that may wait for something at a time.
const WAITING: usize = 64;

/// Something that is shared.
#[derive(Clone)]
pub(crate) struct Shares(Arc<Pool>);

struct Pool {
    total: usize,
    /// How many times what stays free a workspace may hold.
    portion: usize,
    state: Mutex<State>,
    freed: Notify,
}

struct State {
    free: usize,
    tenants: HashMap<WorkspaceId, Tenant>,
}

#[derive(Default)]
struct Tenant {
    held: usize,
    waiting: usize,
}

/// An amount that a workspace holds, until this is dropped.
pub(crate) struct Share {
    pool: Arc<Pool>,
    workspace: WorkspaceId,
    amount: usize,
}

impl Shares {
    /// So much, of which a workspace may hold so many times what stays free.
    pub(crate) fn new(total: usize, portion: usize) -> Self {
        let state = State { free: total, tenants: HashMap::new() };
        Self(Arc::new(Pool { total, portion, state: Mutex::new(state), freed: Notify::new() }))
    }

    /// Takes an amount if it is there now. What is more than any workspace could ever have counts as that.
    pub(crate) fn try_take(&self, workspace: WorkspaceId, amount: usize) -> Option<Share> {
        let amount = amount.min(self.0.most());
        let pool = self.0.clone();
        self.0.take(workspace, amount).then(|| Share { pool, workspace, amount })
    }

    /// Takes an amount, and waits for it where it is not there; none when it was not there in time, or when too many
    /// requests of the workspace wait already.
    pub(crate) async fn take(&self, workspace: WorkspaceId, amount: usize, patience: Duration) -> Option<Share> {
        self.0.until(workspace, patience, || self.try_take(workspace, amount)).await
    }
}

impl Pool {
    /// What a workspace that is alone can hold.
    fn most(&self) -> usize {
        (self.total / (self.portion + 1) * self.portion).max(1)
    }

    /// What the attempt gives, once it gives something.
    async fn until<T>(
        &self,
        workspace: WorkspaceId,
        patience: Duration,
        mut attempt: impl FnMut() -> Option<T>,
    ) -> Option<T> {
        if let Some(taken) = attempt() {
            return Some(taken);
        }
        let _waiting = Waiting::begin(self, workspace)?;
        let until_taken = async {
            loop {
                // Registered before the attempt, so that nothing is freed unnoticed in between.
                let mut freed = pin!(self.freed.notified());
                freed.as_mut().enable();
                if let Some(taken) = attempt() {
                    return taken;
                }
                freed.await;
            }
        };
        timeout(patience, until_taken).await.ok()
    }

    /// A workspace that has nothing gets what it asks for while that is free: else a large amount would never come.
    fn take(&self, workspace: WorkspaceId, amount: usize) -> bool {
        let mut state = self.state();
        let held = state.tenants.get(&workspace).map_or(0, |tenant| tenant.held);
        let Some(left) = state.free.checked_sub(amount) else { return false };
        if held > 0 && held + amount > self.portion.saturating_mul(left) {
            return false;
        }
        state.free = left;
        state.tenants.entry(workspace).or_default().held += amount;
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic happens under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn change(&mut self, workspace: WorkspaceId, change: impl FnOnce(&mut Tenant)) {
        let tenant = self.tenants.entry(workspace).or_default();
        change(tenant);
        if tenant.held == 0 && tenant.waiting == 0 {
            self.tenants.remove(&workspace);
        }
    }
}

impl Share {
    /// Makes it at least this large if that is possible now.
    pub(crate) fn try_grow(&mut self, amount: usize) -> bool {
        let more = amount.saturating_sub(self.amount);
        let grown = more == 0 || self.pool.take(self.workspace, more);
        if grown {
            self.amount += more;
        }
        grown
    }

    /// The same, and waits for it; false when it was not there in time. What is more than any workspace could ever have
    /// counts as that.
    pub(crate) async fn grow(&mut self, amount: usize, patience: Duration) -> bool {
        let pool = self.pool.clone();
        let amount = amount.min(pool.most());
        pool.until(self.workspace, patience, || self.try_grow(amount).then_some(())).await.is_some()
    }

    /// Gives back what is beyond this.
    pub(crate) fn shrink(&mut self, amount: usize) {
        let less = self.amount.saturating_sub(amount);
        if less > 0 {
            self.amount -= less;
            let mut state = self.pool.state();
            state.free += less;
            state.change(self.workspace, |tenant| tenant.held -= less);
            drop(state);
            self.pool.freed.notify_waiters();
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shrink(0);
    }
}

/// Counts a request that waits.
struct Waiting<'a> {
    pool: &'a Pool,
    workspace: WorkspaceId,
}

impl<'a> Waiting<'a> {
    fn begin(pool: &'a Pool, workspace: WorkspaceId) -> Option<Self> {
        let mut state = pool.state();
        let may = state.tenants.get(&workspace).is_none_or(|tenant| tenant.waiting < WAITING);
        may.then(|| {
            state.change(workspace, |tenant| tenant.waiting += 1);
            Self { pool, workspace }
        })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.pool.state().change(self.workspace, |tenant| tenant.waiting -= 1);
    }
}

#[cfg(test)]
mod tests {
    use hearken_domain::ids::Ulid;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn workspace(number: u128) -> WorkspaceId {
        Ulid::from_parts(1, number).into()
    }

    /// As many of one as there are.
    fn all(shares: &Shares, of: WorkspaceId) -> Vec<Share> {
        std::iter::from_fn(|| shares.try_take(of, 1)).collect()
    }

    #[test]
    fn one_workspace_never_has_all_and_each_further_one_has_its_share() {
        let shares = Shares::new(256, 3);
        let mut held: Vec<Vec<Share>> = Vec::new();
        for number in 1..=4 {
            held.push(all(&shares, workspace(number)));
        }
        let counts: Vec<usize> = held.iter().map(Vec::len).collect();
        assert_eq!(counts, [192, 48, 12, 3]);
        held.clear();
        assert_eq!(all(&shares, workspace(7)).len(), 192, "all of it is there again");
    }

    #[test]
    fn one_place_alone_can_be_had_and_comes_back() {
        let shares = Shares::new(1, 3);
        let held = shares.try_take(workspace(1), 1).unwrap();
        assert!(shares.try_take(workspace(2), 1).is_none());
        drop(held);
        assert!(shares.try_take(workspace(2), 1).is_some());
    }

    #[tokio::test]
    async fn more_than_there_ever_is_counts_as_the_most_there_can_be() {
        let shares = Shares::new(100, 1);
        let mut held = shares.try_take(workspace(1), 1_000).unwrap();
        assert!(held.grow(2_000, PATIENCE).await);
        assert!(!held.try_grow(51));
        assert!(shares.try_take(workspace(1), 1).is_none());
        assert!(shares.try_take(workspace(2), 1_000).is_some(), "another one has as much");
        held.shrink(10);
        assert!(shares.try_take(workspace(1), 40).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_gets_what_is_freed_and_does_not_wait_for_ever() {
        let shares = Shares::new(8, 3);
        let held = shares.try_take(workspace(1), 6).unwrap();
        assert!(shares.take(workspace(2), 4, PATIENCE).await.is_none());
        let freeing = async {
            tokio::time::sleep(PATIENCE / 2).await;
            drop(held);
        };
        let (taken, ()) = tokio::join!(shares.take(workspace(2), 4, PATIENCE), freeing);
        assert!(taken.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_of_a_workspace_wait() {
        let shares = Shares::new(1, 3);
        let _held = shares.try_take(workspace(1), 1).unwrap();
        let crowd = futures_util::future::join_all((0..WAITING).map(|_| shares.take(workspace(2), 1, PATIENCE)));
        let (crowd, one_more) = tokio::join!(crowd, async {
            let asked = tokio::time::Instant::now();
            (shares.take(workspace(2), 1, PATIENCE).await.is_none(), asked.elapsed())
        });
        assert!(crowd.iter().all(Option::is_none));
        assert_eq!(one_more, (true, Duration::ZERO), "it is refused at once");
    }
}

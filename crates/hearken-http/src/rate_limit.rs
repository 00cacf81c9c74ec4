//! So many requests a key, and so many of all keys of a workspace, as token buckets, told in the headers of
//! draft-ietf-httpapi-ratelimit-headers.

use std::{hash::Hash, num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use hearken_domain::{
    access::Caller,
    ids::{ApiKeyId, WorkspaceId},
};
use http::{HeaderMap, HeaderValue};

use crate::settings::Rate;

/// How many keys' worth of requests all keys of a workspace have together: else a tenant could make itself keys until
/// it has the machine.
const KEYS_WORTH: NonZeroU32 = NonZeroU32::new(4).expect("four is not zero");

/// Counts the requests of every key and of every workspace.
pub(crate) struct RateLimits {
    limits: Option<Limits>,
}

struct Limits {
    keys: Buckets<ApiKeyId>,
    workspaces: Buckets<WorkspaceId>,
    policies: HeaderValue,
}

/// The buckets of one policy.
struct Buckets<K: Hash + Eq + Clone> {
    policy: &'static str,
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    quota: Quota,
}

/// What a key, or its workspace, has left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// Whose bucket it is.
    pub(crate) policy: &'static str,
    pub(crate) remaining: u32,
    /// Until more is there.
    pub(crate) reset: Duration,
}

/// Too many requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exceeded {
    pub(crate) standing: Standing,
}

impl RateLimits {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        let limits = rate.map(|rate| {
            let keys = Buckets::new("key", rate);
            let all = Rate {
                per_minute: rate.per_minute.saturating_mul(KEYS_WORTH),
                burst: rate.burst.saturating_mul(KEYS_WORTH),
            };
            let workspaces = Buckets::new("workspace", all);
            let policies = HeaderValue::try_from(format!("{}, {}", keys.described(), workspaces.described()))
                .expect("names and numbers are visible ASCII");
            Limits { keys, workspaces, policies }
        });
        Self { limits }
    }

    /// Counts a request; gives the scantier of what the key and its workspace have left.
    pub(crate) fn count(&self, caller: &Caller) -> Result<Option<Standing>, Exceeded> {
        let Some(limits) = &self.limits else { return Ok(None) };
        let key = limits.keys.count(&caller.key)?;
        let workspace = limits.workspaces.count(&caller.workspace)?;
        Ok(Some(if workspace.remaining < key.remaining { workspace } else { key }))
    }

    /// Says what is left. An answer to nobody in particular says what anybody starts with.
    pub(crate) fn write(&self, headers: &mut HeaderMap, standing: Option<Standing>) {
        let Some(limits) = &self.limits else { return };
        let Standing { policy, remaining, reset } = standing.unwrap_or_else(|| limits.keys.full());
        let value = format!("\"{policy}\";r={remaining};t={}", seconds(reset));
        headers.insert("ratelimit-policy", limits.policies.clone());
        headers.insert("ratelimit", HeaderValue::try_from(value).expect("names and numbers are visible ASCII"));
    }
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(policy: &'static str, rate: Rate) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        let limiter = RateLimiter::dashmap(quota).with_middleware::<StateInformationMiddleware>();
        Self { policy, limiter, quota }
    }

    fn count(&self, key: &K) -> Result<Standing, Exceeded> {
        let standing = |remaining, reset| Standing { policy: self.policy, remaining, reset };
        match self.limiter.check_key(key) {
            Ok(state) => Ok(standing(state.remaining_burst_capacity(), self.quota.replenish_interval())),
            Err(not_until) => {
                let reset = not_until.wait_time_from(self.limiter.clock().now());
                Err(Exceeded { standing: standing(0, reset) })
            }
        }
    }

    fn full(&self) -> Standing {
        Standing { policy: self.policy, remaining: self.quota.burst_size().get(), reset: Duration::ZERO }
    }

    /// The policy as the header tells it: how many at once, and in how many seconds an empty bucket is full.
    fn described(&self) -> String {
        let window = self.quota.burst_size_replenished_in().as_secs().max(1);
        format!("\"{}\";q={};w={window}", self.policy, self.quota.burst_size())
    }
}

/// Whole seconds, rounded up: who comes back then is not early.
pub(crate) fn seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

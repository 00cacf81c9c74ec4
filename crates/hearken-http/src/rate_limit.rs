//! So many requests a key, as a token bucket, told in the headers of draft-ietf-httpapi-ratelimit-headers.

use std::time::Duration;

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use hearken_domain::ids::ApiKeyId;
use http::{HeaderMap, HeaderValue};

use crate::settings::Rate;

type Limiter = RateLimiter<ApiKeyId, DashMapStateStore<ApiKeyId>, DefaultClock, StateInformationMiddleware>;

/// Counts the requests of every key.
pub(crate) struct RateLimits {
    limits: Option<Limits>,
}

struct Limits {
    limiter: Limiter,
    clock: DefaultClock,
    quota: Quota,
    policy: HeaderValue,
}

/// What a key has left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
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
            let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
            let window = quota.burst_size_replenished_in().as_secs().max(1);
            let policy = HeaderValue::try_from(format!("\"key\";q={};w={window}", rate.burst))
                .expect("numbers are visible ASCII");
            let limiter = RateLimiter::dashmap(quota).with_middleware::<StateInformationMiddleware>();
            Limits { limiter, clock: DefaultClock::default(), quota, policy }
        });
        Self { limits }
    }

    /// Counts a request of the key.
    pub(crate) fn count(&self, key: ApiKeyId) -> Result<Option<Standing>, Exceeded> {
        let Some(limits) = &self.limits else { return Ok(None) };
        let refill = limits.quota.replenish_interval();
        match limits.limiter.check_key(&key) {
            Ok(state) => Ok(Some(Standing { remaining: state.remaining_burst_capacity(), reset: refill })),
            Err(not_until) => {
                let reset = not_until.wait_time_from(limits.clock.now());
                Err(Exceeded { standing: Standing { remaining: 0, reset } })
            }
        }
    }

    /// Says what is left. An answer to nobody in particular says what anybody starts with.
    pub(crate) fn write(&self, headers: &mut HeaderMap, standing: Option<Standing>) {
        let Some(limits) = &self.limits else { return };
        let full = Standing { remaining: limits.quota.burst_size().get(), reset: Duration::ZERO };
        let Standing { remaining, reset } = standing.unwrap_or(full);
        let value = format!("\"key\";r={remaining};t={}", seconds(reset));
        headers.insert("ratelimit-policy", limits.policy.clone());
        headers.insert("ratelimit", HeaderValue::try_from(value).expect("numbers are visible ASCII"));
    }
}

/// Whole seconds, rounded up: who comes back then is not early.
pub(crate) fn seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

//! The choke point: every URL that a caller chose goes through here, and every redirect.

use std::sync::Arc;

use http::HeaderValue;
use tokio::time::{Instant, timeout_at};

use crate::{
    address::{AddressPolicy, CheckedAddr},
    body::Body,
    dial::{Dial, MAX_DIALLED, dial_any},
    error::{EgressError, Phase, SetupError},
    exchange::{Answer, HeadLimits, Response, exchange},
    faults::is_armed,
    host::Host,
    names::special,
    pace::Limits,
    redirect::{Direction, direction},
    request::{GetRequest, Outgoing, PostRequest, Wanted},
    resolve::{DnsFault, Resolver},
    settings::EgressSettings,
    tls::Tls,
    url_text::CheckedUrl,
};

/// Fetches from URLs that a caller chose, and sends to them. Cheap to clone; needs a tokio runtime to do either.
#[derive(Clone)]
pub struct Guard(Arc<Parts>);

struct Parts {
    settings: EgressSettings,
    user_agent: HeaderValue,
    policy: AddressPolicy,
    resolver: Resolver,
    dialer: Arc<dyn Dial>,
    tls: Tls,
}

impl Guard {
    /// Checks the settings, and reads this machine's interfaces and, where no resolvers are set, the system's.
    pub fn new(settings: EgressSettings, dialer: Arc<dyn Dial>) -> Result<Self, SetupError> {
        Ok(Self(Arc::new(Parts {
            user_agent: HeaderValue::from_str(&settings.user_agent).map_err(|_| SetupError::UserAgent)?,
            policy: AddressPolicy::new(&settings)?,
            resolver: Resolver::new(&settings)?,
            tls: Tls::new(settings.ca_pem.as_deref(), settings.timeouts.tls)?,
            dialer,
            settings,
        })))
    }

    /// The settings that this guard was made from.
    pub fn settings(&self) -> &EgressSettings {
        &self.0.settings
    }

    /// Judges the raw text of a URL: its syntax, its port, its name, and its address where it has one. No I/O.
    pub fn judge(&self, raw: &str) -> Result<CheckedUrl, EgressError> {
        let url = CheckedUrl::read(raw).map_err(EgressError::InvalidUrl).inspect_err(count)?;
        self.0.allow(&url).inspect_err(|error| note(url.host(), error))?;
        Ok(url)
    }

    /// The addresses of a URL's host, at most eight, all of them checked. Refuses when any address of the name is.
    pub async fn resolve(&self, url: &CheckedUrl) -> Result<Vec<CheckedAddr>, EgressError> {
        self.0.resolve(url).await.inspect_err(|error| note(url.host(), error))
    }

    /// Fetches a judged URL and follows its redirects.
    ///
    /// The answer may have any status; its body is under the same deadlines as everything before it.
    pub async fn get(&self, request: GetRequest) -> Result<Response, EgressError> {
        self.converse(request.into()).await
    }

    /// Sends to a judged URL, and follows no redirect: one is an answer like any other.
    ///
    /// The answer may have any status, and may come before the whole request was sent. Its head counts: where the framing
    /// of its body breaks the rules of HTTP/1, there is no body. A caller who wants only the beginning of a body reads that
    /// and drops the rest.
    pub async fn post(&self, request: PostRequest) -> Result<Response, EgressError> {
        self.converse(request.into()).await
    }

    async fn converse(&self, outgoing: Outgoing) -> Result<Response, EgressError> {
        let parts = &self.0;
        let deadline = Instant::now() + parts.settings.timeouts.total;
        let answered = timeout_at(deadline, parts.follow(&outgoing)).await;
        let answer = answered
            .unwrap_or(Err(EgressError::Timeout { phase: Phase::Total }))
            .inspect_err(|error| note(outgoing.url.host(), error))?;
        let body = Body::new(answer.body, Limits::new(&parts.settings, deadline));
        Ok(Response { status: answer.status, headers: answer.headers, body })
    }
}

impl Parts {
    fn allow(&self, url: &CheckedUrl) -> Result<(), EgressError> {
        if !self.settings.ports.contains(&url.port) {
            return Err(EgressError::PortNotAllowed { port: url.port });
        }
        if let Host::Name(name) = &url.host
            && let Some(why) = special(name)
        {
            return Err(EgressError::NotAllowed { detail: format!("{name} is refused as {why}") });
        }
        self.check_literal(url).map(drop)
    }

    /// The checked address of a host that is one. A literal never reaches the resolver, so it is judged here.
    fn check_literal(&self, url: &CheckedUrl) -> Result<Option<CheckedAddr>, EgressError> {
        let Some(ip) = url.host.literal() else { return Ok(None) };
        // Known defect, for the fault tests: only what the resolver gives is judged.
        #[cfg(feature = "failpoints")]
        if is_armed("defect::resolver_only_guard") {
            return Ok(Some(CheckedAddr::unchecked(ip, url.port)));
        }
        let checked = self.policy.check(ip, url.port).map(Some);
        checked.map_err(|refusal| EgressError::NotAllowed { detail: format!("{ip} is refused as {refusal}") })
    }

    async fn resolve(&self, url: &CheckedUrl) -> Result<Vec<CheckedAddr>, EgressError> {
        let literal = self.check_literal(url)?;
        let Host::Name(name) = &url.host else { return Ok(literal.into_iter().collect()) };
        let addresses = self.resolver.addresses(name).await.map_err(|fault| match fault {
            DnsFault::Special { detail } => EgressError::NotAllowed { detail },
            DnsFault::Nothing { detail } => EgressError::Dns { retryable: false, detail },
            DnsFault::Unanswered { detail } => EgressError::Dns { retryable: true, detail },
        })?;
        // Known defect, for the fault tests: bad addresses are left out instead of refusing their name.
        if is_armed("defect::filter_instead_of_refuse") {
            return Ok(addresses.into_iter().filter_map(|ip| self.policy.check(ip, url.port).ok()).collect());
        }
        let checked: Result<Vec<_>, _> = addresses
            .into_iter()
            .map(|ip| {
                self.policy.check(ip, url.port).map_err(|refusal| EgressError::NotAllowed {
                    detail: format!("{name} resolves to {ip}, refused as {refusal}"),
                })
            })
            .collect();
        checked.map(|mut checked| {
            checked.truncate(MAX_DIALLED);
            checked
        })
    }

    async fn follow(&self, outgoing: &Outgoing) -> Result<Answer, EgressError> {
        let mut url = outgoing.url.clone();
        let mut followed = 0;
        let mut addresses = self.resolve(&url).await?;
        loop {
            let answer = self.ask(&url, &addresses, outgoing).await?;
            if outgoing.wanted == Wanted::Head {
                return Ok(answer);
            }
            let status = answer.status.as_u16();
            let next = match direction(&url, answer.status, &answer.headers) {
                Direction::Stay => return Ok(answer),
                Direction::Follow(raw) => self.judge(&raw).map_err(|error| as_redirect(error, status))?,
                Direction::Unclear(why) => return Err(EgressError::RedirectUnclear { status, why }),
            };
            drop(answer);
            // A host that sends us where we are would do so again: nothing in the next request would differ.
            if followed == self.settings.max_redirects || next == url {
                return Err(EgressError::TooManyRedirects { status });
            }
            followed += 1;
            addresses = self.resolve(&next).await.map_err(|error| as_redirect(error, status))?;
            url = next;
        }
    }

    /// Judges where an answer leads, by the rules for a caller's URL.
    fn judge(&self, raw: &str) -> Result<CheckedUrl, EgressError> {
        let url = CheckedUrl::read(raw).map_err(EgressError::InvalidUrl)?;
        // Known defect, for the fault tests: where an answer leads is not held against the rules.
        if is_armed("defect::redirect_not_judged") {
            return Ok(url);
        }
        self.allow(&url)?;
        Ok(url)
    }

    /// One request on one connection of its own.
    async fn ask(
        &self,
        url: &CheckedUrl,
        addresses: &[CheckedAddr],
        outgoing: &Outgoing,
    ) -> Result<Answer, EgressError> {
        let tcp = dial_any(&self.dialer, addresses, &self.settings.timeouts).await?;
        let stream = self.tls.handshake(url.host(), tcp).await?;
        let limits = HeadLimits {
            within: self.settings.timeouts.head,
            max_bytes: self.settings.max_head_bytes,
            max_headers: self.settings.max_headers,
        };
        exchange(stream, outgoing.message(url, &self.user_agent), limits).await
    }
}

/// What the guard would have refused to a caller becomes one code after a redirect; failures stay what they are.
fn as_redirect(error: EgressError, status: u16) -> EgressError {
    match error {
        EgressError::InvalidUrl(_) | EgressError::PortNotAllowed { .. } => {
            EgressError::RedirectNotAllowed { status, detail: error.to_string() }
        }
        EgressError::NotAllowed { detail } => EgressError::RedirectNotAllowed { status, detail },
        other => other,
    }
}

/// Tells the operator of a refusal, once, and counts it. The URL itself may be a credential and is never logged.
fn note(host: &Host, error: &EgressError) {
    let (reason, detail) = (error.reason(), error.detail());
    if error.is_refusal() {
        count(error);
        tracing::warn!(egress.host = %host, egress.reason = reason, egress.detail = detail, "refused to fetch");
    } else {
        tracing::info!(egress.host = %host, egress.reason = reason, egress.detail = detail, "fetch failed");
    }
}

fn count(refusal: &EgressError) {
    metrics::counter!("hearken_egress_refused_total", "reason" => refusal.reason()).increment(1);
}

//! Hosts that mean harm: every way that we know in which the host of a link can waste a fetcher's time or memory, or
//! make it deliver what is no recording.
//!
//! The project's case list says what is refused; this table is about how a host behaves while it is refused. Each play
//! is a real fetch over real sockets that must end in its code, give its permit back, dial nobody else and close every
//! connection; a host that would send for ever must not get rid of more than the fetcher's limits and the kernel's
//! buffers hold.

mod body_cases;
mod case;
mod certificates;
mod content_cases;
mod dns_cases;
mod framing_cases;
mod head_cases;
mod host;
mod http2_cases;
mod http2_frames;
mod moves;
mod redirect_cases;
mod rogue_dns;
mod scene;
mod tls_cases;
mod wire;

use std::{collections::BTreeSet, sync::Arc};

use hearken_domain::media::FetchError;
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

use self::{
    case::{Case, LENGTH},
    host::Host,
    scene::{CAP, SECRET, Scene},
};
use crate::{cases::report, script::recording, stage::LONG};

/// Plays at a time: enough that those that wait for a deadline do so together, few enough that the handshakes of the
/// others are not late on a small machine.
const AT_A_TIME: usize = 32;

/// What a host that sends for ever may get rid of: the cap, the 64 KiB that may be read past it (or a head of as many),
/// and what the sockets of both ends hold. By default Linux lets a sender's buffer grow to 4 MiB, and a receiver's to
/// 6 MiB while its reader keeps up (tcp(7)); the rest is room for the records of TLS and for systems that are tuned.
/// Against a fetcher that reads on, a host gets rid of this in a second.
const MOST_SENT: u64 = CAP + 64 * 1024 + 16 * 1024 * 1024;

fn cases() -> Vec<Case> {
    [
        tls_cases::cases(),
        head_cases::cases(),
        framing_cases::cases(),
        body_cases::cases(),
        content_cases::cases(),
        redirect_cases::cases(),
        http2_cases::cases(),
        dns_cases::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How a fetch ended, as one word.
fn code(ended: &Result<Vec<u8>, FetchError>) -> &'static str {
    ended.as_ref().map_or_else(|error| error.code.as_str(), |_| case::OK)
}

/// What is wrong with how a fetch ended.
fn faults(case: &Case, ended: &Result<Vec<u8>, FetchError>) -> Vec<String> {
    let mut faults = Vec::new();
    let code = code(ended);
    if !case.codes.contains(&code) {
        let told = ended.as_ref().err().map(ToString::to_string).unwrap_or_default();
        faults.push(format!("ended as {code} and not as {:?} ({told})", case.codes));
    }
    match ended {
        Ok(bytes) if *bytes != recording(LENGTH) => faults.push(format!("delivered {} other bytes", bytes.len())),
        Err(error) if error.message.contains(SECRET) || error.message.contains("93.184.") => {
            faults.push(format!("told too much: {}", error.message));
        }
        _ => {}
    }
    faults
}

async fn attempt(case: &Case) -> Vec<String> {
    let host = Host::start(case.layer, case.scripts.clone()).await;
    let scene = Scene::new(case, host.port).await;
    let ended = scene.fetch().await;
    let mut faults = faults(case, &ended);
    drop(ended);
    if !scene.stayed_on_its_routes() {
        faults.push(format!("dialled {:?}", scene.dialled()));
    }
    if !scene.is_at_rest() {
        faults.push("a permit is missing".to_owned());
    }
    if !host.is_left_alone().await {
        faults.push("a connection is still open".to_owned());
    }
    if case.is_bounded && host.sent() > MOST_SENT {
        faults.push(format!("took {} bytes", host.sent()));
    }
    faults
}

async fn play(case: Case, places: Arc<Semaphore>) -> Option<String> {
    let _place = places.acquire_owned().await.unwrap();
    // After this a play hangs: a deadline that a play is about is far shorter.
    let faults = match timeout(LONG, attempt(&case)).await {
        Ok(faults) => faults,
        Err(_) => vec![format!("was not over after {LONG:?}")],
    };
    (!faults.is_empty()).then(|| format!("{}: {}", case.name, faults.join("; ")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_hostile_host_ends_in_its_code_and_leaves_nothing() {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    let mut plays: JoinSet<_> = cases().into_iter().map(|case| play(case, Arc::clone(&places))).collect();
    let mut failures = Vec::new();
    while let Some(played) = plays.join_next().await {
        failures.extend(played.unwrap_or_else(|panic| Some(panic.to_string())));
    }
    failures.sort();
    report(&failures);
}

#[test]
fn there_are_sixty_behaviours_and_more_and_each_has_a_name_of_its_own() {
    let cases = cases();
    let names: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "a name stands twice");
    assert!(names.len() >= 60, "{} behaviours", names.len());
    assert!(cases.iter().all(|case| !case.codes.is_empty()));
}

//! A client of another tenant that asks and asks while others misbehave. Every answer must be good; how long they took is printed.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tokio::time::sleep;

use crate::{
    client::{ask, asking, health, posting},
    service::{Service, timeline},
};

/// Between two requests.
const PAUSE: Duration = Duration::from_millis(20);

/// Asks while the work goes on, and gives what the work gave and what was wrong with the answers.
pub(crate) async fn beside<T>(service: &Service, work: impl Future<Output = T>) -> (T, Vec<String>) {
    let is_over = AtomicBool::new(false);
    let work = async {
        let done = work.await;
        is_over.store(true, Ordering::Release);
        done
    };
    let (done, (took, faults)) = tokio::join!(work, keep_asking(service, &is_over));
    tell(took);
    (done, faults)
}

async fn keep_asking(service: &Service, is_over: &AtomicBool) -> (Vec<Duration>, Vec<String>) {
    let (mut took, mut faults) = (Vec::new(), Vec::new());
    // Once more after the work is over: then all must be as before.
    loop {
        let was_over = is_over.load(Ordering::Acquire);
        for (wanted, request) in requests(&service.neighbour) {
            let began = Instant::now();
            faults.extend(fault(service.address, request, wanted).await);
            took.push(began.elapsed());
        }
        if was_over {
            return (took, faults);
        }
        sleep(PAUSE).await;
    }
}

/// Three requests, and the status that each must get.
fn requests(token: &str) -> [(u16, Request<Full<Bytes>>); 3] {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let body = timeline(&format!("healthy-{number}")).to_string();
    [(200, health()), (201, posting(token, body)), (200, asking(token, "/api/v2/engagements?limit=1"))]
}

/// Asks on a connection of its own, and says what is wrong with the answer.
async fn fault(address: SocketAddr, request: Request<Full<Bytes>>, wanted: u16) -> Option<String> {
    match ask(address, request).await {
        Ok(answer) if answer.status == wanted => None,
        Ok(answer) => Some(format!("a healthy request got {}: {}", answer.status, answer.text())),
        Err(error) => Some(format!("a healthy request got no answer: {error}")),
    }
}

fn tell(mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |hundredth: usize| took[(took.len() - 1) * hundredth / 100];
    println!("healthy requests: {}; median {:?}, p99 {:?}, most {:?}", took.len(), at(50), at(99), at(100));
}

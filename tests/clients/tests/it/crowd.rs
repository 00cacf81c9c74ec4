//! Thousands of slow clients at once. `HEARKEN_CLIENTS` says how many; as many as the limit of open files lets be.

use std::{env, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    client::{PATIENCE, connect_as},
    healthy::beside,
    moves::{Move, send, until_closed},
    service::Service,
};

/// What continuous integration runs. The goal is 10,000.
const USUAL: usize = 2_000;

/// Open files that are left to everything else: the healthy client, the runtime, other tests of this process.
const RESERVED: u64 = 700;

const SPARE: usize = 64;

/// Clients that share an address: fewer than may be connected from one.
const OF_ONE_ADDRESS: usize = 200;

const SECOND: Duration = Duration::from_secs(1);

/// How many clients there are to be. Both ends of every connection are in this process.
fn size() -> usize {
    let wanted = env::var("HEARKEN_CLIENTS").map_or(USUAL, |text| text.parse().expect("HEARKEN_CLIENTS is a number"));
    let possible = open_files().map_or(wanted, |limit| {
        usize::try_from(limit.saturating_sub(RESERVED) / 2).expect("no process has so many files")
    });
    if possible < wanted {
        println!("{possible} clients instead of {wanted}: raise the limit of open files (ulimit -n) for more");
    }
    wanted.min(possible)
}

/// The limit of this process, raised as far as the system lets it; nothing where there is none.
fn open_files() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    // Where that is refused, what was there before counts.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    getrlimit(Resource::Nofile).current
}

/// Silent, slow with its head, slow with its body: by turns.
fn moves(number: usize, token: &str) -> Vec<Move> {
    let drip = |text: &str| Move::Drip(text.as_bytes().to_vec(), SECOND);
    let head = "POST /api/v2/engagements HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    match number % 4 {
        0 => Vec::new(),
        1 => vec![send("GET /healthz HTTP/1.1\r\n")],
        2 => vec![send("GET /healthz HTTP/1.1\r\n"), drip("x-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")],
        _ => vec![
            send(&format!("{head}authorization: Bearer {token}\r\ncontent-length: 100\r\n\r\n")),
            drip("{                                                                          "),
        ],
    }
}

/// All of them at once; what became of those that the server did not close.
async fn crowd(service: &Service, size: usize) -> Vec<String> {
    let address = service.address;
    let mut clients = JoinSet::new();
    for number in 0..size {
        let moves = moves(number, &service.token);
        clients.spawn(async move {
            // An address has its share of connections, and a crowd comes from many.
            let client = u8::try_from(number / OF_ONE_ADDRESS + 1).expect("there are enough addresses");
            let stream = match connect_as(client, address).await {
                Ok(stream) => stream,
                Err(error) => return Some(format!("client {number} could not connect: {error}")),
            };
            let closed = timeout(PATIENCE, until_closed(stream, &moves)).await;
            closed.is_err().then(|| format!("client {number} was never closed"))
        });
    }
    clients.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thousands_of_slow_clients_are_closed_and_starve_nobody() {
    let size = size();
    let service = Service::with_places(size + SPARE).await;
    let (mut faults, unserved) = beside(&service, crowd(&service, size)).await;
    faults.extend(unserved);
    let shown = faults.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} faults of {size} clients, such as:\n{shown}", faults.len());
}

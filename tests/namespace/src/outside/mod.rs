//! The outside: a process in a network namespace in which every address is its own. It plays what it is told on its
//! standard input, and ends with it.

mod authority;
mod dns;
mod hosts;

use std::{
    collections::HashMap,
    io::{BufRead, Write, stdin, stdout},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;
use tokio::runtime::Runtime;

use self::authority::Authority;
use crate::{
    scene::{ANY_HOST, Hello, NAMESERVER, Order, Reply, Scene, Seen},
    wires::{DARK_PEER, LIT_PEER, OUTSIDE_V4, OUTSIDE_V6, hardware_address, ip},
};

/// Plays until nobody gives orders any more.
pub fn play() {
    let stage = Arc::new(Stage::new());
    let runtime = Runtime::new().expect("a runtime can be made");
    say(&Hello { ca_pem: stage.authority.pem() });
    for line in stdin().lock().lines() {
        let line = line.expect("orders are text");
        let order: Order = serde_json::from_str(&line).expect("orders are JSON");
        match order {
            Order::Wire => {
                let address = wire();
                runtime.block_on(async {
                    dns::serve(Arc::clone(&stage)).await;
                    hosts::serve(&stage).await;
                });
                say(&address);
            }
            Order::Play(scene) => {
                stage.begin(*scene);
                say(&());
            }
            Order::Tell => say(&stage.tell()),
        }
    }
}

fn say(what: &impl Serialize) {
    let mut out = stdout().lock();
    let line = serde_json::to_string(what).expect("what is said is plain data");
    writeln!(out, "{line}").and_then(|()| out.flush()).expect("the inside listens");
}

/// Makes every address local. The routes stand in the main table, so that the links' own networks, being longer, win.
fn wire() -> String {
    ip("link set lo up");
    for link in [LIT_PEER, DARK_PEER] {
        ip(&format!("link set {link} addrgenmode none"));
        ip(&format!("link set {link} up"));
    }
    ip(&format!("addr add {OUTSIDE_V4}/30 dev {LIT_PEER}"));
    ip(&format!("-6 addr add {OUTSIDE_V6}/64 dev {LIT_PEER} nodad"));
    // An answer comes from an address that no link has, and a neighbour is asked for from one that a link has.
    ip(&format!("-6 addr add fe80::2/64 dev {LIT_PEER} nodad"));
    ip("route add local 0.0.0.0/0 dev lo table main");
    ip("-6 route add local ::/0 dev lo table main");
    // A UDP socket must be bound to the address that it answers from.
    ip(&format!("addr add {NAMESERVER}/32 dev lo"));
    hardware_address(DARK_PEER)
}

/// What is played and what was seen.
pub(crate) struct Stage {
    authority: Authority,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    scene: Scene,
    seen: Seen,
    /// How often what was asked for, by whatever key it is counted under.
    counts: HashMap<String, usize>,
}

impl Stage {
    fn new() -> Self {
        Self { authority: Authority::new(), now: Mutex::default() }
    }

    fn begin(&self, scene: Scene) {
        let mut now = self.now();
        now.scene = scene;
        now.counts.clear();
    }

    fn tell(&self) -> Seen {
        std::mem::take(&mut self.now().seen)
    }

    fn note_dialled(&self, address: SocketAddr) {
        self.now().seen.dialled.push(SocketAddr::new(address.ip().to_canonical(), address.port()));
    }

    /// The next reply of a host.
    fn reply(&self, host: &str) -> Reply {
        let mut now = self.now();
        let key = if now.scene.replies.contains_key(ANY_HOST) { ANY_HOST } else { host };
        let before = now.count(format!("reply {key}"));
        let replies = now.scene.replies.get(key);
        let reply = replies.and_then(|replies| replies.get(before.min(replies.len().saturating_sub(1))));
        reply.cloned().unwrap_or_else(Reply::recording)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Now {
    /// How often this was counted before.
    fn count(&mut self, key: String) -> usize {
        let count = self.counts.entry(key).or_default();
        *count += 1;
        *count - 1
    }
}

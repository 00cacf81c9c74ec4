//! The namespaces' links, their routes, and the process at the other end.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::{IpAddr, TcpStream},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    forbidden::{OWN, V4, V6},
    scene::{Hello, Order, Scene, Seen},
};

const LIT: &str = "lit-a";
const DARK: &str = "dark-a";
pub(crate) const LIT_PEER: &str = "lit-b";
pub(crate) const DARK_PEER: &str = "dark-b";

/// The outside's ends of the lit link.
pub(crate) const OUTSIDE_V4: &str = "11.255.255.2";
pub(crate) const OUTSIDE_V6: &str = "2a0f:ffff::2";

/// Gateways behind the dark link; nobody has these addresses, the hardware address is given by hand.
const DARK_V4: &str = "11.255.254.2";
const DARK_V6: &str = "2a0f:fffe::2";

/// A public address that the driver dials to know that everything dialled before has been noted.
const MARKER: &str = "93.184.216.251";

/// The outside's process. It ends when this is dropped.
pub(crate) struct Outside {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// The certificate of the authority of every host, as PEM.
    pub(crate) ca_pem: String,
}

impl Outside {
    /// Starts it in a namespace of its own, and joins the two.
    pub(crate) fn join() -> Self {
        let mut child = Command::new("unshare")
            .arg("--net")
            .arg(env::current_exe().expect("a process knows its own file"))
            .arg("outside")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare can be started");
        let orders = child.stdin.take().expect("standard input is a pipe");
        let answers = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut outside = Self { child, orders, answers, ca_pem: String::new() };
        // It speaks only once it is in its namespace.
        outside.ca_pem = outside.hear::<Hello>().ca_pem;
        outside.lay();
        outside
    }

    /// Plays a scene from now on.
    pub(crate) fn play(&mut self, scene: Scene) {
        self.give::<()>(&Order::Play(Box::new(scene)));
    }

    /// What was seen since this was last asked.
    pub(crate) fn tell(&mut self) -> Seen {
        const TLS_PORTS: [u16; 2] = [443, 8443];
        let marker: IpAddr = MARKER.parse().expect("the marker is an address");
        let _held = TLS_PORTS.map(|port| TcpStream::connect((marker, port)).expect("the outside listens"));
        let mut all = Seen::default();
        for _ in 0..60_000 {
            let seen: Seen = self.give(&Order::Tell);
            all.dialled.extend(seen.dialled);
            all.asked.extend(seen.asked);
            if all.dialled.iter().filter(|address| address.ip() == marker).count() == TLS_PORTS.len() {
                all.dialled.retain(|address| address.ip() != marker);
                return all;
            }
            thread::sleep(Duration::from_millis(2));
        }
        panic!("the outside did not note the marker");
    }

    fn give<T: DeserializeOwned>(&mut self, order: &Order) -> T {
        let line = serde_json::to_string(order).expect("orders are plain data");
        writeln!(self.orders, "{line}").expect("the outside takes orders");
        self.hear()
    }

    fn hear<T: DeserializeOwned>(&mut self) -> T {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the outside speaks");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("the outside said {line:?}: {error}"))
    }

    fn lay(&mut self) {
        ip("link set lo up");
        for (link, peer) in [(LIT, LIT_PEER), (DARK, DARK_PEER)] {
            ip(&format!("link add {link} type veth peer name {peer} netns {}", self.child.id()));
            // No link-local address, so nothing is sent on a link but what is routed into it.
            ip(&format!("link set {link} addrgenmode none"));
        }
        let dark_hardware: String = self.give(&Order::Wire);
        for link in [LIT, DARK] {
            ip(&format!("link set {link} up"));
        }
        let [own_v4, own_v6] = OWN;
        ip(&format!("addr add {own_v4}/30 dev {LIT}"));
        ip(&format!("-6 addr add {own_v6}/64 dev {LIT} nodad"));
        ip(&format!("route add default via {OUTSIDE_V4}"));
        ip(&format!("-6 route add default via {OUTSIDE_V6}"));
        ip(&format!("neigh add {DARK_V4} lladdr {dark_hardware} dev {DARK} nud permanent"));
        ip(&format!("-6 neigh add {DARK_V6} lladdr {dark_hardware} dev {DARK} nud permanent"));
        for range in V4.iter().filter(|range| !range.starts_with("127.")) {
            ip(&format!("route add {range} via {DARK_V4} dev {DARK} onlink"));
        }
        for range in V6 {
            ip(&format!("-6 route add {range} via {DARK_V6} dev {DARK} onlink"));
        }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many packets were ever sent to forbidden addresses.
pub(crate) fn dark_packets() -> u64 {
    let shown = output("ip", &["-j", "-s", "link", "show", "dev", DARK]);
    let shown: Value = serde_json::from_str(&shown).expect("ip shows JSON");
    shown[0]["stats64"]["tx"]["packets"].as_u64().expect("a link counts its packets")
}

/// The hardware address of a link.
pub(crate) fn hardware_address(link: &str) -> String {
    let shown: Value =
        serde_json::from_str(&output("ip", &["-j", "link", "show", "dev", link])).expect("ip shows JSON");
    shown[0]["address"].as_str().expect("a link has an address").to_owned()
}

/// Runs `ip` with these words.
pub(crate) fn ip(words: &str) {
    output("ip", &words.split_whitespace().collect::<Vec<_>>());
}

/// Runs a program that must succeed, and gives what it printed.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {complaint}", arguments.join(" "));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

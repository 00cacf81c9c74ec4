//! Watches both ends of the wires: what was dialled, what DNS was asked, and what went where nothing may go.

use std::net::{IpAddr, SocketAddr};

use crate::{
    forbidden::is_forbidden,
    own::Own,
    scene::{Scene, Seen},
    wires::{Outside, dark_packets},
};

/// Ports that may be dialled.
const ALLOWED_PORTS: [u16; 2] = [443, 8443];

/// The rig, wired up.
pub(crate) struct Watch {
    outside: Outside,
    own: Own,
    dark_before: u64,
}

impl Watch {
    /// Wires it up.
    pub(crate) async fn begin() -> Self {
        let outside = Outside::join();
        let own = Own::listen().await;
        Self { outside, own, dark_before: dark_packets() }
    }

    /// The authority that the service must trust, as PEM.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.outside.ca_pem
    }

    /// Plays a scene from now on.
    pub(crate) fn play(&mut self, scene: Scene) {
        self.outside.play(scene);
    }

    /// What was seen since this was last asked.
    pub(crate) fn sight(&mut self) -> Sight {
        let Seen { dialled, asked } = self.outside.tell();
        let dark = dark_packets();
        let sight = Sight { dialled, asked, own: self.own.tell(), dark_packets: dark - self.dark_before };
        self.dark_before = dark;
        sight
    }
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Sight {
    /// Addresses outside that were dialled.
    pub(crate) dialled: Vec<SocketAddr>,
    /// What DNS was asked.
    pub(crate) asked: Vec<(String, String)>,
    /// Own addresses that were dialled.
    pub(crate) own: Vec<SocketAddr>,
    /// Packets to forbidden addresses.
    pub(crate) dark_packets: u64,
}

impl Sight {
    /// Everything that must not have been, unless the operator opened the address.
    pub(crate) fn faults(&self, opened: &[IpAddr]) -> Vec<String> {
        let mut faults = Vec::new();
        for address in &self.dialled {
            if is_forbidden(address.ip()) && !opened.contains(&address.ip()) {
                faults.push(format!("the forbidden {address} was dialled"));
            }
            if !ALLOWED_PORTS.contains(&address.port()) {
                faults.push(format!("a port that is not allowed was dialled: {address}"));
            }
        }
        faults.extend(self.own.iter().map(|address| format!("the machine's own {address} was dialled")));
        let may_be_dark = opened.iter().any(|ip| is_forbidden(*ip));
        if self.dark_packets > 0 && !may_be_dark {
            faults.push(format!("{} packets went to forbidden addresses", self.dark_packets));
        }
        // Nothing but addresses is asked for: service bindings could name other hosts and ports.
        let odd = self.asked.iter().filter(|(_, kind)| !matches!(kind.as_str(), "A" | "AAAA"));
        faults.extend(odd.map(|(name, kind)| format!("DNS was asked for {kind} of {name}")));
        faults
    }
}

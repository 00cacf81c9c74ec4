//! The addresses of this machine's own interfaces, public ones too: a service that listens there trusts its host.

use std::{net::IpAddr, sync::RwLock, time::Duration};

use tokio::time::Instant;

use crate::error::SetupError;

/// How long a reading is used. An address that appears is known after this long.
const FRESH: Duration = Duration::from_secs(5);

/// A cached reading, so that judging an address is no system call.
#[derive(Debug)]
pub(crate) struct OwnAddresses {
    seen: RwLock<Seen>,
}

#[derive(Debug)]
struct Seen {
    at: Instant,
    addresses: Vec<IpAddr>,
}

impl OwnAddresses {
    /// Reads the interfaces for the first time.
    pub(crate) fn read() -> Result<Self, SetupError> {
        let addresses = interface_addresses().map_err(SetupError::Interfaces)?;
        Ok(Self { seen: RwLock::new(Seen { at: Instant::now(), addresses }) })
    }

    /// Whether one of the interfaces has this address.
    pub(crate) fn hold(&self, ip: IpAddr) -> bool {
        {
            let seen = self.seen.read().expect("no holder of the lock panics: they only copy and compare");
            if seen.at.elapsed() < FRESH {
                return seen.addresses.contains(&ip);
            }
        }
        self.refresh().contains(&ip)
    }

    /// Reads again. When that fails the last reading stays in use: it is better than none.
    fn refresh(&self) -> Vec<IpAddr> {
        let read = interface_addresses();
        let mut seen = self.seen.write().expect("no holder of the lock panics: they only copy and compare");
        seen.at = Instant::now();
        match read {
            Ok(addresses) => seen.addresses = addresses,
            Err(error) => tracing::warn!(%error, "the interfaces of this machine cannot be read"),
        }
        seen.addresses.clone()
    }
}

fn interface_addresses() -> std::io::Result<Vec<IpAddr>> {
    Ok(if_addrs::get_if_addrs()?.iter().map(if_addrs::Interface::ip).collect())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn loopback_is_ours_and_a_public_resolver_is_not() {
        let own = OwnAddresses::read().unwrap();
        assert!(own.hold(Ipv4Addr::LOCALHOST.into()));
        assert!(!own.hold(Ipv4Addr::new(8, 8, 8, 8).into()));
    }
}

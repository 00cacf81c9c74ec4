//! The connections that there are: how many, from which address, and which of them could go.
//!
//! A connection costs the client nothing, so an address has a share of them, and one more makes room by closing
//! the connection that has rested longest: it has asked for nothing yet, or got its answer, and its client can come
//! back.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::activity::Activity;
use crate::settings::ServerSettings;

/// How often to look whether a connection rests now, while each is in use: nothing tells when one begins to.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How often the log says that connections of an address are refused.
const SAID_EVERY: Duration = Duration::from_mins(1);

/// All connections of a server.
pub(crate) struct Roster {
    most: usize,
    /// Of one address; 0 = no limit.
    per_address: usize,
    state: Mutex<State>,
    left: Notify,
}

#[derive(Default)]
struct State {
    count: usize,
    next_number: u64,
    by_address: HashMap<IpAddr, Vec<Connection>>,
    said_at: Option<Instant>,
}

struct Connection {
    number: u64,
    activity: Activity,
    close: CancellationToken,
}

/// A connection's place, until this is dropped.
pub(crate) struct Place {
    roster: Arc<Roster>,
    address: IpAddr,
    number: u64,
    /// What the connection does.
    pub(crate) activity: Activity,
    /// Says that it has to go.
    pub(crate) close: CancellationToken,
}

/// What came of asking for a place.
enum Admission {
    Admitted(Place),
    /// The address has its share, and each of its connections is in use.
    Refused,
    /// Each connection is in use.
    Full,
}

impl Roster {
    pub(crate) fn new(settings: &ServerSettings) -> Arc<Self> {
        Arc::new(Self {
            most: settings.max_connections,
            per_address: settings.connections_per_address,
            state: Mutex::default(),
            left: Notify::new(),
        })
    }

    /// A place for a connection from this address, once there is one; none when its address has its share in use.
    pub(crate) async fn admit(self: &Arc<Self>, address: IpAddr, close: CancellationToken) -> Option<Place> {
        let address = network_of(address);
        loop {
            // Registered before the look, so that no connection leaves unnoticed in between.
            let mut left = pin!(self.left.notified());
            left.as_mut().enable();
            match self.look(address, &close) {
                Admission::Admitted(place) => return Some(place),
                Admission::Refused => return None,
                Admission::Full => drop(timeout(LOOK_AGAIN, left).await),
            }
        }
    }

    fn look(self: &Arc<Self>, address: IpAddr, close: &CancellationToken) -> Admission {
        let mut state = self.state();
        let own = state.by_address.get(&address).map_or(0, Vec::len);
        if self.per_address > 0 && own >= self.per_address && !state.close_one_of(address) {
            if state.is_to_be_said() {
                tracing::warn!(
                    client.address = %address,
                    "a connection is refused: limits.connections_per_address of this address are in use"
                );
            }
            count_closed("address");
            return Admission::Refused;
        }
        if state.count >= self.most && !state.close_one() {
            return Admission::Full;
        }
        let (number, activity, close) = (state.next_number, Activity::new(), close.clone());
        state.next_number += 1;
        state.count += 1;
        let connection = Connection { number, activity: activity.clone(), close: close.clone() };
        state.by_address.entry(address).or_default().push(connection);
        Admission::Admitted(Place { roster: self.clone(), address, number, activity, close })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic happens under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Closes the connection of the address that has rested longest; false where each is in use.
    fn close_one_of(&mut self, address: IpAddr) -> bool {
        let resting = self.by_address.get(&address).into_iter().flatten();
        let oldest = resting.filter_map(|one| Some((one.activity.resting_since()?, one.number))).min();
        self.close(oldest.map(|(_, number)| (address, number)), "address")
    }

    /// The same of any address.
    fn close_one(&mut self) -> bool {
        let all = self.by_address.iter().flat_map(|(address, those)| those.iter().map(move |one| (*address, one)));
        let resting = all.filter_map(|(address, one)| Some((one.activity.resting_since()?, one.number, address)));
        let oldest = resting.min();
        self.close(oldest.map(|(_, number, address)| (address, number)), "places")
    }

    fn close(&mut self, chosen: Option<(IpAddr, u64)>, reason: &'static str) -> bool {
        let connection = chosen.and_then(|(address, number)| self.remove(address, number));
        if let Some(connection) = &connection {
            connection.close.cancel();
            count_closed(reason);
        }
        connection.is_some()
    }

    /// Takes a connection off the roster, if it is still on it.
    fn remove(&mut self, address: IpAddr, number: u64) -> Option<Connection> {
        let those = self.by_address.get_mut(&address)?;
        let at = those.iter().position(|one| one.number == number)?;
        let connection = those.swap_remove(at);
        if those.is_empty() {
            self.by_address.remove(&address);
        }
        self.count -= 1;
        Some(connection)
    }

    fn is_to_be_said(&mut self) -> bool {
        let is_due = self.said_at.is_none_or(|said| said.elapsed() >= SAID_EVERY);
        if is_due {
            self.said_at = Some(Instant::now());
        }
        is_due
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.roster.state().remove(self.address, self.number));
        self.roster.left.notify_one();
    }
}

fn count_closed(reason: &'static str) {
    metrics::counter!("hearken_http_connections_closed_total", "reason" => reason).increment(1);
}

/// What counts as one address: of IPv6 a network of 64 bits, which is the least that a client is given.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(max_connections: usize, connections_per_address: usize) -> Arc<Roster> {
        Roster::new(&ServerSettings { max_connections, connections_per_address, ..ServerSettings::default() })
    }

    async fn admitted(roster: &Arc<Roster>, address: &str) -> Place {
        let place = roster.admit(address.parse().unwrap(), CancellationToken::new()).await;
        // So that no two have rested since the same moment.
        tokio::time::advance(Duration::from_secs(1)).await;
        place.expect("there is a place")
    }

    fn closed(places: &[&Place]) -> Vec<bool> {
        places.iter().map(|place| place.close.is_cancelled()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_makes_room_among_its_own_and_is_refused_where_all_are_in_use() {
        let roster = roster(100, 2);
        let (other, one, two) = (
            admitted(&roster, "192.0.2.9").await,
            admitted(&roster, "192.0.2.1").await,
            admitted(&roster, "::ffff:192.0.2.1").await,
        );
        let at_work = one.activity.at_work();
        let three = admitted(&roster, "192.0.2.1").await;
        assert_eq!(closed(&[&other, &one, &two, &three]), [false, false, true, false]);
        let also_at_work = three.activity.at_work();
        assert!(roster.admit("192.0.2.1".parse().unwrap(), CancellationToken::new()).await.is_none());
        drop((at_work, also_at_work));
        let four = admitted(&roster, "192.0.2.1").await;
        assert_eq!(closed(&[&one, &three, &four]), [true, false, false], "what was at work last has rested least");
    }

    #[tokio::test(start_paused = true)]
    async fn the_one_that_has_rested_longest_goes_when_places_run_out() {
        let roster = roster(2, 0);
        let (one, two) = (admitted(&roster, "192.0.2.1").await, admitted(&roster, "2001:db8::1").await);
        let three = admitted(&roster, "192.0.2.3").await;
        assert_eq!(closed(&[&one, &two, &three]), [true, false, false]);
        // Its own end takes nothing off that another one has.
        drop(one);
        let at_work = (two.activity.at_work(), three.activity.at_work());
        let waits = roster.admit("192.0.2.4".parse().unwrap(), CancellationToken::new());
        let leaves = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop((at_work.0, two));
        };
        assert!(tokio::join!(waits, leaves).0.is_some());
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}

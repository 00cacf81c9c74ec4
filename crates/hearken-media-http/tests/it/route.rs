//! The dialer of the tests: from the address that was checked to a listener on loopback.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Mutex,
};

use futures_util::future::BoxFuture;
use hearken_egress::{CheckedAddr, Dial};
use tokio::net::TcpStream;

/// Where each address leads, and what was asked for.
pub(crate) struct MappedDialer {
    ports: HashMap<IpAddr, u16>,
    asked: Mutex<Vec<SocketAddr>>,
}

impl MappedDialer {
    pub(crate) fn new(ports: HashMap<IpAddr, u16>) -> Self {
        Self { ports, asked: Mutex::default() }
    }

    pub(crate) fn asked(&self) -> Vec<SocketAddr> {
        self.asked.lock().unwrap().clone()
    }

    /// Whether only addresses that have a listener were asked for. All others are forbidden ones.
    pub(crate) fn stayed_on_its_routes(&self) -> bool {
        self.asked().iter().all(|address| self.ports.contains_key(&address.ip()) && address.port() == 443)
    }
}

impl Dial for MappedDialer {
    fn dial(&self, addr: CheckedAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        Box::pin(async move {
            let wanted = addr.socket_addr();
            self.asked.lock().unwrap().push(wanted);
            let port = self.ports.get(&wanted.ip()).ok_or(io::ErrorKind::HostUnreachable)?;
            TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).await
        })
    }
}

//! Listeners at the inside's own addresses: 127/8, ::1, and those of its links. Packets to them cross no link, so it is
//! the connections that are noted here.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::net::TcpListener;

use crate::scene::PORTS;

/// Where the proxies of the environment would be, if anybody believed it.
pub(crate) const PROXY_PORTS: [u16; 2] = [3128, 1080];

/// Dialled by the driver to know that everything dialled before has been noted.
const MARKER: Ipv4Addr = Ipv4Addr::new(127, 77, 77, 77);

/// What was dialled.
#[derive(Clone, Default)]
pub(crate) struct Own(Arc<Mutex<Vec<SocketAddr>>>);

impl Own {
    /// Listens at every own address there is or will be.
    pub(crate) async fn listen() -> Self {
        let own = Self::default();
        for port in PORTS.into_iter().chain(PROXY_PORTS) {
            let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await;
            let listener = listener.unwrap_or_else(|error| panic!("port {port} of the inside: {error}"));
            tokio::spawn(note(listener, own.clone()));
        }
        own
    }

    /// What was dialled since this was last asked.
    pub(crate) fn tell(&self) -> Vec<SocketAddr> {
        let _held = PORTS.map(|port| TcpStream::connect((MARKER, port)).expect("the inside listens"));
        for _ in 0..60_000 {
            let mut dialled = self.lock();
            if dialled.iter().filter(|address| address.ip() == MARKER).count() == PORTS.len() {
                let all = std::mem::take(&mut *dialled);
                return all.into_iter().filter(|address| address.ip() != MARKER).collect();
            }
            drop(dialled);
            thread::sleep(Duration::from_millis(2));
        }
        panic!("the inside did not note the marker");
    }

    fn lock(&self) -> MutexGuard<'_, Vec<SocketAddr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn note(listener: TcpListener, own: Own) {
    loop {
        if let Ok((stream, _)) = listener.accept().await
            && let Ok(address) = stream.local_addr()
        {
            own.lock().push(SocketAddr::new(address.ip().to_canonical(), address.port()));
        }
    }
}

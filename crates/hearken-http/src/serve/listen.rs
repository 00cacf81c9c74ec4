//! Binds the address that the service listens on.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

/// How many connections may wait to be accepted. A client whose connection did not fit believes that it has one, and
/// one that says nothing then never learns better.
const BACKLOG: u32 = 4096;

/// Binds and listens. Must be called within a runtime.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

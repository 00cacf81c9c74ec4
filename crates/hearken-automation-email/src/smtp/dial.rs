//! Connects to the mail server that the operator has set: the one place of this crate that opens a connection. Nothing
//! that a caller chose is dialled here.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// How long one of several addresses may take, so that a dead one leaves time for the next.
const EACH: Duration = Duration::from_secs(5);

/// The first of the host's addresses that answers.
pub(crate) async fn dial(host: &str, port: u16) -> io::Result<(TcpStream, SocketAddr)> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in lookup_host((host, port)).await? {
        match timeout(EACH, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok((stream, address)),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, "no connection within 5 s"),
        }
    }
    Err(last)
}

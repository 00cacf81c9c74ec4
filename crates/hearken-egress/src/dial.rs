//! Connecting, to checked addresses only.

use std::{io, sync::Arc};

use futures_util::future::BoxFuture;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};

use crate::{
    address::CheckedAddr,
    error::{EgressError, Phase},
    settings::Timeouts,
};

/// The most addresses of one name that are tried.
pub(crate) const MAX_DIALLED: usize = 8;

/// Opens TCP connections. There is nothing to pass but an address that the policy let through.
pub trait Dial: Send + Sync + 'static {
    /// Connects, without any deadline of its own and without resolving anything.
    fn dial(&self, addr: CheckedAddr) -> BoxFuture<'_, io::Result<TcpStream>>;
}

/// The dialer of production: connects, and makes sure that the peer is the address that was checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpDialer;

impl Dial for TcpDialer {
    fn dial(&self, addr: CheckedAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        Box::pin(async move {
            let wanted = addr.socket_addr();
            let stream = TcpStream::connect(wanted).await?;
            let peer = stream.peer_addr()?;
            if (peer.ip(), peer.port()) != (wanted.ip(), wanted.port()) {
                return Err(io::Error::other("the peer is not the address that was checked"));
            }
            stream.set_nodelay(true)?;
            Ok(stream)
        })
    }
}

/// Tries the addresses one after another until one connects.
pub(crate) async fn dial_any(
    dialer: &Arc<dyn Dial>,
    addresses: &[CheckedAddr],
    timeouts: &Timeouts,
) -> Result<TcpStream, EgressError> {
    let deadline = Instant::now() + timeouts.connect_all;
    let mut refused = None;
    for addr in addresses.iter().take(MAX_DIALLED) {
        let attempt = timeout(timeouts.connect, dialer.dial(*addr));
        match timeout_at(deadline, attempt).await {
            Ok(Ok(Ok(stream))) => return Ok(stream),
            Ok(Ok(Err(error))) => refused = Some(format!("{}: {error}", addr.socket_addr())),
            // This address is silent; another may not be.
            Ok(Err(_)) => {}
            Err(_) => break,
        }
    }
    // Where one address answered with a refusal, that says more than the silence of the others.
    Err(refused.map_or(EgressError::Timeout { phase: Phase::Connect }, |detail| EgressError::ConnectFailed { detail }))
}

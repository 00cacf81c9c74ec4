//! The socket: accepts connections, bounds them in number and in time, and drains them.

mod activity;
mod connection;
mod first_bytes;
mod listen;
mod roster;
mod tls;
mod write_pace;

use std::{io, net::SocketAddr};

use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use self::roster::{Place, Roster};
pub use self::tls::{TlsError, tls_acceptor};
use crate::{service::Api, settings::ServerSettings};

/// A bound listener with the API behind it.
pub struct Server {
    listener: TcpListener,
    api: Api,
    settings: ServerSettings,
    tls: Option<TlsAcceptor>,
}

impl Server {
    /// Binds the address.
    #[expect(clippy::unused_async, reason = "the listener registers with the runtime that this is awaited in")]
    pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
        listen::listen(address)
    }

    /// Puts the API behind a listener.
    pub fn new(listener: TcpListener, api: Api, settings: ServerSettings, tls: Option<TlsAcceptor>) -> Self {
        Self { listener, api, settings, tls }
    }

    /// Serves until `shutdown` resolves, then drains: connections finish the requests they are in, creates go on
    /// whether or not their client is still there, and whatever lasts longer than the drain timeout is cut off.
    ///
    /// Returns how many creates were cut off.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> usize {
        let roster = Roster::new(&self.settings);
        let graceful = GracefulShutdown::new();
        let cut_off = CancellationToken::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let (stream, client) = tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        pause_after(&error).await;
                        continue;
                    }
                },
            };
            let place = tokio::select! {
                () = &mut shutdown => break,
                place = roster.admit(client.ip(), cut_off.child_token()) => place,
            };
            if let Some(place) = place {
                self.serve_connection(stream, graceful.watcher(), place);
            }
        }
        self.drain(graceful, cut_off).await
    }

    fn serve_connection(&self, stream: TcpStream, watcher: Watcher, place: Place) {
        let (api, settings, tls) = (self.api.clone(), self.settings.clone(), self.tls.clone());
        tokio::spawn(async move {
            let serving = connection::serve(stream, (api, tls, place.activity.clone()), &settings, watcher);
            if let Some(Err(error)) = place.close.run_until_cancelled(serving).await {
                // A client that breaks off or is too slow is everyday life.
                tracing::debug!(error = &*error, "a connection ended early");
            }
            drop(place);
        });
    }

    async fn drain(self, graceful: GracefulShutdown, cut_off: CancellationToken) -> usize {
        let Self { listener, api, settings, .. } = self;
        api.begin_draining();
        drop(listener);
        let deadline = tokio::time::Instant::now() + settings.drain_timeout;
        if tokio::time::timeout_at(deadline, graceful.shutdown()).await.is_err() {
            tracing::warn!("connections were still open when the drain timeout ran out");
        }
        cut_off.cancel();
        api.drained(deadline.saturating_duration_since(tokio::time::Instant::now())).await
    }
}

/// Out of file descriptors: accepting again at once would only spin.
async fn pause_after(error: &io::Error) {
    let of_the_client = matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    );
    if !of_the_client {
        tracing::error!(error = error as &dyn std::error::Error, "a connection could not be accepted");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

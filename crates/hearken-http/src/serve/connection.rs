//! One connection: TLS, then HTTP/1.1 or HTTP/2, with a deadline for each way of being slow.

use std::{convert::Infallible, time::Duration};

use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use super::{
    activity::{Activity, watched},
    first_bytes::FirstBytes,
    write_pace::WritePace,
};
use crate::{body::BoxError, middleware::head_limit::MAX_HEAD, service::Api, settings::ServerSettings};

/// HTTP/2: requests at a time on one connection.
const MAX_STREAMS: u32 = 128;
/// HTTP/2: how long a connection may be silent before it is asked, and then how long the answer may take.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) async fn serve(
    stream: TcpStream,
    (api, tls, activity): (Api, Option<TlsAcceptor>, Activity),
    settings: &ServerSettings,
    watcher: Watcher,
) -> Result<(), BoxError> {
    stream.set_nodelay(true)?;
    match tls {
        None => speak(stream, (api, activity), settings, watcher).await,
        Some(tls) => {
            let stream = tokio::time::timeout(settings.header_timeout, tls.accept(stream)).await??;
            speak(stream, (api, activity), settings, watcher).await
        }
    }
}

async fn speak<T>(
    stream: T,
    (api, activity): (Api, Activity),
    settings: &ServerSettings,
    watcher: Watcher,
) -> Result<(), BoxError>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = WritePace::new(FirstBytes::new(stream, settings.header_timeout), settings.write_timeout);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .max_headers(200)
        // A little more than is allowed, so that the answer can say what is wrong.
        .max_buf_size(2 * MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(2 * MAX_HEAD).unwrap_or(u32::MAX))
        .max_send_buf_size(256 * 1024);
    let answers = {
        let activity = activity.clone();
        service_fn(move |request| {
            let watched = watched(api.clone(), activity.clone(), request);
            async move { Ok::<_, Infallible>(watched.await) }
        })
    };
    let connection = watcher.watch(builder.serve_connection(TokioIo::new(stream), answers).into_owned());
    tokio::select! {
        served = connection => served,
        () = activity.ceases(settings.write_timeout) => Err("the client takes no answers and asks for nothing".into()),
    }
}

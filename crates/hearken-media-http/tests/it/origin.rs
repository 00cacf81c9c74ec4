//! Listeners on loopback that play the host of a link.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

pub(crate) type Tls = TlsStream<TcpStream>;

/// A listener; it ends when this is dropped.
pub(crate) struct Origin {
    pub(crate) port: u16,
    _tasks: JoinSet<()>,
    _process: Option<Child>,
}

impl Origin {
    /// Shakes hands with everybody and hands the stream, and how many came before, to the script.
    pub(crate) async fn start<F, P>(config: Arc<ServerConfig>, script: F) -> Self
    where
        F: Fn(usize, Tls) -> P + Send + Sync + 'static,
        P: Future<Output = ()> + Send + 'static,
    {
        let acceptor = TlsAcceptor::from(config);
        let script = Arc::new(script);
        Self::start_raw(move |before, stream| {
            let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
            async move {
                match acceptor.accept(stream).into_fallible().await {
                    Ok(stream) => script(before, stream).await,
                    // The alert is on its way; closing with unread bytes would send a reset after it.
                    Err((_, mut stream)) => drain(&mut stream).await,
                }
            }
        })
        .await
    }

    /// Without TLS of ours.
    pub(crate) async fn start_raw<F, P>(script: F) -> Self
    where
        F: Fn(usize, TcpStream) -> P + Send + Sync + 'static,
        P: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            for before in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                connections.spawn(script(before, stream));
            }
        });
        Self { port, _tasks: tasks, _process: None }
    }

    /// A port that refuses connections.
    pub(crate) async fn refusing() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self { port: listener.local_addr().unwrap().port(), _tasks: JoinSet::new(), _process: None }
    }

    /// OpenSSL's own server with the 1024-bit key of the fixtures: no library of ours serves with one. Where there is no
    /// `openssl`, a listener that refuses the handshake stands in, which proves less.
    pub(crate) async fn rsa1024() -> Self {
        let port = Self::refusing().await.port;
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-www", "-cipher", "DEFAULT:@SECLEVEL=0", "-accept"]);
        command.arg(format!("127.0.0.1:{port}"));
        command.args(["-cert", &format!("{fixtures}/rsa1024.pem"), "-key", &format!("{fixtures}/rsa1024.key.pem")]);
        let quiet = std::process::Stdio::null;
        match command.stdin(quiet()).stdout(quiet()).stderr(quiet()).kill_on_drop(true).spawn() {
            Ok(process) => {
                wait_for(port).await;
                Self { port, _tasks: JoinSet::new(), _process: Some(process) }
            }
            Err(error) => {
                eprintln!("no openssl for the 1024-bit case: {error}");
                Self::start_raw(|_, stream| refuse_handshake(stream)).await
            }
        }
    }
}

/// Waits until somebody listens.
async fn wait_for(port: u16) {
    for _ in 0..200 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody listens on port {port}");
}

/// Answers a hello with a fatal `handshake_failure` (RFC 8446, 6): there is no cipher that both would speak.
pub(crate) async fn refuse_handshake(mut stream: TcpStream) {
    let mut hello = [0; 1024];
    let _ = stream.read(&mut hello).await;
    let _ = stream.write_all(&[0x15, 3, 3, 0, 2, 2, 40]).await;
    drain(&mut stream).await;
}

/// Reads a request's head.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// Reads until the other side closes, or for a long while.
pub(crate) async fn drain(stream: &mut (impl AsyncRead + Unpin)) {
    let all = async {
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await.is_ok_and(|length| length > 0) {}
    };
    let _ = timeout(Duration::from_secs(30), all).await;
}

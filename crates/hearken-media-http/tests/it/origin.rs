//! Listeners on loopback that play the host of a link.

use std::{net::Ipv4Addr, process::Stdio, sync::Arc};

use rustls::ServerConfig;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
    process::{Child, Command},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::stage::LONG;

pub(crate) type Tls = TlsStream<TcpStream>;

/// A listener; it ends when this is dropped.
pub(crate) struct Origin {
    pub(crate) port: u16,
    _tasks: JoinSet<()>,
    _held: Option<Held>,
}

/// What ends with a listener that is no task of ours.
enum Held {
    Bound { _socket: TcpSocket },
    Process { _child: Child },
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
        Self { port, _tasks: tasks, _held: None }
    }

    /// A port that refuses connections. It stays taken, so that no other process listens there.
    pub(crate) fn refusing() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let port = socket.local_addr().unwrap().port();
        Self { port, _tasks: JoinSet::new(), _held: Some(Held::Bound { _socket: socket }) }
    }

    /// OpenSSL's own server with the 1024-bit key of the fixtures: no library of ours serves with one. Where there is no
    /// `openssl`, a listener that refuses the handshake stands in, which proves less.
    pub(crate) async fn rsa1024() -> Self {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let mut command = Command::new("openssl");
        command.args(["s_server", "-www", "-cipher", "DEFAULT:@SECLEVEL=0", "-accept", "127.0.0.1:0"]);
        command.args(["-cert", &format!("{fixtures}/rsa1024.pem"), "-key", &format!("{fixtures}/rsa1024.key.pem")]);
        match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn() {
            Ok(mut child) => {
                let port = accepting(&mut child).await;
                Self { port, _tasks: JoinSet::new(), _held: Some(Held::Process { _child: child }) }
            }
            Err(error) => {
                eprintln!("no openssl for the 1024-bit case: {error}");
                Self::start_raw(|_, stream| refuse_handshake(stream)).await
            }
        }
    }
}

/// Where OpenSSL's server listens, once it does: `ACCEPT 127.0.0.1:4711`.
async fn accepting(child: &mut Child) -> u16 {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(address) = line.strip_prefix("ACCEPT ") {
            let port = address.rsplit(':').next().unwrap().parse().unwrap();
            // It may say more, and must not wait for a reader.
            tokio::spawn(async move { while lines.next_line().await.is_ok_and(|line| line.is_some()) {} });
            return port;
        }
    }
    panic!("openssl s_server ended before it listened");
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
    let _ = timeout(LONG, all).await;
}

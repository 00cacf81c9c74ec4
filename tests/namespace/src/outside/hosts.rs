//! A host at every address: it notes which address was dialled, proves to be whoever it was taken for, and replies.

use std::{
    io,
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::{LazyConfigAcceptor, rustls::server::Acceptor};

use super::Stage;
use crate::scene::PORTS;

/// How long a host waits for the next bytes of somebody who dialled it.
const PATIENCE: Duration = Duration::from_mins(2);

/// Ports on which TLS is spoken; whoever dials another one is noted, and let go.
const TLS_PORTS: [u16; 2] = [443, 8443];

/// Listens at every address; the sockets for IPv6 take IPv4 as well.
pub(super) async fn serve(stage: &Arc<Stage>) {
    for port in PORTS {
        let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await;
        let listener = listener.unwrap_or_else(|error| panic!("port {port} of the outside: {error}"));
        tokio::spawn(accept(listener, Arc::clone(stage), TLS_PORTS.contains(&port)));
    }
}

async fn accept(listener: TcpListener, stage: Arc<Stage>, speaks_tls: bool) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        // The address that was dialled, since every address is ours.
        if let Ok(address) = stream.local_addr() {
            stage.note_dialled(address);
        }
        if speaks_tls {
            let stage = Arc::clone(&stage);
            tokio::spawn(async move {
                // Whatever goes wrong shows at the other end.
                let _ = timeout(PATIENCE, converse(stream, &stage)).await;
            });
        }
    }
}

async fn converse(stream: TcpStream, stage: &Stage) -> io::Result<()> {
    let address = stream.local_addr()?.ip().to_canonical();
    let hello = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
    let subjects = match hello.client_hello().server_name() {
        Some(name) => vec![name.to_owned()],
        None => spellings(address),
    };
    let Some(config) = stage.authority.server(subjects) else { return Ok(()) };
    let mut stream = hello.into_stream(config).await?;
    let head = read_head(&mut stream).await?;
    let reply = stage.reply(&host(&head));
    stream.write_all(&reply.bytes()).await?;
    stream.shutdown().await?;
    // Closing while the other side still writes would reset the connection under its feet.
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// An address as a certificate may have to name it: an IPv4 address can be asked for as an IPv6 one.
fn spellings(address: IpAddr) -> Vec<String> {
    match address {
        IpAddr::V4(ip) => vec![ip.to_string(), ip.to_ipv6_mapped().to_string()],
        IpAddr::V6(ip) => vec![ip.to_string()],
    }
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The host that was asked for, without its port.
fn host(head: &str) -> String {
    let field = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim().to_ascii_lowercase())
    });
    let field = field.unwrap_or_default();
    let end = if field.starts_with('[') { field.find(']').map(|end| end + 1) } else { field.find(':') };
    field[..end.unwrap_or(field.len())].to_owned()
}

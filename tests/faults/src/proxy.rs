//! A wire between the service and PostgreSQL that loses the answer to a COMMIT, or takes its time.

use std::{
    io,
    net::Ipv4Addr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinSet,
};

/// Which half of a COMMIT's way is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The server never hears of it.
    Question,
    /// The server commits, and nobody hears of it.
    Answer,
}

/// A running proxy. Its connections end with it.
pub struct Proxy {
    port: u16,
    plan: Arc<Plan>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Plan {
    /// How many COMMITs until one is lost; 0 = none is.
    until_lost: Mutex<usize>,
    loses_answer: AtomicBool,
    lost: AtomicUsize,
    delay_millis: AtomicU64,
}

impl Proxy {
    /// Starts on a free port, before a server's.
    pub async fn start(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let plan = Arc::new(Plan::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, server, Arc::clone(&plan)));
        Self { port, plan, _tasks: tasks }
    }

    /// The URL of the same database through the proxy.
    pub fn url(&self, direct: &str) -> String {
        direct.replace(&format!(":{}/", port_of(direct)), &format!(":{}/", self.port))
    }

    /// Loses the n-th COMMIT from now, once.
    pub fn lose(&self, half: Lost, nth: usize) {
        self.plan.loses_answer.store(half == Lost::Answer, Ordering::SeqCst);
        *self.plan.until_lost.lock().unwrap_or_else(PoisonError::into_inner) = nth;
    }

    /// How many were lost so far.
    pub fn lost(&self) -> usize {
        self.plan.lost.load(Ordering::SeqCst)
    }

    /// Every question takes so long from now on.
    pub fn delay(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).expect("a delay is short");
        self.plan.delay_millis.store(millis, Ordering::SeqCst);
    }
}

/// The port in a database's URL.
pub fn port_of(url: &str) -> u16 {
    let host = url.split('@').nth(1).and_then(|rest| rest.split('/').next());
    let port = host.and_then(|host| host.rsplit(':').next()).and_then(|port| port.parse().ok());
    port.unwrap_or_else(|| panic!("{url} names no port"))
}

async fn accept(listener: TcpListener, server: u16, plan: Arc<Plan>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(carry(client, server, Arc::clone(&plan)));
        while connections.try_join_next().is_some() {}
    }
}

/// Carries both ways until either ends; then both ends are closed.
async fn carry(client: TcpStream, server: u16, plan: Arc<Plan>) {
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let swallows = AtomicBool::new(false);
    tokio::select! {
        _ = questions((from_client, to_server), &plan, &swallows) => {}
        _ = answers((from_server, to_client), &swallows) => {}
    }
}

async fn questions(
    (mut from, mut to): (OwnedReadHalf, OwnedWriteHalf),
    plan: &Plan,
    swallows: &AtomicBool,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        let delay = plan.delay_millis.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if is_commit(&buffer[..length]) && plan.is_to_be_lost() {
            if !plan.loses_answer.load(Ordering::SeqCst) {
                return Ok(());
            }
            swallows.store(true, Ordering::SeqCst);
        }
        to.write_all(&buffer[..length]).await?;
    }
}

async fn answers((mut from, mut to): (OwnedReadHalf, OwnedWriteHalf), swallows: &AtomicBool) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        // The server has answered the COMMIT, so it is done.
        if length == 0 || (swallows.load(Ordering::SeqCst) && is_commit(&buffer[..length])) {
            return Ok(());
        }
        to.write_all(&buffer[..length]).await?;
    }
}

/// The statement and the server's word for it are spelt the same, with a NUL.
fn is_commit(bytes: &[u8]) -> bool {
    bytes.windows(7).any(|window| window == b"COMMIT\0")
}

impl Plan {
    fn is_to_be_lost(&self) -> bool {
        let mut left = self.until_lost.lock().unwrap_or_else(PoisonError::into_inner);
        let is_now = *left == 1;
        *left = left.saturating_sub(1);
        self.lost.fetch_add(usize::from(is_now), Ordering::SeqCst);
        is_now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nth_commit_is_lost() {
        let plan = Plan::default();
        assert!(!plan.is_to_be_lost());
        *plan.until_lost.lock().expect("nobody panicked") = 2;
        assert_eq!([(); 3].map(|()| plan.is_to_be_lost()), [false, true, false]);
        assert_eq!(plan.lost.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn the_port_is_read_from_a_url() {
        assert_eq!(port_of("postgres://hearken@127.0.0.1:6543/test_0"), 6543);
    }
}

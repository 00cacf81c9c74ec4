//! Clients that each ask, wait for the answer and ask again.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::StatusCode;
use tokio::task::JoinSet;

use crate::{
    connection::{Ask, Connection},
    failure::{Failure, OrFail},
    statistics::{count, percentile},
};

/// Makes the next request of any client.
pub(crate) type Next = Arc<dyn Fn() -> Ask + Send + Sync>;

/// A number of clients of one server.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    pub(crate) address: SocketAddr,
    pub(crate) token: Option<String>,
    pub(crate) number: u32,
    /// Any other status ends the run: an error that is fast is no achievement.
    pub(crate) expected: StatusCode,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Load {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Sorted.
    times: Vec<Duration>,
}

impl Load {
    /// The time that 99 of 100 requests did not exceed.
    pub(crate) fn p99(&self) -> Duration {
        percentile(&self.times, 990)
    }
}

impl Clients {
    /// Runs for this long. Connections are made before it begins, and anew for each run: a server closes those that
    /// rest while the other side has its turn.
    pub(crate) async fn run(&self, span: Duration, next: &Next) -> Result<Load, Failure> {
        let mut connections = Vec::new();
        for _ in 0..self.number {
            connections.push(Connection::open(self.address, self.token.as_deref()).await?);
        }
        let begin = Instant::now();
        let mut clients = JoinSet::new();
        for connection in connections {
            clients.spawn(client(connection, begin + span, next.clone(), self.expected));
        }
        let mut times = Vec::new();
        while let Some(ended) = clients.join_next().await {
            times.extend(ended.or_fail("a client died")??);
        }
        let rate = count(times.len()) / begin.elapsed().as_secs_f64();
        times.sort_unstable();
        Ok(Load { rate, times })
    }
}

async fn client(
    mut connection: Connection,
    deadline: Instant,
    next: Next,
    expected: StatusCode,
) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::new();
    while Instant::now() < deadline {
        let ask = next();
        let begin = Instant::now();
        let answer = connection.ask(ask).await?;
        times.push(begin.elapsed());
        answer.expect(expected)?;
    }
    Ok(times)
}

//! Something on the resolver's port that is no DNS server.

use std::net::{Ipv4Addr, SocketAddr};

use hickory_proto::{
    op::{Message, OpCode, Query},
    rr::{Name, RData, Record, rdata::A},
};
use tokio::{net::UdpSocket, task::JoinSet};

/// What it does with a question.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mischief {
    /// Nothing.
    Silence,
    /// Answers bytes that are no message.
    Garbage,
    /// Answers nothing but a header that promises sixty thousand records.
    Promises,
    /// Answers another question's number, as an off-path attacker would.
    OtherId,
    /// Answers the right number with the answer to another question.
    OtherQuestion,
}

/// It; it ends when this is dropped.
pub(crate) struct RogueDns {
    pub(crate) address: SocketAddr,
    _task: JoinSet<()>,
}

impl RogueDns {
    pub(crate) async fn start(mischief: Mischief) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut question = [0; 4096];
            loop {
                let (length, peer) = socket.recv_from(&mut question).await.unwrap();
                if let Some(reply) = reply(&question[..length], mischief) {
                    let _ = socket.send_to(&reply, peer).await;
                }
            }
        });
        Self { address, _task: task }
    }
}

fn reply(question: &[u8], mischief: Mischief) -> Option<Vec<u8>> {
    let request = Message::from_vec(question).unwrap();
    let (id, asked) = (request.metadata.id, request.queries[0].clone());
    match mischief {
        Mischief::Silence => None,
        Mischief::Garbage => Some(vec![0xff; 600]),
        Mischief::Promises => {
            let [high, low] = id.to_be_bytes();
            Some(vec![high, low, 0x81, 0x80, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
        }
        Mischief::OtherId => Some(poison(id ^ 1, asked)),
        Mischief::OtherQuestion => {
            let other = Name::from_labels([&b"other"[..], b"example"]).unwrap();
            Some(poison(id, Query::query(other, asked.query_type())))
        }
    }
}

/// An answer that leads to this machine: taking it would show as another code.
fn poison(id: u16, question: Query) -> Vec<u8> {
    let mut message = Message::response(id, OpCode::Query);
    let owner = question.name().clone();
    message.add_query(question);
    message.answers.push(Record::from_rdata(owner, 60, RData::A(A(Ipv4Addr::LOCALHOST))));
    message.to_vec().unwrap()
}

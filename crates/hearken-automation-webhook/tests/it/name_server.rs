//! A DNS server on loopback that gives every name the same IPv4 addresses.

use std::net::{Ipv4Addr, SocketAddr};

use hickory_proto::{
    op::{Message, OpCode},
    rr::{RData, Record, RecordType, rdata::A},
};
use tokio::{net::UdpSocket, task::JoinSet};

/// It ends when this is dropped.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    _task: JoinSet<()>,
}

impl NameServer {
    pub(crate) async fn start(addresses: &'static [Ipv4Addr]) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut buffer = [0; 4096];
            loop {
                let (length, peer) = socket.recv_from(&mut buffer).await.unwrap();
                let reply = reply(&Message::from_vec(&buffer[..length]).unwrap(), addresses);
                socket.send_to(&reply.to_vec().unwrap(), peer).await.unwrap();
            }
        });
        Self { address, _task: task }
    }
}

fn reply(request: &Message, addresses: &[Ipv4Addr]) -> Message {
    let question = request.queries[0].clone();
    let mut reply = Message::response(request.metadata.id, OpCode::Query);
    reply.metadata.recursion_desired = true;
    reply.metadata.recursion_available = true;
    if question.query_type() == RecordType::A {
        let record = |ip: &Ipv4Addr| Record::from_rdata(question.name().clone(), 60, RData::A(A(*ip)));
        reply.answers = addresses.iter().map(record).collect();
    }
    reply.add_query(question);
    reply
}

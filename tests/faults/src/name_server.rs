//! A name server on loopback that knows one answer: these addresses, for any name.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{net::UdpSocket, task::JoinSet};

const HEADER_BYTES: usize = 12;
const TYPE_A: u16 = 1;

/// A running server. It ends with its owner.
pub struct NameServer {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl NameServer {
    /// Starts on a free port.
    pub async fn start(addresses: Vec<Ipv4Addr>) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has a free port");
        let address = socket.local_addr().expect("a bound socket has an address");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                if let Some(reply) = reply(&buffer[..length], &addresses) {
                    let _ = socket.send_to(&reply, peer).await;
                }
            }
        });
        Self { address, _tasks: tasks }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// RFC 1035, 4.1: the question comes back with an answer for each address.
fn reply(query: &[u8], addresses: &[Ipv4Addr]) -> Option<Vec<u8>> {
    let end = end_of_question(query)?;
    let question = &query[HEADER_BYTES..end];
    let kind = u16::from_be_bytes([question[question.len() - 4], question[question.len() - 3]]);
    let addresses = if kind == TYPE_A { addresses } else { &[] };
    let mut reply = query[..2].to_vec();
    // A response, recursion desired and available; one question, that many answers.
    reply.extend([0x81, 0x80, 0, 1]);
    reply.extend(u16::try_from(addresses.len()).ok()?.to_be_bytes());
    reply.extend([0; 4]);
    reply.extend(question);
    for address in addresses {
        // The name of the question, A, IN, a minute, four bytes.
        reply.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        reply.extend(address.octets());
    }
    Some(reply)
}

fn end_of_question(query: &[u8]) -> Option<usize> {
    let mut at = HEADER_BYTES;
    while *query.get(at)? != 0 {
        at += 1 + usize::from(query[at]);
    }
    let end = at + 5;
    (query.len() >= end).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_question_and_an_address() {
        let mut query = vec![7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        query.extend(b"\x01a\x07example\0\0\x01\0\x01");
        let reply = reply(&query, &[Ipv4Addr::LOCALHOST]).expect("it is a query");
        assert_eq!(reply[..8], [7, 9, 0x81, 0x80, 0, 1, 0, 1]);
        assert_eq!(reply[reply.len() - 4..], [127, 0, 0, 1]);
        assert_eq!(reply.len(), query.len() + 16);
    }
}

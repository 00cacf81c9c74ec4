//! The DNS server, over UDP and TCP: it answers as the scene says, one step for each question of a kind.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use hickory_proto::{
    op::{Message, OpCode, Query, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, AAAA, CNAME},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
};

use super::{Now, Stage};
use crate::scene::{NAMESERVER, Step};

const PORT: u16 = 53;

/// The largest answer over UDP (RFC 9715).
const UDP_BYTES: usize = 1232;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Udp,
    Tcp,
}

/// Begins to serve.
pub(super) async fn serve(stage: Arc<Stage>) {
    let at: IpAddr = NAMESERVER.parse().expect("the nameserver has an address");
    let udp = UdpSocket::bind((at, PORT)).await.expect("the outside serves DNS");
    let tcp = TcpListener::bind((at, PORT)).await.expect("the outside serves DNS");
    tokio::spawn(serve_udp(Arc::new(udp), Arc::clone(&stage)));
    tokio::spawn(serve_tcp(tcp, stage));
}

async fn serve_udp(socket: Arc<UdpSocket>, stage: Arc<Stage>) {
    let mut buffer = [0; 4096];
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else { continue };
        let Ok(request) = Message::from_vec(&buffer[..length]) else { continue };
        let (socket, stage) = (Arc::clone(&socket), Arc::clone(&stage));
        tokio::spawn(async move {
            let mut reply = reply(&stage, &request, Transport::Udp).await;
            let mut bytes = written(&reply);
            if bytes.len() > UDP_BYTES {
                reply.answers.clear();
                reply.additionals.clear();
                reply.metadata.truncation = true;
                bytes = written(&reply);
            }
            // Who no longer listens has given up.
            let _ = socket.send_to(&bytes, peer).await;
        });
    }
}

async fn serve_tcp(listener: TcpListener, stage: Arc<Stage>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(serve_connection(stream, Arc::clone(&stage)));
    }
}

async fn serve_connection(mut stream: TcpStream, stage: Arc<Stage>) {
    while let Ok(length) = stream.read_u16().await {
        let mut bytes = vec![0; usize::from(length)];
        if stream.read_exact(&mut bytes).await.is_err() {
            return;
        }
        let Ok(request) = Message::from_vec(&bytes) else { return };
        let bytes = written(&reply(&stage, &request, Transport::Tcp).await);
        let mut framed = u16::try_from(bytes.len()).expect("answers are short").to_be_bytes().to_vec();
        framed.extend(bytes);
        if stream.write_all(&framed).await.is_err() {
            return;
        }
    }
}

fn written(message: &Message) -> Vec<u8> {
    message.to_vec().expect("answers can be written")
}

async fn reply(stage: &Stage, request: &Message, transport: Transport) -> Message {
    let mut reply = Message::response(request.metadata.id, OpCode::Query);
    reply.metadata.recursion_desired = true;
    reply.metadata.recursion_available = true;
    let Some(question) = request.queries.first() else { return reply };
    reply.add_query(question.clone());
    // The lock is let go before anybody waits.
    let step = stage.now().step(question, transport);
    match step {
        Some(step) => {
            tokio::time::sleep(Duration::from_millis(step.delay_ms)).await;
            fill(&mut reply, question, (&step, transport));
        }
        None => reply.metadata.response_code = ResponseCode::NXDomain,
    }
    reply
}

impl Now {
    /// The answer to a question, which is noted.
    fn step(&mut self, question: &Query, transport: Transport) -> Option<Step> {
        let name = question.name().to_ascii().trim_end_matches('.').to_ascii_lowercase();
        let kind = question.query_type();
        self.seen.asked.push((name.clone(), kind.to_string()));
        let before = self.count(format!("question {name} {kind} {transport:?}"));
        if let Some(steps) = self.scene.names.get(&name) {
            return steps.get(before.min(steps.len().saturating_sub(1))).cloned();
        }
        let under_search_domain = self.scene.names.values().flatten().find_map(|step| step.v4_for.get(&name));
        match under_search_domain {
            Some(addresses) => Some(Step { v4: addresses.clone(), ..Step::default() }),
            None => self.scene.others.clone(),
        }
    }
}

fn fill(reply: &mut Message, question: &Query, (step, transport): (&Step, Transport)) {
    reply.metadata.response_code = match step.rcode.as_deref() {
        None => ResponseCode::NoError,
        Some("NXDOMAIN") => ResponseCode::NXDomain,
        Some("SERVFAIL") => ResponseCode::ServFail,
        Some("REFUSED") => ResponseCode::Refused,
        Some(other) => panic!("unknown rcode {other}"),
    };
    if step.truncated_udp && transport == Transport::Udp {
        reply.metadata.truncation = true;
        return;
    }
    let ttl = step.ttl.unwrap_or(60);
    let mut owner = question.name().clone();
    for alias in &step.cname {
        let alias = name(alias);
        reply.answers.push(Record::from_rdata(owner, ttl, RData::CNAME(CNAME(alias.clone()))));
        owner = alias;
    }
    let v4 = if transport == Transport::Tcp && !step.tcp_v4.is_empty() { &step.tcp_v4 } else { &step.v4 };
    let kind = question.query_type();
    reply.answers.extend(records(&owner, of_kind(kind, v4, &step.v6), ttl));
    for (other, addresses) in &step.answer_other_owner {
        reply.answers.extend(records(&name(other), of_kind(kind, &addresses.v4, &addresses.v6), ttl));
    }
    for (other, addresses) in &step.additional {
        reply.additionals.extend(records(&name(other), (&addresses.v4, &addresses.v6), ttl));
    }
}

type Set<'a> = (&'a [Ipv4Addr], &'a [Ipv6Addr]);

fn of_kind<'a>(kind: RecordType, v4: &'a [Ipv4Addr], v6: &'a [Ipv6Addr]) -> Set<'a> {
    match kind {
        RecordType::A => (v4, &[]),
        RecordType::AAAA => (&[], v6),
        _ => (&[], &[]),
    }
}

fn records(owner: &Name, (v4, v6): Set<'_>, ttl: u32) -> Vec<Record> {
    let v4 = v4.iter().map(|ip| RData::A(A(*ip)));
    let v6 = v6.iter().map(|ip| RData::AAAA(AAAA(*ip)));
    v4.chain(v6).map(|data| Record::from_rdata(owner.clone(), ttl, data)).collect()
}

fn name(text: &str) -> Name {
    Name::from_labels(text.split('.').map(str::as_bytes)).expect("the scene's names are names")
}

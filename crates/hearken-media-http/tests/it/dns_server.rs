//! A DNS server on loopback, over UDP and TCP, that answers as the steps of a case say.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use hickory_proto::{
    op::{Message, OpCode, Query, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, AAAA, CNAME},
    },
};
use ipnet::{IpNet, Ipv6Net};
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
};

/// The largest answer over UDP (RFC 9715).
const UDP_BYTES: usize = 1232;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Addresses {
    #[serde(rename = "A")]
    pub(crate) v4: Vec<Ipv4Addr>,
    #[serde(rename = "AAAA")]
    pub(crate) v6: Vec<Ipv6Addr>,
}

/// The answer to one query of a name. Some fields are not the server's but the settings' of the case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Step {
    #[serde(rename = "A")]
    pub(crate) v4: Vec<Ipv4Addr>,
    #[serde(rename = "AAAA")]
    pub(crate) v6: Vec<Ipv6Addr>,
    pub(crate) cname: Vec<String>,
    pub(crate) ttl: Option<u32>,
    pub(crate) rcode: Option<String>,
    pub(crate) delay_ms: u64,
    pub(crate) truncated_udp: bool,
    #[serde(rename = "tcp_A")]
    pub(crate) tcp_v4: Vec<Ipv4Addr>,
    #[serde(rename = "A_for")]
    pub(crate) v4_for: HashMap<String, Vec<Ipv4Addr>>,
    pub(crate) additional: HashMap<String, Addresses>,
    pub(crate) answer_other_owner: HashMap<String, Addresses>,
    pub(crate) operator_allow: Vec<IpNet>,
    pub(crate) nat64_config: Vec<Ipv6Net>,
    /// A search domain of the system: the server would know `A_for` under it.
    #[serde(rename = "search_domain")]
    _search_domain: Option<String>,
    /// Proxy variables: the egress crate's sources are checked to read none.
    #[serde(rename = "env")]
    _env: HashMap<String, String>,
    /// Service bindings: they would be served if anybody asked, and the test fails if anybody does.
    #[serde(rename = "HTTPS")]
    _https: Option<serde_json::Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

/// What was asked, in order.
pub(crate) type Asked = Vec<(String, RecordType, Transport)>;

pub(crate) struct DnsServer {
    pub(crate) address: SocketAddr,
    zone: Arc<Zone>,
    _tasks: JoinSet<()>,
}

struct Zone {
    steps: HashMap<String, Vec<Step>>,
    asked: Mutex<Asked>,
}

impl DnsServer {
    /// Serves the steps of each name. A name without any does not exist.
    pub(crate) async fn start(steps: HashMap<String, Vec<Step>>) -> Self {
        let (udp, tcp) = bind().await;
        let address = udp.local_addr().unwrap();
        let zone = Arc::new(Zone { steps, asked: Mutex::default() });
        let mut tasks = JoinSet::new();
        tasks.spawn(serve_udp(Arc::new(udp), Arc::clone(&zone)));
        tasks.spawn(serve_tcp(tcp, Arc::clone(&zone)));
        Self { address, zone, _tasks: tasks }
    }

    pub(crate) fn asked(&self) -> Asked {
        self.zone.asked.lock().unwrap().clone()
    }
}

/// The same port for both.
async fn bind() -> (UdpSocket, TcpListener) {
    loop {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()).await {
            return (udp, tcp);
        }
    }
}

async fn serve_udp(socket: Arc<UdpSocket>, zone: Arc<Zone>) {
    let mut buffer = [0; 4096];
    let mut answers = JoinSet::new();
    loop {
        let (length, peer) = socket.recv_from(&mut buffer).await.unwrap();
        let request = Message::from_vec(&buffer[..length]).unwrap();
        let (socket, zone) = (Arc::clone(&socket), Arc::clone(&zone));
        answers.spawn(async move {
            let mut reply = zone.reply(&request, Transport::Udp).await;
            let mut bytes = reply.to_vec().unwrap();
            if bytes.len() > UDP_BYTES {
                reply.answers.clear();
                reply.additionals.clear();
                reply.metadata.truncation = true;
                bytes = reply.to_vec().unwrap();
            }
            socket.send_to(&bytes, peer).await.unwrap();
        });
    }
}

async fn serve_tcp(listener: TcpListener, zone: Arc<Zone>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(serve_connection(stream, Arc::clone(&zone)));
    }
}

async fn serve_connection(mut stream: TcpStream, zone: Arc<Zone>) {
    while let Ok(length) = stream.read_u16().await {
        let mut bytes = vec![0; usize::from(length)];
        if stream.read_exact(&mut bytes).await.is_err() {
            return;
        }
        let reply = zone.reply(&Message::from_vec(&bytes).unwrap(), Transport::Tcp).await.to_vec().unwrap();
        let mut framed = u16::try_from(reply.len()).unwrap().to_be_bytes().to_vec();
        framed.extend(reply);
        if stream.write_all(&framed).await.is_err() {
            return;
        }
    }
}

impl Zone {
    async fn reply(&self, request: &Message, transport: Transport) -> Message {
        let question = request.queries[0].clone();
        let name = question.name().to_ascii().trim_end_matches('.').to_ascii_lowercase();
        let mut reply = Message::response(request.metadata.id, OpCode::Query);
        reply.metadata.recursion_desired = true;
        reply.metadata.recursion_available = true;
        reply.add_query(question.clone());
        let before = self.note(&name, &question, transport);
        let Some(step) = self.steps.get(&name).map(|steps| &steps[before.min(steps.len() - 1)]) else {
            self.other_name(&name, &question, &mut reply);
            return reply;
        };
        tokio::time::sleep(Duration::from_millis(step.delay_ms)).await;
        fill(&mut reply, &question, (step, transport));
        reply
    }

    /// Remembers a question, and says how many like it came before.
    fn note(&self, name: &str, question: &Query, transport: Transport) -> usize {
        let mut asked = self.asked.lock().unwrap();
        let same = |(other, kind, over): &&(String, RecordType, Transport)| {
            other == name && *kind == question.query_type() && *over == transport
        };
        let before = asked.iter().filter(same).count();
        asked.push((name.to_owned(), question.query_type(), transport));
        before
    }

    fn other_name(&self, name: &str, question: &Query, reply: &mut Message) {
        let found = self.steps.values().flatten().find_map(|step| step.v4_for.get(name));
        match found {
            Some(addresses) if question.query_type() == RecordType::A => {
                add_addresses(&mut reply.answers, question.name(), (addresses, &[], 60));
            }
            Some(_) => {}
            None => reply.metadata.response_code = ResponseCode::NXDomain,
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
    add_addresses(&mut reply.answers, &owner, of_kind(kind, v4, &step.v6, ttl));
    for (other, addresses) in &step.answer_other_owner {
        add_addresses(&mut reply.answers, &name(other), of_kind(kind, &addresses.v4, &addresses.v6, ttl));
    }
    for (other, addresses) in &step.additional {
        add_addresses(&mut reply.additionals, &name(other), (&addresses.v4, &addresses.v6, ttl));
    }
}

type Set<'a> = (&'a [Ipv4Addr], &'a [Ipv6Addr], u32);

fn of_kind<'a>(kind: RecordType, v4: &'a [Ipv4Addr], v6: &'a [Ipv6Addr], ttl: u32) -> Set<'a> {
    match kind {
        RecordType::A => (v4, &[], ttl),
        RecordType::AAAA => (&[], v6, ttl),
        _ => (&[], &[], ttl),
    }
}

fn add_addresses(section: &mut Vec<Record>, owner: &Name, (v4, v6, ttl): Set<'_>) {
    let v4 = v4.iter().map(|ip| RData::A(A(*ip)));
    let v6 = v6.iter().map(|ip| RData::AAAA(AAAA(*ip)));
    section.extend(v4.chain(v6).map(|data| Record::from_rdata(owner.clone(), ttl, data)));
}

fn name(text: &str) -> Name {
    Name::from_labels(text.split('.').map(str::as_bytes)).unwrap()
}

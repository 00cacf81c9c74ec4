//! What is said between the inside and the outside, one line of JSON each way, and what the outside shall play.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Serialize};

/// Where the DNS server is.
pub(crate) const NAMESERVER: &str = "9.9.9.9";

/// Ports on which the outside and the inside's own addresses listen: those that may be dialled, and some that may not.
pub(crate) const PORTS: [u16; 8] = [443, 8443, 22, 25, 80, 5432, 6379, 8080];

/// Replies under this key are played one after another, whatever the host.
pub(crate) const ANY_HOST: &str = "*";

/// What the inside asks for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Set the links up; the answer is the hardware address of the dark one.
    Wire,
    /// Play this from now on; the answer means that it is on.
    Play(Box<Scene>),
    /// Tell what was seen since this was last asked.
    Tell,
}

/// The first line of the outside.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    /// The certificate of the authority of every host, as PEM.
    pub(crate) ca_pem: String,
}

/// What DNS says and hosts reply.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Scene {
    /// By name: the i-th step answers the i-th question of a kind, the last one all later questions.
    pub(crate) names: HashMap<String, Vec<Step>>,
    /// What every other name has; without it, there are no others.
    pub(crate) others: Option<Step>,
    /// By host, or under [`ANY_HOST`]: the i-th reply answers the i-th request, the last one all later requests.
    pub(crate) replies: HashMap<String, Vec<Reply>>,
}

/// Addresses of a name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Addresses {
    #[serde(rename = "A")]
    pub(crate) v4: Vec<Ipv4Addr>,
    #[serde(rename = "AAAA")]
    pub(crate) v6: Vec<Ipv6Addr>,
}

/// An answer of DNS, as the fixture writes it. Some fields are not the server's but the settings' of the case.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    /// A search domain of the system, which must not be used: the server would know `A_for` under it.
    pub(crate) search_domain: Option<String>,
    /// Proxy variables: every service of this rig has some.
    pub(crate) env: HashMap<String, String>,
    /// Service bindings, which nobody must ask for.
    #[serde(rename = "HTTPS")]
    pub(crate) https: Option<serde_json::Value>,
}

/// A reply of a host.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// How the body begins.
    pub(crate) prefix: Vec<u8>,
    /// How many bytes of body are sent; zeros follow the prefix.
    pub(crate) size: usize,
    /// The `content-length` field; none where the status has no body.
    pub(crate) length: Option<u64>,
}

impl Reply {
    /// A good recording.
    pub(crate) fn recording() -> Self {
        Self::ok(vec![("content-type".to_owned(), "audio/mpeg".to_owned())])
    }

    /// The same recording with other header fields.
    pub(crate) fn ok(headers: Vec<(String, String)>) -> Self {
        const SIZE: usize = 2000;
        Self { status: 200, headers, prefix: b"ID3\x03\0\0\0\0\0\0".to_vec(), size: SIZE, length: Some(SIZE as u64) }
    }

    /// A reply without a body.
    pub(crate) fn empty(status: u16, headers: Vec<(String, String)>) -> Self {
        let length = (!matches!(status, 204 | 304)).then_some(0);
        Self { status, headers, prefix: Vec::new(), size: 0, length }
    }

    /// The body.
    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = self.prefix.clone();
        body.resize(self.size, 0);
        body
    }

    /// As it is sent.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let fields: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = self.length.map(|length| format!("content-length: {length}\r\n")).unwrap_or_default();
        let head = format!("HTTP/1.1 {} Reply\r\n{fields}{length}\r\n", self.status);
        [head.into_bytes(), self.body()].concat()
    }
}

/// What the outside saw.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// The addresses that were dialled.
    pub(crate) dialled: Vec<SocketAddr>,
    /// The names that DNS was asked for, with the kind of the question.
    pub(crate) asked: Vec<(String, String)>,
}

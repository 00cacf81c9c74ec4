//! One hostile host: its name, what it speaks, what it does, and the codes that the fetch may end in.

use super::{certificates::Leaf, moves::Move, rogue_dns::Mischief};
use crate::{dns_server::Step, script::recording};

/// How long every recording is that a play may deliver. Longer than what the fetcher looks at first.
pub(crate) const LENGTH: usize = 1000;

/// Stands for a fetch that delivered the recording.
pub(crate) const OK: &str = "ok";

/// The codes that are allowed: one wherever `egress.md` decides.
pub(crate) type Codes = &'static [&'static str];

pub(crate) const DELIVERED: Codes = &[OK];
pub(crate) const TIMEOUT: Codes = &["timeout"];
pub(crate) const TRUNCATED: Codes = &["truncated"];
pub(crate) const PROTOCOL: Codes = &["protocol_error"];
pub(crate) const TOO_LARGE: Codes = &["too_large"];
pub(crate) const EMPTY: Codes = &["empty_media"];
pub(crate) const TLS_FAILED: Codes = &["tls_failed"];
/// The contract has a word for a body that ends early, and none for a head that does.
pub(crate) const CUT_HEAD: Codes = &["protocol_error", "truncated"];

/// What a host speaks before its script begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layer {
    /// Nobody listens.
    Refusing,
    /// The queue of connections that nobody accepts is full.
    Crowded,
    /// Nothing: the script begins with the connection.
    Tcp,
    /// TLS and HTTP/1.1: the script begins after the request's head.
    Http1(Leaf),
    /// TLS and HTTP/2: the script begins after settings were exchanged and the request's head was read.
    Http2,
}

/// Who answers questions for names.
#[derive(Debug)]
pub(crate) enum Names {
    /// A server that knows the hosts of the plays.
    Honest,
    /// A server that gives the i-th step to the i-th question for the link's host.
    Steps(Vec<Step>),
    /// Something that is no DNS server.
    Rogue(Mischief),
}

/// One play.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) codes: Codes,
    pub(crate) layer: Layer,
    /// What is done on the i-th connection; the last is for all later ones too.
    pub(crate) scripts: Vec<Vec<Move>>,
    pub(crate) names: Names,
    /// The host would send for ever, and must not get rid of much.
    pub(crate) is_bounded: bool,
}

impl Case {
    fn new(name: &'static str, codes: Codes, layer: Layer) -> Self {
        Self { name, codes, layer, scripts: Vec::new(), names: Names::Honest, is_bounded: false }
    }

    /// A host on one of the layers.
    pub(crate) fn on(layer: Layer, name: &'static str, codes: Codes, moves: Vec<Move>) -> Self {
        Self::new(name, codes, layer).then(moves)
    }

    /// A host that misbehaves in HTTP/1.1.
    pub(crate) fn http1(name: &'static str, codes: Codes, moves: Vec<Move>) -> Self {
        Self::on(Layer::Http1(Leaf::Good), name, codes, moves)
    }

    /// A host that misbehaves in HTTP/2.
    pub(crate) fn http2(name: &'static str, codes: Codes, moves: Vec<Move>) -> Self {
        Self::on(Layer::Http2, name, codes, moves)
    }

    /// An honest host behind names that are not.
    pub(crate) fn named(name: &'static str, codes: Codes, names: Names) -> Self {
        Self { names, ..Self::http1(name, codes, honest()) }
    }

    /// What is done on the next connection.
    pub(crate) fn then(mut self, moves: Vec<Move>) -> Self {
        self.scripts.push(moves);
        self
    }

    /// Whether what it waits for is an answer about a name.
    pub(crate) fn is_about_dns(&self) -> bool {
        match &self.names {
            Names::Honest => false,
            Names::Steps(steps) => steps.iter().any(|step| step.delay_ms > 0),
            Names::Rogue(_) => true,
        }
    }

    /// The host sends for ever.
    pub(crate) fn bounded(self) -> Self {
        Self { is_bounded: true, ..self }
    }
}

/// The status and the type of a good answer, without a length and the last empty line.
pub(crate) const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\n";

/// A good answer's head with these further lines, each with its end.
pub(crate) fn head(lines: &str) -> Vec<u8> {
    format!("{HEAD}{lines}\r\n").into_bytes()
}

/// A head with these lines, and the recording.
pub(crate) fn answer(lines: &str) -> Vec<u8> {
    [head(lines), recording(LENGTH)].concat()
}

/// What an honest host does.
pub(crate) fn honest() -> Vec<Move> {
    vec![Move::Send(answer(&format!("content-length: {LENGTH}\r\n"))), Move::Close]
}

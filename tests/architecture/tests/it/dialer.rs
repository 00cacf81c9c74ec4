//! One place opens connections to the outside: what a caller chose is dialled by the guarded egress or not at all.

use crate::{
    assert_none,
    code::{hits, production},
    workspace::{Source, rust_sources},
};

/// The one dialer.
const DIALER: &str = "crates/hearken-egress/src/dial.rs";

/// What opens a connection, sends a datagram or asks the system's resolver behind the guard's back.
const DIALS: &[&str] = &[
    "TcpStream::connect",
    "TcpSocket",
    "UdpSocket",
    "UnixStream::connect",
    "UnixDatagram",
    "HttpConnector",
    "legacy::Client",
    "reqwest::",
    "ureq::",
    "isahc::",
    "lookup_host",
    "to_socket_addrs",
];

/// Where else a connection is lawful, and why. A path that ends in a slash is a folder.
const LAWFUL: &[(&str, &str)] = &[
    (DIALER, "the guarded dialer itself: it takes checked addresses only"),
    ("crates/hearken-blobs-objectstore/src/", "the transport to the one S3 endpoint that the operator configured"),
    ("crates/hearken-automation-email/src/smtp/dial.rs", "the one mail server that the operator configured"),
    ("crates/hearken-insights-http/src/", "the chat server that the operator configured"),
    ("crates/hearken-speech-http/src/", "the one transcription server that the operator configured"),
    ("crates/hearken-speech-whisper/src/pull.rs", "the models' host that the operator names, when a model is pulled"),
    ("crates/hearken-http/src/serve/listen.rs", "binds the service's own address, and connects to nothing"),
    ("bins/hearken-bench/src/", "the bench asks what it started itself, on loopback"),
    ("bins/hearken/src/demo/client.rs", "the demo asks its own service, on loopback"),
    ("crates/hearken-testkit/src/postgres.rs", "waits for the private server that a test started, on loopback"),
    ("crates/hearken-testkit/src/postgres/", "waits for the private server that a test started, on loopback"),
];

fn is_lawful(path: &str) -> bool {
    LAWFUL.iter().any(|(place, _)| if place.ends_with('/') { path.starts_with(place) } else { path == *place })
}

fn dials(sources: &[Source]) -> Vec<String> {
    let elsewhere = sources.iter().filter(|source| !is_lawful(&source.path));
    elsewhere.flat_map(|source| hits(&source.path, &production(source), DIALS)).collect()
}

#[test]
fn only_the_guarded_dialer_opens_connections() {
    let advice = "go through hearken-egress; where nothing that a caller chose can be dialled, add the place to LAWFUL in \
                  dialer.rs with the reason:";
    assert_none(&dials(&rust_sources(&["crates", "bins"])), advice);
}

#[test]
fn the_dialer_is_where_the_check_thinks_it_is() {
    let sources = rust_sources(&["crates/hearken-egress/src"]);
    let dialer = sources.iter().find(|source| source.path == DIALER);
    let found = dialer.is_some_and(|source| production(source).contains("TcpStream::connect"));
    assert!(found, "{DIALER} connects no more: name the new dialer in dialer.rs");
}

#[test]
fn a_second_dialer_is_noticed() {
    let sample = |path: &str, text: &str| [Source { path: path.to_owned(), text: text.to_owned() }];
    for bad in
        ["TcpStream::connect(address).await", "let client = reqwest::Client::new();", "tokio::net::lookup_host(name)"]
    {
        assert_eq!(dials(&sample("crates/hearken-http/src/a.rs", bad)).len(), 1, "{bad}");
        assert_eq!(dials(&sample("crates/hearken-egress/src/other.rs", bad)).len(), 1, "{bad}");
    }
    assert!(dials(&sample("crates/hearken-http/tests/it/a.rs", "TcpStream::connect(address)")).is_empty());
    assert!(dials(&sample(DIALER, "TcpStream::connect(address)")).is_empty());
}

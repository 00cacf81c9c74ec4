//! The table of every setting. It is data, so that documentation and checks are made from the same lines.
//!
//! A key that is not here does not exist; a default that is here stands nowhere else.

use DefaultValue::{Derived, Text, Unset};

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownKey {
    /// The dotted key: `media.timeouts.dns`.
    pub key: &'static str,
    /// What holds when it is not given.
    pub default: DefaultValue,
    /// One line for the operator.
    pub doc: &'static str,
}

/// What holds when a setting is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// This text, read exactly as if it had come from the environment.
    Text(&'static str),
    /// A value that depends on other settings or on the machine, in words.
    Derived(&'static str),
    /// Nothing.
    Unset,
}

/// Every setting there is, in the order in which documentation shows them.
pub fn known_keys() -> &'static [KnownKey] {
    KNOWN_KEYS
}

const fn known(key: &'static str, default: DefaultValue, doc: &'static str) -> KnownKey {
    KnownKey { key, default, doc }
}

const KNOWN_KEYS: &[KnownKey] = &[
    known("listen", Text("127.0.0.1:8080"), "address and port to listen on; port 0 picks a free one"),
    known("data_dir", Text("./hearken-data"), "folder of the SQLite file and the recordings"),
    known("public_url", Derived("http://<listen>"), "base of signed links and error types; https with tls"),
    known("role", Text("all"), "what this process does: all, api, worker"),
    known("tls.cert_file", Unset, "PEM certificate chain, to serve HTTPS without a proxy; needs tls.key_file"),
    known("tls.key_file", Unset, "PEM private key; needs tls.cert_file"),
    known(
        "limits.requests_per_minute",
        Text("6000"),
        "requests a minute for each key, a workspace has four's; 0 = off",
    ),
    known("limits.burst", Text("600"), "requests that a key may send at once; 0 = off"),
    known("limits.max_connections", Text("4096"), "open connections"),
    known("limits.connections_per_address", Text("256"), "open connections of one address; 0 = off, as behind a proxy"),
    known("limits.max_in_flight", Text("256"), "requests handled at a time; a workspace alone has three quarters"),
    known("limits.max_body_bytes", Text("64MiB"), "size of a request's body"),
    known(
        "limits.max_buffered_bytes",
        Text("96MiB"),
        "all bodies and long answers at a time; a workspace alone has half",
    ),
    known("limits.header_timeout", Text("10s"), "time to receive a request's head"),
    known("limits.body_timeout", Text("60s"), "time to receive a request's body"),
    known("limits.drain_timeout", Text("30s"), "time for open requests and jobs to end when shutting down"),
    known("limits.low_disk_bytes", Text("256MiB"), "no new recordings are admitted with less free disk; 0 = off"),
    known("database.url", Derived("sqlite://<data_dir>/hearken.db"), "or postgres://user:password@host/name"),
    known("database.max_connections", Text("16"), "connections in the pool"),
    known("blobs.url", Derived("file://<data_dir>/blobs"), "or s3://bucket/prefix, with keys by the AWS variables"),
    known("blobs.endpoint", Unset, "URL of an S3-compatible server other than Amazon's"),
    known("blobs.region", Unset, "the bucket's region"),
    known("blobs.link_ttl", Text("15m"), "life of media_url, from 1s to 7d"),
    known("egress.allow", Text("[]"), "CIDRs that may be fetched from although the built-in table refuses them"),
    known("egress.deny", Text("[]"), "CIDRs that may not be fetched from, beside the built-in table"),
    known("egress.ports", Text("[443, 8443]"), "ports that may be fetched from"),
    known("egress.ca_file", Unset, "PEM certificates, trusted beside the public roots"),
    known("egress.nameservers", Derived("the system's"), "DNS servers, such as 127.0.0.1:5353; port 53 if not given"),
    known("egress.nat64_prefixes", Text("[]"), "IPv6 prefixes of this network's NAT64, judged as IPv4"),
    known("egress.user_agent", Derived("Hearken/<version>"), "User-Agent of outgoing requests"),
    known("media.max_bytes", Text("2GiB"), "size of a recording"),
    known("media.octet_stream", Text("refuse"), "recordings declared as application/octet-stream: refuse, accept"),
    known("media.timeouts.dns", Text("3s"), "time to resolve a host"),
    known("media.timeouts.connect", Text("3s"), "time to connect to one address"),
    known("media.timeouts.tls", Text("5s"), "time for the TLS handshake"),
    known("media.timeouts.head", Text("10s"), "time to receive a response's head"),
    known("media.timeouts.idle", Text("15s"), "longest pause within a body"),
    known("media.timeouts.total", Text("10m"), "time for a whole fetch"),
    known("media.min_rate", Text("64KiB"), "slowest acceptable rate, in bytes a second"),
    known("speech.engine", Text("auto"), "what transcribes: auto, whisper, http, command, none"),
    known("speech.http.url", Unset, "base URL of an OpenAI-compatible transcription server"),
    known("speech.http.model", Unset, "model to ask that server for"),
    known("speech.http.api_key", Unset, "key for that server (secret)"),
    known("speech.command.program", Unset, "program that transcribes a file"),
    known("speech.command.args", Text("[]"), "its arguments; with commas in them, write a TOML array"),
    known("speech.whisper.model", Unset, "name or file of the Whisper model"),
    known("insights.engine", Text("auto"), "what summarises, tags and extracts: auto, local, http"),
    known("insights.http.url", Unset, "base URL of an OpenAI-compatible chat server"),
    known("insights.http.model", Unset, "model to ask that server for"),
    known("insights.http.api_key", Unset, "key for that server (secret)"),
    known("email.smtp_url", Unset, "smtps://user:password@host; no recap e-mail without it"),
    known("email.from", Unset, "sender of recap e-mail"),
    known("email.ca_file", Unset, "PEM certificates, trusted beside the public roots by the mail client"),
    known("worker.concurrency", Derived("the number of cores"), "jobs processed at a time"),
    known("log.format", Text("pretty"), "pretty, or json for machines"),
    known("log.level", Text("info"), "off, error, warn, info, debug, trace; also by module: info,hearken_http=debug"),
];

//! Values of each kind: what is accepted, and what is refused with a message that says how to put it right.

use std::path::Path;

use hearken_config::{BlobLocation, ConfigError, DatabaseLocation, InsightsEngine, OctetStream};
use secrecy::ExposeSecret as _;

use crate::{from_env, from_file, refusal};

/// Each wrong value, by key, with a part of what the message must say.
const WRONG: &[(&str, &str, &str)] = &[
    ("listen", "localhost:8080", "`localhost:8080` is no IP address with a port"),
    ("listen", ":8080", "for example `127.0.0.1:8080`"),
    ("public_url", "ftp://example.org", "its scheme is `ftp`"),
    ("public_url", "https://example.org/?a=b", "it carries a query or fragment"),
    ("public_url", "https://u:p@example.org/", "it carries a user or password"),
    ("public_url", "example.org", "it is no URL"),
    ("role", "both", "accepted: all, api or worker"),
    ("limits.burst", "-1", "`-1` is no such number"),
    ("limits.max_connections", "0", "`0` is out of range"),
    ("limits.connections_per_address", "-1", "`-1` is no such number"),
    ("limits.max_buffered_bytes", "0", "`0` is zero"),
    ("limits.max_in_flight", "many", "`many` is no such number"),
    ("limits.max_body_bytes", "64Mi", "the unknown unit `Mi`"),
    ("limits.header_timeout", "10", "`10` has no unit"),
    ("limits.drain_timeout", "0s", "`0s` is zero"),
    ("database.url", "mysql://h/db", "it starts with neither sqlite:// nor postgres://"),
    ("database.url", "sqlite://", "it names no file"),
    ("database.url", "sqlite::memory:", "a database in memory cannot be used"),
    ("database.url", "sqlite://x.db?mode=ro", "parameters after the file's name are not supported"),
    ("database.max_connections", "0", "accepted: a whole number from 1"),
    ("blobs.url", "https://bucket", "it starts with neither file:// nor s3://"),
    ("blobs.url", "s3:///prefix", "its bucket"),
    ("blobs.url", "s3://bucket/a//b", "its prefix"),
    ("blobs.link_ttl", "8d", "`8d` is out of range"),
    ("blobs.link_ttl", "500ms", "`500ms` is out of range"),
    ("blobs.link_ttl", "1500ms", "is not of whole seconds"),
    ("egress.allow", "10.0.0.1", "`10.0.0.1` is no CIDR"),
    ("egress.deny", "10.1.2.3/8", "the network is `10.0.0.0/8`"),
    ("egress.ports", "443,70000", "`70000` is no port"),
    ("egress.ports", "[]", "the list is empty"),
    ("egress.ports", "[443", "`[443` is no port"),
    ("egress.nameservers", "dns.example", "`dns.example` is no IP address"),
    ("egress.nat64_prefixes", "64:ff9b::/97", "has the length 97"),
    ("egress.nat64_prefixes", "10.0.0.0/32", "is an IPv4 network"),
    ("egress.user_agent", "hörken", "is not ASCII"),
    ("media.octet_stream", "maybe", "accepted: refuse or accept"),
    ("media.timeouts.dns", "3 seconds", "the unknown unit `seconds`"),
    ("media.min_rate", "fast", "does not start with a usable whole number"),
    ("speech.engine", "magic", "accepted: auto, whisper, http, command or none"),
    ("insights.engine", "magic", "accepted: auto, local or http"),
    ("worker.concurrency", "0", "`0` is out of range"),
    ("log.format", "xml", "accepted: pretty or json"),
    ("log.level", "info,hearken=loud", "`hearken=loud` is no level"),
];

fn variable(key: &str) -> String {
    format!("HEARKEN__{}", key.to_uppercase().replace('.', "__"))
}

#[test]
fn wrong_values_are_refused_with_key_origin_problem_and_example() {
    for &(key, value, expected) in WRONG {
        let name = variable(key);
        let message = refusal(from_env(&[(name.as_str(), value)]));
        assert!(message.starts_with(&format!("setting `{key}` (environment variable {name}): ")), "{message}");
        assert!(message.contains(expected), "{message}");
        assert!(message.contains("; accepted: ") && message.contains(", for example `"), "{message}");
    }
}

#[test]
fn a_wrong_type_in_a_file_is_refused() {
    for text in ["listen = true", "[media]\nmax_bytes = 1.5", "[log]\nlevel = [\"info\"]", "[egress]\nports = [[1]]"] {
        let message = refusal(from_file(text));
        assert!(message.contains("is not expected here"), "{message}");
    }
    assert!(refusal(from_file("[listen]\nport = 1\n")).contains("of type table"));
}

#[test]
fn secrets_are_not_repeated_in_errors() {
    let cases = [
        ("database.url", "postgres://u:hunter2@host:port/db"),
        ("database.url", "mysql://u:hunter2@host/db"),
        ("email.smtp_url", "https://u:hunter2@host"),
        ("email.smtp_url", "smtp://u:hunter2@host:port"),
        ("speech.http.api_key", "hunter2\n"),
        ("insights.http.api_key", "hunter2\n"),
        ("speech.http.url", "https://u:hunter2@host"),
        ("blobs.url", "s3://u:hunter2@bucket"),
    ];
    for (key, value) in cases {
        let name = variable(key);
        let mut variables = vec![(name.as_str(), value)];
        // So that the section is complete but for the value under test.
        for (section, other, fine) in [
            ("speech.http.api_key", "HEARKEN__SPEECH__HTTP__URL", "https://models.example.org"),
            ("insights.http.api_key", "HEARKEN__INSIGHTS__HTTP__URL", "https://models.example.org"),
        ] {
            if section == key {
                variables.push((other, fine));
            }
        }
        let error = from_env(&variables).expect_err("the value is wrong");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(key) && !shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn keys_that_need_each_other_are_asked_for() {
    let cases = [
        ("tls.cert_file", "c.pem", "tls.key_file"),
        ("tls.key_file", "k.pem", "tls.cert_file"),
        ("email.smtp_url", "smtps://mail.example.org", "email.from"),
        ("email.from", "a@example.org", "email.smtp_url"),
        ("speech.engine", "http", "speech.http.url"),
        ("speech.engine", "command", "speech.command.program"),
        ("speech.http.model", "m", "speech.http.url"),
        ("speech.command.args", "-x", "speech.command.program"),
        ("insights.engine", "http", "insights.http.url"),
    ];
    for (given, value, asked) in cases {
        let name = variable(given);
        let error = from_env(&[(name.as_str(), value)]).expect_err("another key is missing");
        let ConfigError::Missing { key, because, .. } = &error else { panic!("not a missing key: {error}") };
        assert_eq!((*key, *because), (asked, given));
        assert!(error.to_string().contains(&name), "{error}");
    }
}

#[test]
fn databases_are_files_or_servers() {
    let location =
        |url: &str| from_env(&[("HEARKEN__DATABASE__URL", url)]).expect("the URL is valid").database.location;
    for (url, file) in [
        ("sqlite:///var/lib/h.db", "/var/lib/h.db"),
        ("sqlite://./h.db", "./h.db"),
        ("sqlite://data/h.db", "data/h.db"),
        ("sqlite:h.db", "h.db"),
    ] {
        let DatabaseLocation::Sqlite { path } = location(url) else { panic!("{url} is a file") };
        assert_eq!(path, Path::new(file));
    }
    for server in ["postgres://u:p@h/db", "postgresql:///db?host=/run/postgresql"] {
        let DatabaseLocation::Postgres { url } = location(server) else { panic!("{server} is a server") };
        assert_eq!(url.expose_secret(), server);
    }
}

#[test]
fn blobs_are_in_a_folder_or_a_bucket() {
    let settings =
        from_file("[blobs]\nurl = \"s3://recordings/a/b/\"\nendpoint = \"http://127.0.0.1:9000\"\nregion = \"eu-1\"\n");
    let BlobLocation::S3 { bucket, prefix, endpoint, region } = settings.expect("it is valid").blobs.location else {
        panic!("it is a bucket")
    };
    assert_eq!((bucket.as_str(), prefix.as_str(), region.as_deref()), ("recordings", "a/b", Some("eu-1")));
    assert_eq!(endpoint.map(String::from).as_deref(), Some("http://127.0.0.1:9000/"));
    let settings = from_env(&[("HEARKEN__BLOBS__URL", "file:///srv/blobs")]).expect("a folder is valid");
    assert_eq!(settings.blobs.location, BlobLocation::File { path: "/srv/blobs".into() });
}

#[test]
fn zero_switches_the_rate_limit_off() {
    for key in ["HEARKEN__LIMITS__REQUESTS_PER_MINUTE", "HEARKEN__LIMITS__BURST"] {
        assert_eq!(from_env(&[(key, "0")]).expect("zero is valid").limits.rate, None);
    }
    let settings = from_env(&[("HEARKEN__LIMITS__LOW_DISK_BYTES", "0")]).expect("zero is valid");
    assert_eq!(settings.limits.low_disk_bytes, 0);
    let settings = from_env(&[("HEARKEN__LIMITS__CONNECTIONS_PER_ADDRESS", "0")]).expect("zero is valid");
    assert_eq!(settings.limits.connections_per_address, 0);
}

#[test]
fn other_right_values_are_taken() {
    let settings = from_file(
        r#"
        [media]
        max_bytes = 1048576
        octet_stream = "accept"
        [egress]
        allow = ["10.1.0.0/16", "fd00::/8"]
        nat64_prefixes = ["64:ff9b::/96"]
        [insights]
        engine = "http"
        http = { url = "https://models.example.org/v1", model = "m", api_key = "k" }
        [email]
        smtp_url = "smtps://u:p@mail.example.org"
        from = "Hearken <hearken@example.org>"
        [log]
        level = "warn, hearken_http=debug"
        "#,
    )
    .expect("all values are valid");
    assert_eq!((settings.media.max_bytes, settings.media.octet_stream), (1 << 20, OctetStream::Accept));
    assert_eq!(settings.egress.allow.len(), 2);
    assert_eq!(settings.egress.nat64_prefixes.len(), 1);
    assert_eq!(settings.insights.engine, InsightsEngine::Http);
    let server = settings.insights.http.expect("the server is set");
    assert_eq!(server.url.as_str(), "https://models.example.org/v1/");
    assert_eq!(server.api_key.expect("the key is set").expose_secret(), "k");
    assert_eq!(settings.email.expect("mail is set").from, "Hearken <hearken@example.org>");
    assert_eq!(settings.log.level, "warn,hearken_http=debug");
}

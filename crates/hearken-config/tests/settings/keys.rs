//! The keys that exist, and what happens to those that do not.

use std::collections::BTreeSet;

use hearken_config::{ConfigError, DefaultValue, Origin, known_keys};

use crate::{from_env, from_file, refusal};

/// The operator's table, key by key; people script against these names.
const OPERATOR_KEYS: &[&str] = &[
    "listen",
    "data_dir",
    "public_url",
    "database.url",
    "blobs.url",
    "blobs.endpoint",
    "blobs.region",
    "blobs.link_ttl",
    "egress.allow",
    "egress.deny",
    "egress.ports",
    "egress.ca_file",
    "egress.nameservers",
    "egress.nat64_prefixes",
    "media.max_bytes",
    "media.octet_stream",
    "media.timeouts.dns",
    "media.timeouts.connect",
    "media.timeouts.tls",
    "media.timeouts.head",
    "media.timeouts.idle",
    "media.timeouts.total",
    "media.min_rate",
    "limits.requests_per_minute",
    "limits.burst",
    "limits.max_connections",
    "limits.connections_per_address",
    "limits.max_in_flight",
    "speech.engine",
    "speech.http.url",
    "speech.http.model",
    "speech.http.api_key",
    "speech.command.program",
    "speech.command.args",
    "speech.whisper.model",
    "insights.engine",
    "insights.http.url",
    "insights.http.model",
    "insights.http.api_key",
    "email.smtp_url",
    "email.from",
    "worker.concurrency",
    "log.format",
    "log.level",
    "tls.cert_file",
    "tls.key_file",
];

#[test]
fn every_key_of_the_operators_table_is_known() {
    let known: BTreeSet<&str> = known_keys().iter().map(|known| known.key).collect();
    for key in OPERATOR_KEYS {
        assert!(known.contains(key), "{key}");
    }
}

#[test]
fn no_key_is_listed_twice_or_left_undescribed() {
    let mut seen = BTreeSet::new();
    for known in known_keys() {
        assert!(seen.insert(known.key), "{}", known.key);
        assert!(!known.doc.is_empty(), "{}", known.key);
    }
}

#[test]
fn the_operators_defaults_are_the_tables() {
    let expected = [
        ("listen", DefaultValue::Text("127.0.0.1:8080")),
        ("data_dir", DefaultValue::Text("./hearken-data")),
        ("public_url", DefaultValue::Derived("http://<listen>")),
        ("blobs.link_ttl", DefaultValue::Text("15m")),
        ("egress.ports", DefaultValue::Text("[443, 8443]")),
        ("media.max_bytes", DefaultValue::Text("2GiB")),
        ("limits.requests_per_minute", DefaultValue::Text("6000")),
        ("limits.connections_per_address", DefaultValue::Text("256")),
        ("email.from", DefaultValue::Unset),
    ];
    for (key, default) in expected {
        let known = known_keys().iter().find(|known| known.key == key).expect("the key is known");
        assert_eq!(known.default, default, "{key}");
    }
}

#[test]
fn an_unknown_key_names_its_origin_and_the_nearest_key() {
    let message = refusal(from_env(&[("HEARKEN__DATABSE__URL", "sqlite://x.db")]));
    assert_eq!(
        message,
        "unknown setting `databse.url` (environment variable HEARKEN__DATABSE__URL), did you mean `database.url`?"
    );

    let message = refusal(from_file("[media.timeouts]\ndsn = \"3s\"\n"));
    assert!(message.starts_with("unknown setting `media.timeouts.dsn` (in /"), "{message}");
    assert!(message.ends_with("did you mean `media.timeouts.dns`?"), "{message}");
}

#[test]
fn an_unknown_key_like_no_other_gets_no_suggestion() {
    let error = from_env(&[("HEARKEN__NOTHING__OF__THE_SORT", "1")]).expect_err("the key is unknown");
    let ConfigError::UnknownKey { key, nearest, origin } = error else { panic!("not an unknown key: {error}") };
    assert_eq!(key, "nothing.of.the_sort");
    assert_eq!(nearest, None);
    assert_eq!(origin, Origin::Variable("HEARKEN__NOTHING__OF__THE_SORT".to_owned()));
}

#[test]
fn an_unknown_section_and_a_section_that_is_no_table_are_refused() {
    assert!(refusal(from_file("[databases]\n")).contains("unknown setting `databases`"));
    assert!(refusal(from_file("database = \"x\"\n")).contains("did you mean `database.url`?"));
}

#[test]
fn other_variables_are_not_ours_and_empty_ones_are_not_set() {
    let settings = from_env(&[("PATH", "/bin"), ("HEARKEN_LISTEN", "x"), ("HEARKEN__LISTEN", "")]);
    assert_eq!(settings.expect("nothing is set").server.listen.to_string(), "127.0.0.1:8080");
    assert!(refusal(from_env(&[("HEARKEN__LISTN", "")])).contains("did you mean `listen`?"));
}

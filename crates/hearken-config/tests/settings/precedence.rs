//! Which layer wins, and what the defaults are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hearken_config::{
    BlobLocation, ConfigError, DatabaseLocation, LogFormat, OctetStream, Role, Settings, Sources, SpeechEngine,
};

use crate::{defaults, from_env, from_file, pairs, refusal, written};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_later_layer_wins() {
    let file = written("listen = \"127.0.0.1:1001\"\nrole = \"api\"\n[limits]\nburst = 7\n[log]\nformat = \"json\"\n");
    let sources = Sources {
        file: Some(file.path().to_owned()),
        env: pairs(&[("HEARKEN__LISTEN", "127.0.0.1:1002"), ("HEARKEN__ROLE", "worker")]),
        flags: pairs(&[("listen", "127.0.0.1:1003")]),
    };
    let settings = Settings::load(sources).expect("all layers are valid");
    assert_eq!(settings.server.listen.port(), 1003);
    assert_eq!(settings.server.role, Role::Worker);
    assert_eq!(settings.log.format, LogFormat::Json);
    let rate = settings.limits.rate.expect("the rate is limited");
    assert_eq!((rate.per_minute.get(), rate.burst.get()), (6000, 7));
}

#[test]
fn an_error_names_the_layer_that_wins() {
    let file = written("listen = \"nowhere\"\n");
    let path = file.path().to_owned();
    let load = |env: &[(&str, &str)], flags: &[(&str, &str)]| {
        refusal(Settings::load(Sources { file: Some(path.clone()), env: pairs(env), flags: pairs(flags) }))
    };
    assert!(load(&[], &[]).contains(&format!("`listen` (in {})", path.display())));
    assert!(load(&[("HEARKEN__LISTEN", "x")], &[]).contains("`listen` (environment variable HEARKEN__LISTEN)"));
    assert!(load(&[], &[("listen", "x")]).contains("`listen` (flag --listen)"));
    assert!(load(&[], &[("listen", "127.0.0.1:1"), ("data_dir", "")]).contains("`data_dir` (flag --data-dir)"));
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let settings = defaults();
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.server.data_dir, Path::new("./hearken-data"));
    assert!(settings.server.public_url.is_none() && settings.server.tls.is_none());
    assert_eq!(settings.server.role, Role::All);
    let DatabaseLocation::Sqlite { path } = &settings.database.location else { panic!("SQLite is the default") };
    assert_eq!(path, Path::new("./hearken-data/hearken.db"));
    assert_eq!(settings.blobs.location, BlobLocation::File { path: PathBuf::from("./hearken-data/blobs") });
    assert_eq!(settings.blobs.link_ttl, secs(900));
    assert_eq!(settings.egress.ports, [443, 8443]);
    assert!(settings.egress.allow.is_empty() && settings.egress.nameservers.is_empty());
    assert_eq!(settings.speech.engine, SpeechEngine::Auto);
    assert!(settings.speech.http.is_none() && settings.speech.command.is_none() && settings.email.is_none());
    assert!(settings.worker.concurrency >= 1);
    assert_eq!(settings.log.level, "info");
}

#[test]
fn the_default_limits_are_the_documented_ones() {
    let settings = defaults();
    let media = &settings.media;
    assert_eq!((media.max_bytes, media.min_rate, media.octet_stream), (2 << 30, 64 << 10, OctetStream::Refuse));
    let timeouts = media.timeouts;
    assert_eq!([timeouts.dns, timeouts.connect, timeouts.tls], [secs(3), secs(3), secs(5)]);
    assert_eq!([timeouts.head, timeouts.idle, timeouts.total], [secs(10), secs(15), secs(600)]);
    let limits = &settings.limits;
    assert_eq!((limits.max_connections, limits.max_in_flight), (4096, 256));
    assert_eq!((limits.max_body_bytes, limits.low_disk_bytes), (64 << 20, 256 << 20));
    assert_eq!([limits.header_timeout, limits.body_timeout, limits.drain_timeout], [secs(10), secs(60), secs(30)]);
    assert_eq!(settings.database.max_connections, 16);
}

#[test]
fn what_is_kept_here_follows_the_data_folder() {
    let settings = from_env(&[("HEARKEN__DATA_DIR", "/srv/hearken")]).expect("a path is valid");
    let DatabaseLocation::Sqlite { path } = &settings.database.location else { panic!("SQLite is the default") };
    assert_eq!(path, Path::new("/srv/hearken/hearken.db"));
    assert_eq!(settings.blobs.location, BlobLocation::File { path: PathBuf::from("/srv/hearken/blobs") });
}

#[test]
fn lists_are_written_with_commas_or_as_toml() {
    for text in ["443,9443", " 443 , 9443 ", "[443, 9443]", "[\"443\", \"9443\"]"] {
        let settings = from_env(&[("HEARKEN__EGRESS__PORTS", text)]).expect("a list is valid");
        assert_eq!(settings.egress.ports, [443, 9443], "{text}");
    }
    let settings = from_env(&[("HEARKEN__EGRESS__NAMESERVERS", "[::1]:53,1.1.1.1")]).expect("a list is valid");
    assert_eq!(settings.egress.nameservers.len(), 2);
    let settings = from_file("[egress]\nports = 443\nnameservers = [\"1.1.1.1\", \"[2001:db8::1]:5353\"]\n");
    let egress = settings.expect("a single item is a list").egress;
    assert_eq!(egress.ports, [443]);
    let servers: Vec<String> = egress.nameservers.iter().map(ToString::to_string).collect();
    assert_eq!(servers, ["1.1.1.1:53", "[2001:db8::1]:5353"]);
}

#[test]
fn deep_keys_are_reached_from_the_environment() {
    let settings = from_env(&[
        ("HEARKEN__MEDIA__TIMEOUTS__DNS", "500ms"),
        ("HEARKEN__SPEECH__COMMAND__PROGRAM", "whisper"),
        ("HEARKEN__SPEECH__COMMAND__ARGS", "[\"--words\", \"a,b\"]"),
    ])
    .expect("all values are valid");
    assert_eq!(settings.media.timeouts.dns, Duration::from_millis(500));
    assert_eq!(settings.speech.command.expect("the program is set").args, ["--words", "a,b"]);
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("hearken.toml");
    let error = Settings::load(Sources { file: Some(path.clone()), ..Sources::default() }).expect_err("it is missing");
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");

    let message = refusal(from_file("listen = \"127.0.0.1:1\"\n[speech.http]\napi_key = hunter2\n"));
    assert!(message.contains("line 3") && !message.contains("hunter2"), "{message}");
}

#[test]
fn the_public_url_follows_the_bound_address_unless_it_is_set() {
    let url = |variables: &[(&str, &str)], bound: &str| {
        let server = from_env(variables).expect("the settings are valid").server;
        server.public_url_for(bound.parse().expect("an address")).to_string()
    };
    assert_eq!(url(&[("HEARKEN__LISTEN", "127.0.0.1:0")], "127.0.0.1:4711"), "http://127.0.0.1:4711/");
    assert_eq!(url(&[], "0.0.0.0:8080"), "http://127.0.0.1:8080/");
    assert_eq!(url(&[], "[::]:8080"), "http://[::1]:8080/");
    assert_eq!(url(&[], "[2001:db8::1]:8080"), "http://[2001:db8::1]:8080/");
    let tls = [("HEARKEN__TLS__CERT_FILE", "c.pem"), ("HEARKEN__TLS__KEY_FILE", "k.pem")];
    assert_eq!(url(&tls, "127.0.0.1:8443"), "https://127.0.0.1:8443/");
    let set = [("HEARKEN__PUBLIC_URL", "https://example.org/hearken")];
    assert_eq!(url(&set, "127.0.0.1:8080"), "https://example.org/hearken/");
}

//! `hearken serve`: its first start, and what keeps it from serving, each in one line.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use crate::place::Place;

#[test]
fn the_first_start_prints_and_keeps_a_key_and_the_second_does_not() {
    let place = Place::new();
    let first = place.serve();
    let file = place.data_dir().join("admin.key");
    let token = fs::read_to_string(&file).expect("the key is there").trim().to_owned();
    assert!(token.starts_with("sk-apik_"), "{token}");
    assert_eq!(first.beginning.matches(&token).count(), 1, "{}", first.beginning);
    let mode = fs::metadata(&file).expect("the key is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(first);
    let second = place.serve();
    assert!(!second.beginning.contains(&token), "{}", second.beginning);
    assert_eq!(fs::read_to_string(&file).expect("the key is there").trim(), token);
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let place = Place::new();
    let serving = place.serve();
    let second = place.run_on_data(&["serve", "--listen", "127.0.0.1:0"]);
    let line = second.failure();
    assert!(line.contains(&place.data_dir().display().to_string()) && line.contains("--data-dir"), "{line}");
    // A killed server does not stand in the way of the next one.
    drop(serving);
    place.serve();
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = taken.local_addr().expect("a bound socket has an address").to_string();
    let place = Place::new();
    // So that the first start has nothing to say here.
    drop(place.serve());
    let run = place.run_on_data(&["serve", "--listen", &address]);
    let line = run.failure();
    assert!(line.contains(&address) && line.contains("in use"), "{line}");
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    // A port that the system does not hand out by itself, so that no other process listens there meanwhile.
    let address = "127.0.0.1:1";
    let url = format!("postgres://hearken:s3cretpassword@{address}/hearken");
    let place = Place::new().with("HEARKEN__DATABASE__URL", &url);
    for args in [&["serve"][..], &["migrate"], &["workspaces", "list"]] {
        let run = place.run_on_data(args);
        let line = run.failure();
        assert!(line.contains(address) && line.to_lowercase().contains("refused"), "{args:?}: {line}");
        assert!(!line.contains("s3cret"), "{args:?}: {line}");
    }
}

#[test]
fn a_certificate_that_cannot_be_read_is_named() {
    let place =
        Place::new().with("HEARKEN__TLS__CERT_FILE", "no-cert.pem").with("HEARKEN__TLS__KEY_FILE", "no-key.pem");
    let run = place.run_on_data(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(run.stderr.lines().last().is_some_and(|line| line.contains("no-cert.pem")), "{}", run.stderr);
}

//! Settings: shown without secrets, and refused with the name of the nearest known one.

use std::fs;

use crate::place::Place;

#[test]
fn printed_settings_hide_secrets() {
    let place = Place::new()
        .with("HEARKEN__DATABASE__URL", "postgres://hearken:s3cretpassword@db.example.com/hearken")
        .with("HEARKEN__SPEECH__HTTP__URL", "https://speech.example.com")
        .with("HEARKEN__SPEECH__HTTP__API_KEY", "sk-s3cretspeech")
        .with("HEARKEN__EMAIL__SMTP_URL", "smtps://mailer:s3cretmail@mail.example.com")
        .with("HEARKEN__EMAIL__FROM", "hearken@example.com");
    let run = place.run(&["serve", "--print-config", "--listen", "127.0.0.1:9999"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("listen = \"127.0.0.1:9999\""), "{}", run.stdout);
    assert!(run.stdout.contains("db.example.com"), "{}", run.stdout);
    assert!(!run.stdout.contains("s3cret") && !run.stderr.contains("s3cret"), "{run:?}");
    assert!(!place.data_dir().exists(), "printing settings makes nothing");
}

#[test]
fn what_was_printed_can_be_read_back() {
    let place = Place::new();
    let first = place.run(&["serve", "--print-config", "--listen", "127.0.0.1:9999"]);
    fs::write(place.folder().join("printed.toml"), &first.stdout).expect("a temporary file can be written");
    let second = place.run(&["serve", "--print-config", "--config", "printed.toml"]);
    assert_eq!(second.status, Some(0), "{}", second.stderr);
    assert_eq!(second.stdout, first.stdout);
}

#[test]
fn an_unknown_setting_is_answered_with_the_nearest_known_one() {
    let misspelt = Place::new().with("HEARKEN__LIMITS__BURTS", "5").run(&["serve", "--print-config"]);
    let line = misspelt.failure();
    assert!(line.contains("limits.burts") && line.contains("`limits.burst`"), "{line}");
    assert!(line.contains("HEARKEN__LIMITS__BURTS"), "{line}");

    let place = Place::new();
    fs::write(place.folder().join("hearken.toml"), "lisen = \"127.0.0.1:1\"\n")
        .expect("a temporary file can be written");
    let misspelt = place.run(&["doctor"]);
    let line = misspelt.failure();
    assert!(line.contains("hearken.toml") && line.contains("`listen`"), "{line}");
}

#[test]
fn a_wrong_value_says_what_would_be_right() {
    let wrong = Place::new().with("HEARKEN__MEDIA__TIMEOUTS__DNS", "soon").run(&["serve", "--print-config"]);
    let line = wrong.failure();
    assert!(line.contains("media.timeouts.dns") && line.contains("for example"), "{line}");
    let absent = Place::new().run(&["serve", "--config", "absent.toml"]);
    assert!(absent.failure().contains("absent.toml"));
}

//! What `--print-config` shows: every key, no secret, and text that loads to the same settings.

use hearken_config::{Settings, known_keys};

use crate::{defaults, from_env, from_file, refusal};

const SECRETS: &[(&str, &str)] = &[
    ("HEARKEN__DATABASE__URL", "postgres://hearken:hunter2@db/hearken?sslmode=require&sslpassword=hunter2"),
    ("HEARKEN__SPEECH__HTTP__URL", "https://models.example.org"),
    ("HEARKEN__SPEECH__HTTP__API_KEY", "hunter2"),
    ("HEARKEN__INSIGHTS__HTTP__URL", "https://models.example.org"),
    ("HEARKEN__INSIGHTS__HTTP__API_KEY", "hunter2"),
    ("HEARKEN__EMAIL__SMTP_URL", "smtps://hearken:hunter2@mail.example.org"),
    ("HEARKEN__EMAIL__FROM", "hearken@example.org"),
];

fn same_after_printing(settings: &Settings) {
    let printed = settings.print();
    let again = from_file(&printed).expect("what is printed can be loaded");
    assert_eq!(format!("{again:?}"), format!("{settings:?}"));
    assert_eq!(again.print(), printed);
}

#[test]
fn every_known_key_has_its_line() {
    let printed = defaults().print();
    for known in known_keys() {
        let set = format!("{} = ", known.key);
        let unset = format!("# {} is not set", known.key);
        assert!(printed.lines().any(|line| line.starts_with(&set) || line == unset), "{}\n{printed}", known.key);
    }
    assert_eq!(printed.lines().count(), known_keys().len());
}

#[test]
fn printed_settings_load_to_the_same() {
    same_after_printing(&defaults());
    let settings = from_env(&[
        ("HEARKEN__LISTEN", "[::1]:0"),
        ("HEARKEN__DATA_DIR", "/srv/a \"quoted\" \\ folder"),
        ("HEARKEN__PUBLIC_URL", "https://example.org/hearken"),
        ("HEARKEN__ROLE", "api"),
        ("HEARKEN__TLS__CERT_FILE", "c.pem"),
        ("HEARKEN__TLS__KEY_FILE", "k.pem"),
        ("HEARKEN__LIMITS__BURST", "0"),
        ("HEARKEN__LIMITS__REQUESTS_PER_MINUTE", "0"),
        ("HEARKEN__LIMITS__LOW_DISK_BYTES", "0"),
        ("HEARKEN__BLOBS__URL", "s3://recordings/prefix"),
        ("HEARKEN__BLOBS__REGION", "eu-central-1"),
        ("HEARKEN__EGRESS__ALLOW", "10.0.0.0/8,fd00::/8"),
        ("HEARKEN__EGRESS__NAMESERVERS", "127.0.0.1"),
        ("HEARKEN__EGRESS__CA_FILE", "ca.pem"),
        ("HEARKEN__MEDIA__MAX_BYTES", "1500"),
        ("HEARKEN__MEDIA__TIMEOUTS__TOTAL", "90s"),
        ("HEARKEN__SPEECH__ENGINE", "command"),
        ("HEARKEN__SPEECH__COMMAND__PROGRAM", "whisper"),
        ("HEARKEN__SPEECH__COMMAND__ARGS", "[\"a,b\", \"\"]"),
        ("HEARKEN__INSIGHTS__HTTP__URL", "http://127.0.0.1:11434/v1"),
        ("HEARKEN__LOG__LEVEL", "info,hearken=debug"),
    ])
    .expect("all values are valid");
    same_after_printing(&settings);
}

#[test]
fn secrets_are_masked() {
    let settings = from_env(SECRETS).expect("all values are valid");
    let printed = settings.print();
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(!format!("{settings:?}").contains("hunter2"));
    for line in [
        "database.url = \"postgres://hearken:(secret)@db/hearken?sslmode=require&sslpassword=(secret)\"",
        "speech.http.api_key = \"(secret)\"",
        "insights.http.api_key = \"(secret)\"",
        "email.smtp_url = \"smtps://hearken:(secret)@mail.example.org\"",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}\n{printed}");
    }
}

#[test]
fn masked_secrets_are_not_loaded_as_secrets() {
    let printed = from_env(SECRETS).expect("all values are valid").print();
    assert!(refusal(from_file(&printed)).contains("placeholder"));
}

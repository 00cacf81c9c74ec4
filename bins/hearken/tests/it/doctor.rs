//! `hearken doctor`: status 0 when all is well, 1 when something is not, and what to do about it.

use serde_json::Value;

use crate::place::Place;

fn finding<'a>(findings: &'a Value, what: &str) -> &'a Value {
    let all = findings.as_array().expect("doctor prints a list");
    all.iter().find(|finding| finding["what"] == what).unwrap_or_else(|| panic!("{what} is missing in {findings}"))
}

#[test]
fn a_fresh_installation_is_well() {
    let place = Place::new();
    drop(place.serve());
    let findings = place.json(&["doctor"]);
    for what in ["listen", "database", "workspaces", "recordings", "egress"] {
        assert_eq!(finding(&findings, what)["state"], "ok", "{findings}");
    }
    let run = place.run_on_data(&["doctor"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.contains("database") && !run.stdout.contains("FAILED"), "{}", run.stdout);
}

#[test]
fn what_does_not_work_is_named_with_advice() {
    let place = Place::new().with("HEARKEN__EGRESS__CA_FILE", "no-such-ca.pem");
    let run = place.run_on_data(&["doctor", "--json"]);
    assert!(run.failure().contains("failed"), "{}", run.stderr);
    let findings: Value = serde_json::from_str(&run.stdout).expect("doctor prints one document");
    let egress = finding(&findings, "egress");
    assert_eq!(egress["state"], "failed");
    assert!(egress["detail"].as_str().is_some_and(|detail| detail.contains("no-such-ca.pem")), "{egress}");
    assert!(egress["advice"].as_str().is_some_and(|advice| advice.contains("egress.ca_file")), "{egress}");
}

#[test]
fn a_look_at_nothing_makes_no_database() {
    let place = Place::new();
    let findings = place.json(&["doctor"]);
    assert_eq!(finding(&findings, "database")["state"], "note");
    assert!(!place.data_dir().join("hearken.db").exists());
}

//! Help, and wrong usage: status 2.

use crate::place::Place;

#[test]
fn help_names_every_command() {
    let help = Place::new().run(&["--help"]);
    assert_eq!(help.status, Some(0));
    for command in
        ["serve", "demo", "doctor", "migrate", "workspaces", "users", "keys", "--config", "--data-dir", "--json"]
    {
        assert!(help.stdout.contains(command), "{command}: {}", help.stdout);
    }
}

#[test]
fn every_command_has_help() {
    let place = Place::new();
    for command in [
        &["serve"][..],
        &["demo"],
        &["doctor"],
        &["migrate"],
        &["workspaces", "create"],
        &["users", "add"],
        &["users", "set-role"],
        &["keys", "create"],
        &["keys", "revoke"],
    ] {
        let help = place.run(&[command, &["--help"][..]].concat());
        assert_eq!(help.status, Some(0), "{command:?}: {}", help.stderr);
        assert!(help.stdout.contains("Usage: hearken"), "{command:?}: {}", help.stdout);
    }
}

#[test]
fn wrong_usage_ends_with_status_2() {
    let place = Place::new();
    for args in [
        &[][..],
        &["fly"],
        &["serve", "--listen", "nowhere"],
        &["serve", "--colour", "red"],
        &["workspaces", "create"],
        &["keys", "create", "--workspace", "Main"],
        &["keys", "revoke", "not-a-key"],
    ] {
        let run = place.run_on_data(args);
        assert_eq!(run.status, Some(2), "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn an_unknown_scope_or_role_is_answered_with_the_known_ones() {
    let place = Place::new();
    place.json(&["workspaces", "create", "--name", "Main"]);
    let key = ["keys", "create", "--workspace", "Main", "--user", "a@b.example", "--scope", "engagements:destroy"];
    let run = place.run_on_data(&key);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("engagements:destroy") && run.stderr.contains("engagements:write"), "{}", run.stderr);
    let user = ["users", "add", "--workspace", "Main", "--email", "a@b.example", "--role", "EMPEROR"];
    assert_eq!(place.run_on_data(&user).status, Some(2));
}

//! Commands on PostgreSQL, where it is installed.

use hearken_testkit::postgres::PostgresServer;
use serde_json::json;

use crate::place::Place;

/// A place on a new, empty database; nothing, and a word about it, where PostgreSQL is not installed.
fn place(test: &str) -> Option<Place> {
    let Some(server) = PostgresServer::shared() else {
        eprintln!("skipped: {test}, because PostgreSQL is not installed");
        return None;
    };
    Some(Place::new().with("HEARKEN__DATABASE__URL", &server.create_database()))
}

#[test]
fn migrate_applies_the_schema_once() {
    let Some(place) = place("migrate_applies_the_schema_once") else { return };
    let first = place.json(&["migrate"]);
    assert!(first["applied"].as_array().is_some_and(|applied| !applied.is_empty()), "{first}");
    let second = place.json(&["migrate"]);
    assert_eq!((&second["applied"], &second["database"]), (&json!([]), &first["database"]));
    let doctor = place.run_on_data(&["doctor"]);
    assert_eq!(doctor.status, Some(0));
    assert!(doctor.stdout.contains("titles have an index"), "{}", doctor.stdout);
}

#[test]
fn a_database_without_the_schema_is_answered_with_what_to_do() {
    let Some(place) = place("a_database_without_the_schema_is_answered_with_what_to_do") else { return };
    let run = place.run_on_data(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(run.failure().contains("migrate"), "{}", run.stderr);
}

#[test]
fn an_installation_is_administered_on_postgres() {
    let Some(place) = place("an_installation_is_administered_on_postgres") else { return };
    place.json(&["migrate"]);
    let serving = place.serve();
    let workspaces = place.json(&["workspaces", "list"]);
    let workspace = workspaces[0]["id"].as_str().expect("a workspace has an id");
    assert!(serving.beginning.contains(workspace), "{}", serving.beginning);
    place.json(&["users", "add", "--workspace", workspace, "--email", "ada@initech.example"]);
    let create = ["keys", "create", "--workspace", workspace, "--user", "ada@initech.example", "--scope", "tags:read"];
    let key = place.json(&create);
    let id = key["id"].as_str().expect("a key has an id");
    assert!(place.json(&["keys", "revoke", id])["revoked_at"].is_string());
}

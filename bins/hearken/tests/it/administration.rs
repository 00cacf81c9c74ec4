//! Workspaces, users and keys, with and without a server beside.

use serde_json::{Value, json};

use crate::place::Place;

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {value}"))
}

#[test]
fn an_installation_is_set_up_from_nothing() {
    let place = Place::new();
    let workspace = place.json(&["workspaces", "create", "--name", "Sales", "--private"]);
    assert!(text(&workspace, "id").starts_with("wrks_"));
    assert_eq!((text(&workspace, "name"), &workspace["private_by_default"]), ("Sales", &json!(true)));
    assert_eq!(place.json(&["workspaces", "list"]), json!([workspace]));
    assert_eq!(place.json(&["workspaces", "show", "Sales"]), workspace);
    assert_eq!(place.json(&["workspaces", "show", text(&workspace, "id")]), workspace);

    let add = ["users", "add", "--workspace", "Sales", "--email", "ada@initech.example", "--first-name", "Ada"];
    let user = place.json(&add);
    assert_eq!((text(&user, "role"), text(&user, "email")), ("USER", "ada@initech.example"));
    let set = ["users", "set-role", "--workspace", "Sales", "--user", "ada@initech.example", "--role", "manager"];
    assert_eq!(text(&place.json(&set), "role"), "MANAGER");
    let users = place.json(&["users", "list", "--workspace", "Sales"]);
    assert_eq!((users.as_array().map(Vec::len), text(&users[0], "role")), (Some(1), "MANAGER"));
    // The address is taken now.
    let again = place.run_on_data(&add);
    assert!(again.failure().contains("e-mail"), "{}", again.stderr);
}

#[test]
fn keys_are_made_shown_once_rotated_and_revoked() {
    let place = Place::new();
    place.json(&["workspaces", "create", "--name", "Sales"]);
    place.json(&["users", "add", "--workspace", "Sales", "--email", "ada@initech.example"]);
    let create = ["keys", "create", "--workspace", "Sales", "--user", "ada@initech.example", "--name", "dialer"];
    let scopes = ["--scope", "engagements:write", "--scope", "engagements:read", "--expires", "90d"];
    let key = place.json(&[&create[..], &scopes[..]].concat());
    assert!(text(&key, "token").starts_with(&format!("sk-{}.", text(&key, "id"))));
    assert_eq!(key["scopes"], json!(["engagements:read", "engagements:write"]));
    assert!(key["expires_at"].is_string() && key["revoked_at"].is_null(), "{key}");

    let listed = place.run_on_data(&["keys", "list", "--workspace", "Sales", "--json"]);
    let secret = text(&key, "token").split_once('.').expect("a token has a secret").1;
    assert!(listed.stdout.contains(text(&key, "id")) && !listed.stdout.contains(secret), "{}", listed.stdout);

    let rotated = place.json(&["keys", "rotate", text(&key, "id")]);
    assert_ne!(rotated["id"], key["id"]);
    assert_eq!((&rotated["scopes"], &rotated["name"]), (&key["scopes"], &key["name"]));
    let revoked = place.json(&["keys", "revoke", text(&rotated, "id")]);
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    let keys = place.json(&["keys", "list", "--workspace", "Sales"]);
    let keys = keys.as_array().expect("it is a list");
    assert!(keys.len() == 2 && keys.iter().all(|key| key["revoked_at"].is_string()), "{keys:?}");
    assert_eq!(place.run_on_data(&["keys", "revoke", text(&rotated, "id")]).status, Some(1));
}

#[test]
fn without_json_the_token_alone_is_on_standard_output() {
    let place = Place::new();
    place.json(&["workspaces", "create", "--name", "Sales"]);
    place.json(&["users", "add", "--workspace", "Sales", "--email", "ada@initech.example"]);
    let create =
        ["keys", "create", "--workspace", "Sales", "--user", "ada@initech.example", "--scope", "workspace:admin"];
    let run = place.run_on_data(&create);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.starts_with("sk-apik_") && run.stdout.lines().count() == 1, "{}", run.stdout);
    assert!(!run.stderr.contains(run.stdout.trim()), "{}", run.stderr);
}

#[test]
fn what_is_not_there_is_said_in_one_line() {
    let place = Place::new();
    place.json(&["workspaces", "create", "--name", "Sales"]);
    let unknown = place.run_on_data(&["workspaces", "show", "Marketing"]);
    assert!(unknown.failure().contains("Marketing") && unknown.failure().contains("Sales"), "{}", unknown.stderr);
    let nobody = ["keys", "create", "--workspace", "Sales", "--user", "nobody@initech.example", "--scope", "tags:read"];
    assert!(place.run_on_data(&nobody).failure().contains("nobody@initech.example"));
    let key = place.run_on_data(&["keys", "revoke", "apik_01ARZ3NDEKTSV4RRFFQ69G5FAV"]);
    assert!(key.failure().contains("key"), "{}", key.stderr);
    // A second workspace of the same name makes the name alone useless.
    place.json(&["workspaces", "create", "--name", "Sales"]);
    assert_eq!(place.run_on_data(&["workspaces", "show", "Sales"]).status, Some(2));
}

#[test]
fn commands_work_beside_a_running_server() {
    let place = Place::new();
    let serving = place.serve();
    let workspaces = place.json(&["workspaces", "list"]);
    let first = text(&workspaces[0], "id").to_owned();
    assert!(serving.beginning.contains(&first), "{}", serving.beginning);
    place.json(&["users", "add", "--workspace", &first, "--email", "ada@initech.example"]);
    assert_eq!(place.json(&["users", "list", "--workspace", &first]).as_array().map(Vec::len), Some(2));
}

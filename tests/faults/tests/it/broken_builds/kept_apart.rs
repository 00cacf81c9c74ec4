//! Checks of "kept apart": of workspaces, and of what is private.

use std::net::SocketAddr;

use hearken_e2e::{bodies, client::Client};
use hearken_faults::{installation::Installation, life::Life, settings::Settings, verdict::Verdict};
use serde_json::json;

/// Well-formed, and nobody's.
const NOBODYS: &str = "ngmt_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// A server, where it is, and its first client.
async fn started(installation: &Installation, faults: &str) -> (Life, SocketAddr, Client) {
    let (mut life, client) = installation.live(faults).await;
    let address = life.ready().await.expect("it was ready a moment ago");
    (life, address, client)
}

/// The token of a new key of a new user.
pub(super) fn token(installation: &Installation, (workspace, email): (&str, &str), scopes: &str) -> String {
    let user = installation.document(&["users", "add", "--workspace", workspace, "--email", email, "--role", "USER"]);
    let user = Installation::text(&user, "id");
    let key = ["keys", "create", "--workspace", workspace, "--user", &user, "--scope", scopes];
    Installation::text(&installation.document(&key), "token")
}

/// Another workspace's engagement is answered like one that never was.
pub(super) async fn another_workspaces_engagement_is_not_found(faults: &str) -> Verdict {
    let installation = Installation::begun(Settings::new()).await;
    let (_life, address, ours) = started(&installation, faults).await;
    let id = ours.create(&bodies::with_timeline("ours", "Hello.")).await.expect(201).id();
    let other = installation.document(&["workspaces", "create", "--name", "Other"]);
    let other = Installation::text(&other, "id");
    let token = token(&installation, (&other, "boss@other.example"), "workspace:admin");
    let theirs = Client::new(address, Some(token));
    let (found, never_was) = (theirs.read_engagement(&id, "").await, theirs.read_engagement(NOBODYS, "").await);
    let is_same = found.status == 404 && never_was.status == 404;
    Verdict::when(is_same, || format!("answered {} {}", found.status, found.text()))
}

/// A private engagement is not shown to whoever repeats its create without being allowed to see it.
pub(super) async fn a_private_replay_is_hidden(faults: &str) -> Verdict {
    let installation = Installation::begun(Settings::new()).await;
    let (_life, address, owner) = started(&installation, faults).await;
    let mut body = bodies::with_timeline("private", "Hello.");
    body["is_private"] = json!(true);
    owner.create(&body).await.expect(201);
    let workspace = Installation::text(&installation.document(&["workspaces", "list"])[0], "id");
    let scopes = "engagements:read,engagements:write";
    let token = token(&installation, (&workspace, "dialer@hearken.example"), scopes);
    let repeated = Client::new(address, Some(token)).create(&body).await;
    Verdict::when(repeated.status == 403, || format!("answered {} {}", repeated.status, repeated.text()))
}

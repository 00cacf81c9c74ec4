//! What a key may do, and keys that may do nothing any more.

use hearken_e2e::{
    bodies,
    client::{Client, ENGAGEMENTS},
    server::Server,
    setup::Setup,
    until::until,
};
use serde_json::{Value, json};
use tempfile::TempDir;

async fn started() -> (Server, TempDir) {
    let folder = TempDir::new().expect("a temporary folder can be made");
    (Setup::new().start(folder.path()).await, folder)
}

async fn assert_lacks(client: &Client, path: &str, scope: &str) {
    let refused = client.read(path).await.expect(403);
    assert!(refused.text().contains(scope), "{path}: {}", refused.text());
}

fn token_of(key: &Value) -> &str {
    key["token"].as_str().expect("a new key has a token")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scope_is_named() {
    let (server, _folder) = started().await;
    let id = server.admin().create(&bodies::with_timeline("scoped", "Hello.")).await.expect(201).id();
    let reader = server.client_with("engagements:read");
    let refused = reader.create(&bodies::with_timeline("refused", "Hello.")).await.expect(403);
    assert!(refused.text().contains("engagements:write"), "{}", refused.text());
    assert_lacks(&reader, &format!("{ENGAGEMENTS}/{id}/transcript_timeline"), "transcript_timelines:read").await;
    for (part, scope) in [("companies", "companies:read"), ("contacts", "contacts:read"), ("owner", "users:read")] {
        assert_lacks(&reader, &format!("{ENGAGEMENTS}/{id}?expand={part}"), scope).await;
        assert_lacks(&reader, &format!("{ENGAGEMENTS}?expand={part}"), scope).await;
    }
    reader.read_engagement(&id, "?expand=transcript,media_url,tags,signals,action_items").await.expect(200);
    let writer = server.client_with("engagements:write");
    assert_lacks(&writer, &format!("{ENGAGEMENTS}/{id}"), "engagements:read").await;
    assert_lacks(&writer, ENGAGEMENTS, "engagements:read").await;
    writer.create(&bodies::with_timeline("written", "Hello.")).await.expect(201);
    writer.create(&bodies::with_timeline("scoped", "Hello.")).await.expect(200);
    for part in ["transcript", "media_url", "tags", "signals", "action_items"] {
        let body = bodies::with_timeline("scoped", "Hello.");
        let refused = writer.post(&format!("{ENGAGEMENTS}?expand={part}"), &body).await.expect(403);
        assert!(refused.text().contains("engagements:read"), "{part}: {}", refused.text());
    }
    let listener = server.client_with("transcript_timelines:read");
    listener.read(&format!("{ENGAGEMENTS}/{id}/transcript_timeline")).await.expect(200);
    // Nothing of what was refused is there.
    assert_eq!(reader.all_engagements("").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_engagements_need_their_own_scope() {
    let (server, _folder) = started().await;
    let mut body = bodies::with_timeline("private", "Hello.");
    body["is_private"] = json!(true);
    let id = server.admin().create(&body).await.expect(201).id();
    let reader = server.client_with("engagements:read,transcript_timelines:read,engagements:write");
    assert_eq!(reader.all_engagements("").await, Vec::<Value>::new());
    assert_eq!(reader.all_engagements("&filter[external_id][eq]=private").await, Vec::<Value>::new());
    assert_lacks(&reader, &format!("{ENGAGEMENTS}/{id}"), "engagements:private:read").await;
    assert_lacks(&reader, &format!("{ENGAGEMENTS}/{id}/transcript_timeline"), "engagements:private:read").await;
    let insider = server.client_with("engagements:read,engagements:private:read");
    insider.read_engagement(&id, "").await.expect(200);
    assert_eq!(insider.all_engagements("").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_opens_nothing_at_once() {
    let (server, _folder) = started().await;
    let workspace = server.first_workspace();
    let key = server.new_key(&workspace, "engagements:read", &[]);
    let client = server.client(token_of(&key));
    client.read(ENGAGEMENTS).await.expect(200);
    server.command(&["keys", "revoke", key["id"].as_str().expect("a key has an id")]);
    client.read(ENGAGEMENTS).await.expect(401);

    let old = server.new_key(&workspace, "engagements:read", &[]);
    let new = server.command(&["keys", "rotate", old["id"].as_str().expect("a key has an id")]);
    server.client(token_of(&old)).read(ENGAGEMENTS).await.expect(401);
    server.client(token_of(&new)).read(ENGAGEMENTS).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_tokens_cannot_be_told_apart() {
    let (server, _folder) = started().await;
    let workspace = server.first_workspace();
    let revoked = server.new_key(&workspace, "engagements:read", &[]);
    server.command(&["keys", "revoke", revoked["id"].as_str().expect("a key has an id")]);
    let expired = server.new_key(&workspace, "engagements:read", &["--expires", "1s"]);
    let expiring = server.client(token_of(&expired));
    until("the key expires", async || (expiring.read(ENGAGEMENTS).await.status == 401).then_some(())).await;
    let admin = server.admin_token();
    let altered = format!("{}{}", &admin[..admin.len() - 1], if admin.ends_with('a') { "b" } else { "a" });
    let answer = expiring.read(ENGAGEMENTS).await.expect(401);
    for token in [token_of(&revoked), altered.as_str(), "sk-apik_nonsense", "nonsense"] {
        let other = server.client(token).read(ENGAGEMENTS).await.expect(401);
        assert_eq!(other.masked(), answer.masked(), "{token}");
        assert_eq!(other.header("www-authenticate"), answer.header("www-authenticate"), "{token}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_comes_before_what_is_asked() {
    let (server, _folder) = started().await;
    // The body is no JSON: whoever may not create is not told so.
    let nonsense = json!(["no", "object"]);
    server.stranger().create(&nonsense).await.expect(401);
    server.client_with("engagements:read").create(&nonsense).await.expect(403);
    server.admin().create(&nonsense).await.expect(400);
}

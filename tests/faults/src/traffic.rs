//! Creates, one with a recording and one without: together they pass every point of the way.

use std::time::Duration;

use hearken_e2e::{bodies, client::Client, media_host::MediaHost, until::until};
use serde_json::Value;

use crate::ledger::{Ledger, Material, material};

/// The two external ids of a name.
pub fn keys(name: &str) -> [String; 2] {
    [format!("media-{name}"), format!("talk-{name}")]
}

/// The body of a create.
pub fn body(host: &MediaHost, external_id: &str) -> Value {
    match material(external_id) {
        Material::Recording(path) => bodies::with_media(external_id, &host.link(&path)),
        Material::Talk(text) => bodies::with_timeline(external_id, &text),
    }
}

/// Sends both. The server may die meanwhile; what it promised before is noted.
pub async fn try_both(client: &Client, host: &MediaHost, name: &str) -> Ledger {
    let mut ledger = Ledger::default();
    for external_id in keys(name) {
        if let Ok(answer) = client.try_create(&body(host, &external_id)).await {
            ledger.note(&external_id, &answer);
        }
    }
    ledger
}

/// Sends both until they are there: the second time is the caller's, whatever became of the first.
pub async fn insist_on_both(client: &Client, host: &MediaHost, name: &str) -> Ledger {
    let mut ledger = Ledger::default();
    for external_id in keys(name) {
        ledger.join(insist(client, host, &external_id).await);
    }
    ledger
}

/// Sends one until it is there.
pub async fn insist(client: &Client, host: &MediaHost, external_id: &str) -> Ledger {
    let body = body(host, external_id);
    let mut ledger = Ledger::default();
    until(&format!("{external_id} is there"), async || {
        match client.try_create(&body).await {
            Ok(answer) => ledger.note(external_id, &answer),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        ledger.has(external_id).then_some(())
    })
    .await;
    ledger
}

//! Holds the clients' own log against what is left: by the API, in the folder of recordings, in the database's rows.

use std::collections::{BTreeMap, BTreeSet};

use hearken_e2e::{client::Client, files, recording};
use serde_json::Value;

use crate::{
    installation::Installation,
    ledger::{Ledger, Material, material},
    life::Life,
    rows,
};

/// Checks all of it and stops the server, which must have nothing else to do.
pub async fn nothing_is_wrong(installation: &Installation, (mut life, client): (Life, Client), ledger: &Ledger) {
    let stored = client.all_engagements("&expand=media_url,transcript").await;
    assert_promises_are_kept(&stored, ledger);
    for engagement in &stored {
        assert_is_whole(&client, engagement).await;
    }
    assert_only_these_files(installation, &stored);
    let status = life.stop().await;
    assert!(status.success(), "the server ended with {status}:\n{}", life.log().text());
    rows::assert_finished(installation, ledger).await;
}

/// Every acknowledged engagement is there, as what it was acknowledged, and each external id once.
pub fn assert_promises_are_kept(stored: &[Value], ledger: &Ledger) {
    let mut by_key: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for engagement in stored {
        let (external_id, id) = (Installation::text(engagement, "external_id"), Installation::text(engagement, "id"));
        assert!(by_key.entry(external_id).or_default().insert(id.clone()), "the list shows {id} twice");
    }
    for (external_id, ids) in &by_key {
        assert_eq!(ids.len(), 1, "{external_id} is there as {ids:?}");
    }
    for (external_id, id) in ledger.promises() {
        let found = by_key.get(external_id);
        assert!(found.is_some_and(|ids| ids.contains(id)), "{external_id} was acknowledged as {id}: {found:?}");
    }
}

/// An engagement has what it was made of, to the last byte.
async fn assert_is_whole(client: &Client, engagement: &Value) {
    let external_id = Installation::text(engagement, "external_id");
    match material(&external_id) {
        Material::Recording(path) => {
            let bytes = client.recording(&Installation::text(engagement, "media_url")).await.expect(200).body;
            assert_eq!(recording::digest(&bytes), recording::digest(&recording::of(&path)), "{external_id}");
        }
        Material::Talk(spoken) => {
            assert!(Installation::text(engagement, "transcript").contains(&spoken), "{external_id}: {engagement}");
        }
    }
}

/// The folder holds each recording once, and nothing else: no file without a live row, none in staging.
fn assert_only_these_files(installation: &Installation, stored: &[Value]) {
    let mut expected: BTreeMap<[u8; 32], String> = BTreeMap::new();
    for engagement in stored {
        let external_id = Installation::text(engagement, "external_id");
        if let Material::Recording(path) = material(&external_id) {
            expected.insert(recording::digest(&recording::of(&path)), external_id);
        }
    }
    for file in files::below(&installation.folder().join("blobs")) {
        let bytes = std::fs::read(&file).expect("a recording can be read");
        let is_expected = expected.remove(&recording::digest(&bytes)).is_some();
        assert!(is_expected, "{} belongs to no engagement", file.display());
    }
    assert!(expected.is_empty(), "recordings without a file: {expected:?}");
}

//! Holds the clients' log against what the service has: by its API, in its folder of recordings, in its database.

use std::collections::{BTreeMap, BTreeSet};

use hearken_e2e::{client::Client, files, recording, server::Server};
use serde_json::Value;

use super::{
    database,
    ledger::{Book, Ledger},
    traffic::{Material, material},
};

/// Checks all of it. The server must have nothing else to do, and is stopped.
pub(crate) async fn everything(server: Server, ledger: &Ledger) {
    let book = ledger.pages();
    assert_eq!(book.contradictions, Vec::<String>::new());
    let client = server.admin();
    let stored = client.all_engagements("&expand=media_url,transcript").await;
    eprintln!("{} sent, {} acknowledged, {} stored", book.sent.len(), book.acknowledged.len(), stored.len());
    assert_book_is_kept(&book, &stored);
    for engagement in &stored {
        assert_is_whole(&client, engagement).await;
    }
    let recordings: Vec<String> = stored.iter().filter_map(recording_path).collect();
    assert!(!recordings.is_empty() && recordings.len() < stored.len(), "the traffic was not mixed");
    assert_only_these_files(&server, &recordings);
    let database_file = server.data_dir().join("hearken.db");
    server.stop().await;
    database::assert_sound(&database_file, stored.len(), recordings.len()).await;
}

/// Every acknowledged engagement is there, as what it was acknowledged; every key is there once; nobody else's is.
fn assert_book_is_kept(book: &Book, stored: &[Value]) {
    let mut by_key: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for engagement in stored {
        let was_new = by_key.entry(text(engagement, "external_id")).or_default().insert(text(engagement, "id"));
        assert!(was_new, "the list shows {} twice", engagement["id"]);
    }
    for (external_id, ids) in &by_key {
        assert_eq!(ids.len(), 1, "{external_id} is there as {ids:?}");
        assert!(book.sent.contains(*external_id), "nobody sent {external_id}");
    }
    for (external_id, id) in &book.acknowledged {
        let found = by_key.get(external_id.as_str());
        assert!(
            found.is_some_and(|ids| ids.contains(id.as_str())),
            "{external_id} was acknowledged as {id}: {found:?}"
        );
    }
}

/// An engagement has what it was made of, to the last byte.
async fn assert_is_whole(client: &Client, engagement: &Value) {
    let external_id = text(engagement, "external_id");
    match material(external_id) {
        Material::Recording(path) => {
            let bytes = client.recording(text(engagement, "media_url")).await.expect(200).body;
            assert_eq!(recording::digest(&bytes), recording::digest(&recording::of(&path)), "{external_id}");
        }
        Material::Talk(spoken) => {
            assert!(text(engagement, "transcript").contains(&spoken), "{external_id}: {}", engagement["transcript"]);
        }
    }
}

/// The folder holds each recording once, and nothing else: no file without a live row, none in staging.
fn assert_only_these_files(server: &Server, paths: &[String]) {
    let mut expected: BTreeMap<[u8; 32], &str> = BTreeMap::new();
    for path in paths {
        expected.insert(recording::digest(&recording::of(path)), path);
    }
    assert_eq!(expected.len(), paths.len(), "two recordings have the same bytes");
    for file in files::below(&server.data_dir().join("blobs")) {
        let bytes = std::fs::read(&file).expect("a recording can be read");
        let is_expected = expected.remove(&recording::digest(&bytes)).is_some();
        assert!(is_expected, "{} belongs to no engagement", file.display());
    }
    assert!(expected.is_empty(), "recordings without a file: {expected:?}");
}

fn recording_path(engagement: &Value) -> Option<String> {
    match material(text(engagement, "external_id")) {
        Material::Recording(path) => Some(path),
        Material::Talk(_) => None,
    }
}

fn text<'a>(engagement: &'a Value, field: &str) -> &'a str {
    engagement[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {engagement}"))
}

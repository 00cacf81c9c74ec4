//! What must not be left in the database of a stopped server: uploads and claims that nobody works on.

use hearken_domain::{
    claim::{Claim, ClaimOutcome},
    ids::{LeaseToken, ProcessId, Ulid, UploadId},
    ports::{Claims, Registry, Uploads},
    text::ExternalId,
    time::Timestamp,
};
use hearken_storage_seaorm::{SqliteSettings, SqliteStore};

use crate::{installation::Installation, ledger::Ledger};

/// Past any upload's time.
const YEAR_2100_MILLIS: i64 = 4_102_444_800_000;

/// For an installation on SQLite: no upload is unfinished, and no claim is held on what was created.
pub async fn assert_finished(installation: &Installation, ledger: &Ledger) {
    let file = installation.folder().join("hearken.db");
    if !file.exists() {
        return;
    }
    let store = SqliteStore::open(SqliteSettings::new(file)).await.expect("a server left a good database");
    let far = Timestamp::from_unix_millis(YEAR_2100_MILLIS).expect("it is a time");
    let unfinished = store.expired(far, 100).await.expect("uploads can be read");
    assert!(unfinished.is_empty(), "uploads were left unfinished: {unfinished:?}");
    let workspaces = store.workspaces().await.expect("workspaces can be read");
    for (number, (external_id, _)) in ledger.promises().enumerate() {
        let claim = claim_of(external_id, number);
        let outcome = store.claim(workspaces[0].id, &claim, earliest()).await.expect("a claim can be asked for");
        assert_eq!(outcome, ClaimOutcome::Held, "a claim on {external_id} was left");
    }
    store.close().await;
}

/// Before any lease ends, so that every one that is left is in the way.
fn earliest() -> Timestamp {
    Timestamp::from_unix_millis(0).expect("it is a time")
}

fn claim_of(external_id: &str, number: usize) -> Claim {
    let ulid = |random: usize| Ulid::from_parts(1, random as u128);
    Claim {
        external_id: ExternalId::try_from(external_id).expect("it was one before"),
        token: LeaseToken::from(ulid(number)),
        process: ProcessId::from(ulid(number)),
        until: earliest(),
        upload: UploadId::from(ulid(number)),
        upload_expires_at: earliest(),
    }
}

//! A change whose expected version is no longer the stored one is stale.

use futures_util::future::join_all;
use hearken_domain::{
    changeset::{Change, Changeset, CommitError},
    directory::{Role, User},
    engagement::{Engagement, ProcessingStatus},
    ids::WorkspaceId,
};

use crate::{
    Stores,
    fixture::{a_user, a_workspace, an_engagement, at, changing, commit, created, known_users, parsed},
};

/// The store writes `expected + 1` as the version, whatever the row says.
pub async fn a_change_is_stored_with_the_next_version(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let old = created(stores, an_engagement(tenant, "e")).await;
    let row = Engagement { title: parsed("New"), version: 77, ..old.clone() };
    let change = Change { row: row.clone(), expected: old.version };
    commit(stores, Changeset { changed_engagements: vec![change], ..Changeset::new(tenant.workspace) }).await;
    let stored = stores.store.by_id(tenant.workspace, old.id).await.expect("the store answers");
    assert_eq!(stored, Some(Engagement { version: old.version + 1, ..row }));

    let user = a_user("versions@hearken.test");
    known_users(stores, tenant, std::slice::from_ref(&user)).await;
    let row = User { role: Role::Inactive, version: 77, ..user.clone() };
    commit(stores, changing_user(tenant.workspace, row.clone(), user.version)).await;
    let stored = stores.directory.users(tenant.workspace, &[user.id]).await.expect("the store answers");
    assert_eq!(stored, [User { version: user.version + 1, ..row }]);
}

/// An engagement that changed since it was read is [`CommitError::Stale`], and stays as it is.
pub async fn a_stale_engagement_is_refused(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let old = created(stores, an_engagement(tenant, "e")).await;
    let first = Engagement { status: ProcessingStatus::Processing, updated_at: at(1), ..old.clone() };
    commit(stores, changing(first.clone())).await;
    let second = Engagement { status: ProcessingStatus::Failed, updated_at: at(2), ..old.clone() };
    assert_refused!(stores.store.commit(changing(second.clone())).await, CommitError::Stale);
    let from_the_future = Engagement { version: old.version + 2, ..second };
    assert_refused!(stores.store.commit(changing(from_the_future)).await, CommitError::Stale);
    let stored = stores.store.by_id(tenant.workspace, old.id).await.expect("the store answers");
    assert_eq!(stored, Some(Engagement { version: old.version + 1, ..first }));
}

/// A user who changed since they were read is [`CommitError::Stale`], and stays as they are.
pub async fn a_stale_user_is_refused(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let old = a_user("stale@hearken.test");
    known_users(stores, tenant, std::slice::from_ref(&old)).await;
    let first = User { role: Role::Manager, ..old.clone() };
    commit(stores, changing_user(tenant.workspace, first.clone(), old.version)).await;
    let second = User { role: Role::Inactive, ..old.clone() };
    assert_refused!(
        stores.store.commit(changing_user(tenant.workspace, second, old.version)).await,
        CommitError::Stale
    );
    let stored = stores.directory.users(tenant.workspace, &[old.id]).await.expect("the store answers");
    assert_eq!(stored, [User { version: old.version + 1, ..first }]);
}

/// A change of a row that is not there is stale too, and makes none.
pub async fn a_change_of_an_unknown_row_is_stale(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = an_engagement(tenant, "e");
    assert_refused!(stores.store.commit(changing(engagement.clone())).await, CommitError::Stale);
    assert_eq!(stores.store.by_id(tenant.workspace, engagement.id).await.expect("the store answers"), None);
    let user = a_user("unknown@hearken.test");
    let id = user.id;
    let answer = stores.store.commit(changing_user(tenant.workspace, user, 1)).await;
    assert_refused!(answer, CommitError::Stale);
    assert_eq!(stores.directory.users(tenant.workspace, &[id]).await.expect("the store answers"), []);
}

/// Of 16 changes at one time that saw one version exactly one succeeds; the others are stale.
pub async fn of_many_changes_of_one_version_exactly_one_succeeds(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let old = created(stores, an_engagement(tenant, "e")).await;
    let rivals = (0..16).map(|n| Engagement { title: parsed(&format!("Title {n}")), ..old.clone() });
    let answers = join_all(rivals.map(|rival| stores.store.commit(changing(rival)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::Stale);
    }
    let stored = stores.store.by_id(tenant.workspace, old.id).await.expect("the store answers");
    assert_eq!(stored.map(|stored| stored.version), Some(old.version + 1));
}

fn changing_user(workspace: WorkspaceId, row: User, expected: u64) -> Changeset {
    Changeset { changed_users: vec![Change { row, expected }], ..Changeset::new(workspace) }
}

//! Workspaces, keys, and what is decided once for an installation.

use futures_util::future::join_all;
use hearken_domain::{
    access::{ApiKey, Scope, Scopes, SecretDigest},
    changeset::{Changeset, CommitError, Revocation},
    directory::Workspace,
    ids::WorkspaceId,
    ports::Installation,
};
use secrecy::ExposeSecret;

use crate::{
    Stores,
    fixture::{a_key, a_user, a_workspace, at, commit, new_id, parsed},
};

/// The first caller's proposal is kept for ever; everybody gets the kept one, also when many propose at one time.
pub async fn the_first_proposal_is_kept(stores: &Stores) {
    let proposals = (0..8_u8).map(|n| Installation { link_key: vec![n; 32].into(), first_workspace: new_id() });
    let answers = join_all(proposals.map(|proposal| stores.registry.installation(proposal))).await;
    let later = stores
        .registry
        .installation(Installation { link_key: vec![99_u8; 32].into(), first_workspace: new_id() })
        .await;
    let Installation { link_key: kept, first_workspace } = later.expect("the store answers");
    for answer in answers {
        let answer = answer.expect("the store answers");
        assert_eq!(answer.link_key.expose_secret(), kept.expose_secret(), "two callers got different installations");
        assert_eq!(answer.first_workspace, first_workspace);
    }
    assert_eq!(kept.expose_secret().len(), 32);
}

/// A workspace reads back; an unknown one is not there; all of them come oldest first.
pub async fn workspaces_read_back_oldest_first(stores: &Stores) {
    let ids: [WorkspaceId; 3] = [new_id(), new_id(), new_id()];
    for (id, private_by_default) in [(ids[2], true), (ids[0], false), (ids[1], true)] {
        let made = Workspace { id, name: parsed("Ünïcode \"Ltd\""), private_by_default, created_at: at(-5) };
        let changeset = Changeset { new_workspace: Some(made.clone()), ..Changeset::new(id) };
        commit(stores, changeset).await;
        assert_eq!(stores.registry.workspace(id).await.expect("the store answers"), Some(made));
    }
    assert_eq!(stores.registry.workspace(new_id()).await.expect("the store answers"), None);
    let all = stores.registry.workspaces().await.expect("the store answers");
    let all: Vec<WorkspaceId> = all.into_iter().map(|workspace| workspace.id).collect();
    assert!(all.is_sorted(), "workspaces do not come oldest first");
    assert!(ids.iter().all(|id| all.contains(id)), "a workspace is missing");
}

/// A key reads back with every field, whichever workspace it belongs to; a workspace's keys come oldest first.
pub async fn keys_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let bob = a_user("bob@hearken.test");
    let full = ApiKey {
        user: bob.id,
        name: Some(parsed("Dialer ☎")),
        scopes: Scope::ALL.iter().copied().collect(),
        secret_digest: SecretDigest(std::array::from_fn(|n| u8::try_from(255 - n).expect("it is at most 255"))),
        created_at: at(1),
        expires_at: Some(at(2)),
        revoked_at: Some(at(3)),
        ..a_key(tenant)
    };
    let bare = ApiKey { scopes: Scopes::default(), ..a_key(tenant) };
    let new_keys = vec![bare.clone(), full.clone()];
    commit(stores, Changeset { new_users: vec![bob], new_keys, ..Changeset::new(tenant.workspace) }).await;
    for key in [&full, &bare] {
        let read = stores.registry.key(key.id).await.expect("the store answers").expect("the key is there");
        assert_same_key(&read, key);
    }
    let all = stores.registry.keys(tenant.workspace).await.expect("the store answers");
    let [first, second, third] = &all[..] else { panic!("there are {} keys", all.len()) };
    assert_eq!(first.id, tenant.key);
    assert_same_key(second, &full);
    assert_same_key(third, &bare);
    assert!(stores.registry.key(new_id()).await.expect("the store answers").is_none());
}

/// A key is revoked once, from a moment on, and nothing else of it changes; a key that is revoked or unknown is stale.
pub async fn a_key_is_revoked_once(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let key = a_key(tenant);
    commit(stores, Changeset { new_keys: vec![key.clone()], ..Changeset::new(tenant.workspace) }).await;
    let revoking = |key, when| {
        let revocation = Revocation { key, at: at(when) };
        Changeset { revoked_keys: vec![revocation], ..Changeset::new(tenant.workspace) }
    };
    commit(stores, revoking(key.id, 5)).await;
    assert_refused!(stores.store.commit(revoking(key.id, 6)).await, CommitError::Stale);
    assert_refused!(stores.store.commit(revoking(new_id(), 6)).await, CommitError::Stale);
    let read = stores.registry.key(key.id).await.expect("the store answers").expect("the key is there");
    assert_same_key(&read, &ApiKey { revoked_at: Some(at(5)), ..key });
}

/// A store that works answers a ping.
pub async fn the_store_answers_a_ping(stores: &Stores) {
    stores.registry.ping().await.expect("the store answers");
}

fn assert_same_key(read: &ApiKey, written: &ApiKey) {
    assert_eq!((read.id, read.workspace, read.user), (written.id, written.workspace, written.user));
    assert_eq!((&read.name, &read.scopes), (&written.name, &written.scopes));
    assert!(read.secret_digest.matches(&written.secret_digest), "the digest is another one");
    assert_eq!(
        (read.created_at, read.expires_at, read.revoked_at),
        (written.created_at, written.expires_at, written.revoked_at)
    );
}

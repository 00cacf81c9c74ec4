//! What the operator does: the first start, users, and keys through their life.

use std::time::Duration;

use futures_executor::block_on;
use hearken_application::{
    administer::{AdministrationError, IssuedKey, NewKey},
    authenticate::{AuthenticationError, Authenticator},
};
use hearken_domain::{
    access::{Scope, Scopes},
    directory::Role,
};
use hearken_memory::Memory;

use crate::harness::{House, email, name, new_user};

async fn opens(house: &House, token: &str) -> bool {
    match Authenticator::new(house.ports()).caller(token).await {
        Ok(caller) => {
            assert_eq!(caller.workspace, house.workspace.id);
            true
        }
        Err(AuthenticationError::Refused) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn a_key(house: &House, life: Option<Duration>) -> IssuedKey {
    let scopes = Scopes::from_iter([Scope::EngagementsRead]);
    let key = NewKey { user: house.owner.id, scopes, name: Some(name("dialer")), life };
    house.administrator.create_key(house.workspace.id, key).await.unwrap()
}

#[test]
fn the_first_start_makes_a_workspace_an_owner_and_a_key_once() {
    block_on(async {
        let memory = Memory::new();
        let administrator = hearken_application::administer::Administrator::new(memory.ports());
        let first = administrator.first_start(name("Initech"), new_user("ada@initech.test")).await.unwrap().unwrap();
        let caller = Authenticator::new(memory.ports()).caller(first.issued.token.expose()).await.unwrap();
        assert_eq!((caller.workspace, caller.user), (first.workspace.id, first.owner.id));
        assert!(Scope::ALL.iter().all(|scope| caller.scopes.allow(*scope)));
        assert!(administrator.first_start(name("Again"), new_user("eve@initech.test")).await.unwrap().is_none());
        assert_eq!(administrator.workspaces().await.unwrap(), [first.workspace]);
    });
}

#[test]
fn a_key_opens_its_workspace_until_it_is_revoked() {
    block_on(async {
        let house = House::new().await;
        let issued = a_key(&house, None).await;
        assert!(opens(&house, issued.token.expose()).await);
        let revoked = house.administrator.revoke_key(issued.key.id).await.unwrap();
        assert!(revoked.revoked_at.is_some());
        assert!(!opens(&house, issued.token.expose()).await);
        let again = house.administrator.revoke_key(issued.key.id).await;
        assert!(matches!(again, Err(AdministrationError::Exists(_))), "{again:?}");
    });
}

#[test]
fn a_rotated_key_is_refused_and_its_successor_is_like_it() {
    block_on(async {
        let house = House::new().await;
        let old = a_key(&house, Some(Duration::from_hours(1))).await;
        house.memory.clock.advance(Duration::from_mins(50));
        let new = house.administrator.rotate_key(old.key.id).await.unwrap();
        assert!(!opens(&house, old.token.expose()).await);
        assert!(opens(&house, new.token.expose()).await);
        assert_eq!((&new.key.scopes, &new.key.name, new.key.user), (&old.key.scopes, &old.key.name, old.key.user));
        house.memory.clock.advance(Duration::from_mins(59));
        assert!(opens(&house, new.token.expose()).await, "it lives as long as the old one, from now");
        house.memory.clock.advance(Duration::from_mins(1));
        assert!(!opens(&house, new.token.expose()).await);
        assert_eq!(house.administrator.keys(house.workspace.id).await.unwrap().len(), 3);
    });
}

#[test]
fn a_key_opens_nothing_from_the_moment_it_expires() {
    block_on(async {
        let house = House::new().await;
        let issued = a_key(&house, Some(Duration::from_hours(1))).await;
        house.memory.clock.advance(Duration::from_millis(3_599_999));
        assert!(opens(&house, issued.token.expose()).await);
        house.memory.clock.advance(Duration::from_millis(1));
        assert!(!opens(&house, issued.token.expose()).await);
    });
}

#[test]
fn a_token_that_was_never_ours_opens_nothing() {
    block_on(async {
        let house = House::new().await;
        let issued = a_key(&house, None).await;
        let good = issued.token.expose();
        let stranger = House::new().await;
        stranger.memory.clock.advance(Duration::from_secs(1));
        let theirs = a_key(&stranger, None).await;
        for bad in ["", "sk-", "Bearer", &good[..good.len() - 1], &good.to_lowercase(), theirs.token.expose()] {
            assert!(!opens(&house, bad).await, "{bad}");
        }
    });
}

#[test]
fn a_user_has_an_address_of_their_own_and_a_role_that_can_change() {
    block_on(async {
        let house = House::new().await;
        let bob = house.add_user("bob@initech.test").await;
        let twice = house.administrator.add_user(house.workspace.id, new_user("BOB@initech.test")).await;
        assert!(matches!(twice, Err(AdministrationError::Exists(_))), "{twice:?}");
        let changed = house.administrator.set_role(house.workspace.id, bob.id, Role::Manager).await.unwrap();
        assert_eq!((changed.role, changed.version), (Role::Manager, 2));
        assert!(changed.updated_at > bob.updated_at, "a change is always seen");
        assert_eq!(
            house.administrator.user_by_email(house.workspace.id, email("bob@initech.test")).await.unwrap(),
            changed
        );
        assert_eq!(house.administrator.users(house.workspace.id).await.unwrap().len(), 2);
    });
}

#[test]
fn nothing_is_made_for_what_is_not_there() {
    block_on(async {
        let house = House::new().await;
        let elsewhere = hearken_domain::ids::Ulid::from_parts(5, 5).into();
        let nobody = hearken_domain::ids::Ulid::from_parts(5, 6).into();
        let user = house.administrator.add_user(elsewhere, new_user("bob@initech.test")).await;
        assert!(matches!(user, Err(AdministrationError::NotFound(_))), "{user:?}");
        let key = NewKey { user: nobody, scopes: Scopes::default(), name: None, life: None };
        let key = house.administrator.create_key(house.workspace.id, key).await;
        assert!(matches!(key, Err(AdministrationError::NotFound(_))), "{key:?}");
        let revoked = house.administrator.revoke_key(hearken_domain::ids::Ulid::from_parts(5, 7).into()).await;
        assert!(matches!(revoked, Err(AdministrationError::NotFound(_))), "{revoked:?}");
    });
}

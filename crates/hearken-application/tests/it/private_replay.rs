//! Who is shown a private engagement when they repeat its create: its key, its owner, and whoever may see private ones.

use futures_executor::block_on;
use hearken_application::create::CreateError;
use hearken_domain::{
    access::{Caller, Scope},
    engagement::CreateEngagement,
};

use crate::harness::{House, found, made, request, timeline_only};

const WRITER: &[Scope] = &[Scope::EngagementsRead, Scope::EngagementsWrite];
const PRIVATE_READER: &[Scope] = &[Scope::EngagementsRead, Scope::EngagementsWrite, Scope::EngagementsPrivateRead];
/// The private scope counts together with the other one only.
const HALF: &[Scope] = &[Scope::EngagementsWrite, Scope::EngagementsPrivateRead];

#[test]
fn a_private_engagement_is_replayed_to_its_key_its_owner_and_private_readers() {
    block_on(async {
        let house = House::new().await;
        let (dialer, other) = (house.add_user("dialer@initech.test").await, house.add_user("other@initech.test").await);
        let creating = house.caller_for(&dialer, WRITER).await;
        let private = || request("call-1", CreateEngagement { is_private: Some(true), ..timeline_only() });
        let id = made(house.creator().create(&creating, private()).await.unwrap()).id;

        let owners_other_key = house.caller_for(&dialer, WRITER).await;
        let private_reader = house.caller_for(&other, PRIVATE_READER).await;
        let same_key_of_somebody_else = Caller { user: other.id, ..creating.clone() };
        for caller in [&creating, &owners_other_key, &private_reader, &same_key_of_somebody_else] {
            assert_eq!(found(house.creator().create(caller, private()).await.unwrap()).id, id);
        }
        for (scopes, missing) in [(WRITER, Scope::EngagementsPrivateRead), (HALF, Scope::EngagementsRead)] {
            let stranger = house.caller_for(&other, scopes).await;
            let answer = house.creator().create(&stranger, private()).await;
            let forbidden = matches!(&answer, Err(CreateError::Forbidden(scope)) if *scope == missing);
            assert!(forbidden, "{scopes:?}: {answer:?}");
        }
    });
}

//! Whose an engagement is: the participant named owner, by e-mail first, then by phone; else the key's user.

use futures_executor::block_on;
use hearken_application::create::{CreateError, Outcome};
use hearken_domain::{
    directory::{Role, User},
    engagement::{CreateEngagement, Participant},
    rejection::ViolationCode,
};

use crate::harness::{House, email, made, new_user, phone, request, timeline_only};

fn owner(address: Option<&str>, number: Option<&str>) -> Participant {
    Participant { name: None, email: address.map(email), phone: number.map(phone), is_owner: true, channel: None }
}

async fn create(house: &House, external_id: &str, owner: Participant) -> Result<Outcome, CreateError> {
    let command = CreateEngagement { participants: vec![owner], ..timeline_only() };
    house.creator().create(&house.caller, request(external_id, command)).await
}

async fn with_phone(house: &House, address: &str, number: &str) -> User {
    let user = hearken_application::administer::NewUser { phone: Some(phone(number)), ..new_user(address) };
    house.administrator.add_user(house.workspace.id, user).await.unwrap()
}

#[test]
fn the_named_owner_is_recognised_by_email_first_and_then_by_phone() {
    block_on(async {
        let house = House::new().await;
        let grace = with_phone(&house, "grace@initech.test", "+1 555 0100").await;
        let alan = with_phone(&house, "alan@initech.test", "+1 555 0101").await;
        for (id, named, expected) in [
            ("email", owner(Some("Grace@Initech.test"), None), &grace),
            ("phone", owner(None, Some("+1 (555) 0101")), &alan),
            ("both", owner(Some("grace@initech.test"), Some("+15550101")), &grace),
            ("unknown email", owner(Some("nobody@initech.test"), Some("+15550101")), &alan),
        ] {
            let engagement = made(create(&house, id, named).await.unwrap());
            assert_eq!((engagement.owner, engagement.host), (expected.id, Some(expected.id)), "{id}");
        }
    });
}

#[test]
fn an_owner_who_is_nobody_or_not_active_is_refused() {
    block_on(async {
        let house = House::new().await;
        let left = house.add_user("left@initech.test").await;
        house.administrator.set_role(house.workspace.id, left.id, Role::Inactive).await.unwrap();
        let invited = house.add_user("soon@initech.test").await;
        house.administrator.set_role(house.workspace.id, invited.id, Role::NotInvited).await.unwrap();
        for address in ["left@initech.test", "soon@initech.test", "nobody@initech.test"] {
            let answer = create(&house, address, owner(Some(address), None)).await;
            let Err(CreateError::Rejected(rejection)) = answer else { panic!("{address}: {answer:?}") };
            let violation = &rejection.violations[0];
            assert_eq!(
                (violation.field.as_str(), violation.code),
                ("participants[0].is_owner", ViolationCode::NotFound)
            );
            assert_eq!(house.stored(address).await, None);
        }
    });
}

#[test]
fn an_inactive_user_with_the_email_does_not_hide_an_active_one_with_the_phone() {
    block_on(async {
        let house = House::new().await;
        let left = house.add_user("left@initech.test").await;
        house.administrator.set_role(house.workspace.id, left.id, Role::Inactive).await.unwrap();
        let grace = with_phone(&house, "grace@initech.test", "+15550100").await;
        let engagement =
            made(create(&house, "call-1", owner(Some("left@initech.test"), Some("+15550100"))).await.unwrap());
        assert_eq!(engagement.owner, grace.id);
    });
}

#[test]
fn without_a_named_owner_the_keys_user_owns_it_and_nobody_is_host() {
    block_on(async {
        let house = House::new().await;
        let guest = Participant { is_owner: false, ..owner(Some("bob@acme.test"), None) };
        let engagement = made(create(&house, "call-1", guest).await.unwrap());
        assert_eq!((engagement.owner, engagement.host), (house.owner.id, None));
        assert!(!engagement.is_internal);
    });
}

#[test]
fn it_is_internal_when_everybody_is_a_user() {
    block_on(async {
        let house = House::new().await;
        let ada = Participant { is_owner: false, ..owner(Some("ada@initech.test"), None) };
        assert!(made(create(&house, "call-1", ada).await.unwrap()).is_internal);
        assert!(!made(house.create("call-2", timeline_only()).await).is_internal, "nobody took part");
    });
}

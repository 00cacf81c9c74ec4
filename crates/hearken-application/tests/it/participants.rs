//! Who took part: users are recognised, everybody else is one contact, and companies come from e-mail domains.

use futures_executor::block_on;
use hearken_domain::{
    directory::{Lookup, Matches},
    engagement::{CreateEngagement, Engagement, Participant, ResolvedParticipant, Who},
    handle::DomainName,
    timeline::SuppliedSpeaker,
};

use crate::harness::{House, email, made, name, phone, timeline_only};

fn guest(label: Option<&str>, address: Option<&str>, number: Option<&str>) -> Participant {
    Participant {
        name: label.map(name),
        email: address.map(email),
        phone: number.map(phone),
        is_owner: false,
        channel: None,
    }
}

async fn create(
    house: &House,
    external_id: &str,
    participants: Vec<Participant>,
) -> (Engagement, Vec<ResolvedParticipant>) {
    let engagement = made(house.create(external_id, CreateEngagement { participants, ..timeline_only() }).await);
    let found = house.ports().store.participants(house.workspace.id, &[engagement.id]).await.unwrap();
    (engagement, found.into_iter().next().unwrap())
}

async fn known(house: &House, addresses: &[&str], domains: &[&str]) -> Matches {
    let lookup = Lookup {
        emails: addresses.iter().map(|address| email(address)).collect(),
        domains: domains.iter().map(|domain| DomainName::try_from(*domain).unwrap()).collect(),
        ..Lookup::default()
    };
    house.ports().directory.matching(house.workspace.id, &lookup).await.unwrap()
}

#[test]
fn a_user_is_that_user_and_anybody_else_becomes_a_contact_of_their_company() {
    block_on(async {
        let house = House::new().await;
        let guests = vec![
            guest(None, Some("ADA@initech.test"), None),
            guest(Some("Bob B. Bright"), Some("bob@acme.test"), Some("+1555")),
        ];
        let (_, found) = create(&house, "call-1", guests).await;
        assert_eq!((found[0].who, found[0].company), (Who::User(house.owner.id), None));
        let matches = known(&house, &["bob@acme.test"], &["acme.test", "initech.test"]).await;
        let [bob] = matches.contacts.as_slice() else { panic!("one contact: {matches:?}") };
        let [acme] = matches.companies.as_slice() else { panic!("one company: {matches:?}") };
        assert_eq!((found[1].who, found[1].company), (Who::Contact(bob.id), Some(acme.id)));
        assert_eq!((bob.first_name.clone(), bob.last_name.clone()), (Some(name("Bob")), Some(name("B. Bright"))));
        assert_eq!((bob.company, acme.name.clone()), (Some(acme.id), Some(name("acme.test"))));
    });
}

#[test]
fn the_same_person_twice_is_one_contact_and_one_domain_is_one_company() {
    block_on(async {
        let house = House::new().await;
        let guests = vec![
            guest(None, Some("bob@acme.test"), Some("+15550100")),
            guest(None, Some("Bob@Acme.test"), None),
            guest(None, None, Some("+1 555 0100")),
            guest(None, Some("carol@acme.test"), None),
        ];
        let (_, found) = create(&house, "call-1", guests).await;
        assert_eq!((found[0].who, found[0].who), (found[1].who, found[2].who));
        assert_ne!(found[0].who, found[3].who);
        assert_eq!(found[0].company, found[3].company);
        let matches = known(&house, &["bob@acme.test", "carol@acme.test"], &["acme.test"]).await;
        assert_eq!((matches.contacts.len(), matches.companies.len()), (2, 1));
    });
}

#[test]
fn the_next_engagement_meets_the_same_people() {
    block_on(async {
        let house = House::new().await;
        let bob = || vec![guest(None, Some("bob@acme.test"), Some("+15550100"))];
        let (_, first) = create(&house, "call-1", bob()).await;
        let (_, second) = create(&house, "call-2", bob()).await;
        let (_, by_phone) = create(&house, "call-3", vec![guest(None, None, Some("+15550100"))]).await;
        assert_eq!((first[0].who, first[0].company), (second[0].who, second[0].company));
        assert_eq!(first[0].who, by_phone[0].who);
    });
}

#[test]
fn a_public_mail_providers_domain_makes_no_company() {
    block_on(async {
        let house = House::new().await;
        let (_, found) = create(&house, "call-1", vec![guest(None, Some("bob@gmail.com"), None)]).await;
        assert!(matches!(found[0].who, Who::Contact(_)));
        assert_eq!(found[0].company, None);
        assert!(known(&house, &[], &["gmail.com"]).await.companies.is_empty());
    });
}

#[test]
fn somebody_with_a_name_only_is_a_new_contact_each_time() {
    block_on(async {
        let house = House::new().await;
        let (_, first) = create(&house, "call-1", vec![guest(Some("Bob"), None, None)]).await;
        let (_, second) = create(&house, "call-2", vec![guest(Some("Bob"), None, None)]).await;
        assert_ne!(first[0].who, second[0].who);
    });
}

#[test]
fn speakers_are_recognised_among_users_and_participants() {
    block_on(async {
        let house = House::new().await;
        let mut command =
            CreateEngagement { participants: vec![guest(None, Some("bob@acme.test"), None)], ..timeline_only() };
        let speaker = |address: &str| SuppliedSpeaker { name: name("X"), email: Some(email(address)), phone: None };
        command.material.timeline.as_mut().unwrap().speakers =
            vec![speaker("ada@initech.test"), speaker("bob@acme.test"), speaker("unknown@acme.test")];
        let engagement = made(house.create("call-1", command).await);
        let transcripts = house.ports().store.transcripts(house.workspace.id, engagement.id).await.unwrap();
        let speakers = transcripts.timeline.unwrap().speakers;
        let bob = known(&house, &["bob@acme.test"], &[]).await.contacts.remove(0);
        assert_eq!((speakers[0].user, speakers[0].contact), (Some(house.owner.id), None));
        assert_eq!((speakers[1].user, speakers[1].contact), (None, Some(bob.id)));
        assert_eq!((speakers[2].user, speakers[2].contact), (None, None));
    });
}

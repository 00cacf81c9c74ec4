//! The directory: users, contacts and companies.

use hearken_domain::{
    changeset::{Change, Changeset},
    directory::{Company, Contact, Lookup, Matches, Role, User},
    engagement::ResolvedParticipant,
    handle::PhoneNumber,
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_company, a_contact, a_participant, a_user, a_workspace, an_engagement, at, commit, creating_with,
        known_companies, known_contacts, known_users, new_id, parsed,
    },
};

/// Every field of a user, a contact and a company reads back, set and unset.
pub async fn people_and_companies_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (company, contact, user) = (a_full_company(), a_full_contact(), a_full_user());
    let bare_company = Company { name: None, domains: Vec::new(), ..a_company("x.example.com") };
    let bare_contact = Contact { emails: Vec::new(), ..a_contact("x@example.com") };
    let bare_user = User { first_name: None, emails: Vec::new(), role: Role::NotInvited, ..a_user("x@hearken.test") };
    let contact = Contact { company: Some(company.id), ..contact };
    let changeset = Changeset {
        new_companies: vec![company.clone(), bare_company.clone()],
        new_contacts: vec![contact.clone(), bare_contact.clone()],
        new_users: vec![user.clone(), bare_user.clone()],
        ..Changeset::new(tenant.workspace)
    };
    commit(stores, changeset).await;
    let Stores { directory, .. } = stores;
    let companies = directory.companies(tenant.workspace, &[company.id, bare_company.id]).await;
    assert_eq!(companies.expect("the store answers"), [company, bare_company]);
    let contacts = directory.contacts(tenant.workspace, &[contact.id, bare_contact.id]).await;
    assert_eq!(contacts.expect("the store answers"), [contact, bare_contact]);
    let users = directory.users(tenant.workspace, &[user.id, bare_user.id]).await;
    assert_eq!(users.expect("the store answers"), [user, bare_user]);
}

/// Users and contacts are found by any of their addresses and phone numbers, companies by any of their domains, users
/// by id as well; a handle of another kind finds nothing.
pub async fn people_are_found_by_each_of_their_handles(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (user, contact, company) = (a_full_user(), a_full_contact(), a_full_company());
    known_users(stores, tenant, std::slice::from_ref(&user)).await;
    known_contacts(stores, tenant, std::slice::from_ref(&contact)).await;
    known_companies(stores, tenant, std::slice::from_ref(&company)).await;
    let user_found = Matches { users: vec![user.clone()], ..Matches::default() };
    let contact_found = Matches { contacts: vec![contact.clone()], ..Matches::default() };
    let company_found = Matches { companies: vec![company.clone()], ..Matches::default() };
    for email in &user.emails {
        assert_matching(stores, tenant, Lookup { emails: vec![email.clone()], ..Lookup::default() }, &user_found).await;
    }
    for phone in &user.phones {
        assert_matching(stores, tenant, Lookup { phones: vec![phone.clone()], ..Lookup::default() }, &user_found).await;
    }
    assert_matching(stores, tenant, Lookup { users: vec![user.id], ..Lookup::default() }, &user_found).await;
    for email in &contact.emails {
        assert_matching(stores, tenant, Lookup { emails: vec![email.clone()], ..Lookup::default() }, &contact_found)
            .await;
    }
    for phone in &contact.phones {
        assert_matching(stores, tenant, Lookup { phones: vec![phone.clone()], ..Lookup::default() }, &contact_found)
            .await;
    }
    for domain in &company.domains {
        assert_matching(stores, tenant, Lookup { domains: vec![domain.clone()], ..Lookup::default() }, &company_found)
            .await;
    }
    let nothing = Lookup { domains: vec![parsed("example.com")], phones: vec![parsed("99999")], ..Lookup::default() };
    assert_matching(stores, tenant, nothing, &Matches::default()).await;
    assert_matching(stores, tenant, Lookup::default(), &Matches::default()).await;
}

/// A phone number reads back as it was sent, and is found by any way to write it; so is a participant's.
pub async fn a_number_is_found_however_it_is_written_and_shown_as_it_was_sent(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let sent = ["+1 (555) 010-0123", "0044 20 7946 0000", "12345"].map(parsed::<PhoneNumber>);
    let contact = Contact { phones: sent.to_vec(), ..a_contact("c@example.com") };
    let user = User { phones: sent.to_vec(), ..a_user("u@hearken.test") };
    known_contacts(stores, tenant, std::slice::from_ref(&contact)).await;
    known_users(stores, tenant, std::slice::from_ref(&user)).await;
    let found = Matches { users: vec![user], contacts: vec![contact.clone()], ..Matches::default() };
    for written in ["+15550100123", "001-555-010-0123", "+44 (20) 7946.0000", "00442079460000", " 123/45 "] {
        let lookup = Lookup { phones: vec![parsed(written)], ..Lookup::default() };
        assert_matching(stores, tenant, lookup, &found).await;
    }
    for another in ["15550100123", "+12345"] {
        let lookup = Lookup { phones: vec![parsed(another)], ..Lookup::default() };
        assert_matching(stores, tenant, lookup, &Matches::default()).await;
    }
    let spelled = ResolvedParticipant { phone: Some(sent[0].clone()), ..a_participant(contact.id) };
    let engagement = an_engagement(tenant, "spelled");
    let id = engagement.id;
    commit(stores, creating_with(engagement, vec![spelled.clone()])).await;
    let read = stores.store.participants(tenant.workspace, &[id]).await.expect("the store answers");
    assert_eq!(read, [[spelled]]);
}

/// Each match is found once, however many handles find it, and matches come oldest id first.
pub async fn each_match_is_found_once_and_oldest_first(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let shared = || vec![parsed("+15550100199")];
    let mut contacts = Vec::new();
    let mut users = Vec::new();
    for n in 0..4 {
        contacts.push(Contact { phones: shared(), ..a_contact(&format!("c{n}@example.com")) });
        users.push(User { phones: shared(), ..a_user(&format!("u{n}@hearken.test")) });
    }
    let companies = vec![a_company("a.example.com"), a_company("b.example.com")];
    // Written youngest first, asked for in yet another order.
    for (contact, user) in contacts.iter().zip(&users).rev() {
        known_contacts(stores, tenant, std::slice::from_ref(contact)).await;
        known_users(stores, tenant, std::slice::from_ref(user)).await;
    }
    known_companies(stores, tenant, &[companies[1].clone(), companies[0].clone()]).await;
    let emails = contacts.iter().flat_map(|it| it.emails.clone()).chain(users.iter().flat_map(|it| it.emails.clone()));
    let lookup = Lookup {
        emails: emails.collect(),
        phones: shared(),
        domains: vec![parsed("b.example.com"), parsed("a.example.com"), parsed("b.example.com")],
        users: vec![users[2].id, users[0].id, users[2].id],
    };
    assert_matching(stores, tenant, lookup, &Matches { users, contacts, companies }).await;
}

/// Reads by id keep the order of the ids given and skip unknown ones.
pub async fn reads_by_id_keep_the_order_and_skip_unknown_ids(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let contacts = [1, 2, 3].map(|n| a_contact(&format!("c{n}@example.com")));
    let companies = [1, 2, 3].map(|n| a_company(&format!("c{n}.example.com")));
    let users = [1, 2, 3].map(|n| a_user(&format!("u{n}@hearken.test")));
    known_contacts(stores, tenant, &contacts).await;
    known_companies(stores, tenant, &companies).await;
    known_users(stores, tenant, &users).await;
    let ids = [contacts[2].id, new_id(), contacts[0].id, contacts[1].id];
    let read = stores.directory.contacts(tenant.workspace, &ids).await.expect("the store answers");
    assert_eq!(read, [2, 0, 1].map(|n: usize| contacts[n].clone()));
    let ids = [companies[1].id, companies[2].id, new_id(), companies[0].id];
    let read = stores.directory.companies(tenant.workspace, &ids).await.expect("the store answers");
    assert_eq!(read, [1, 2, 0].map(|n: usize| companies[n].clone()));
    let ids = [new_id(), users[2].id, users[1].id];
    let read = stores.directory.users(tenant.workspace, &ids).await.expect("the store answers");
    assert_eq!(read, [2, 1].map(|n: usize| users[n].clone()));
    assert_eq!(stores.directory.users(tenant.workspace, &[]).await.expect("the store answers"), []);
}

/// Every user, whatever their role, oldest first.
pub async fn all_users_come_oldest_first(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let users: Vec<User> =
        Role::ALL.iter().map(|role| User { role: *role, ..a_user(&format!("one.{role}@hearken.test")) }).collect();
    for user in users.iter().rev() {
        known_users(stores, tenant, std::slice::from_ref(user)).await;
    }
    let mut read = stores.directory.all_users(tenant.workspace).await.expect("the store answers");
    assert_eq!(read.remove(0).id, tenant.user);
    assert_eq!(read, users);
}

/// A changed user reads back whole, and is found by the handles they have now and by no others.
pub async fn a_changed_user_is_found_by_the_new_handles(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let old = a_full_user();
    known_users(stores, tenant, std::slice::from_ref(&old)).await;
    let row = User {
        role: Role::Inactive,
        first_name: None,
        emails: vec![old.emails[1].clone(), parsed("new@hearken.test")],
        phones: Vec::new(),
        updated_at: at(9),
        ..old.clone()
    };
    let change = Change { row: row.clone(), expected: old.version };
    commit(stores, Changeset { changed_users: vec![change], ..Changeset::new(tenant.workspace) }).await;
    let new = Matches { users: vec![User { version: old.version + 1, ..row.clone() }], ..Matches::default() };
    for email in row.emails {
        assert_matching(stores, tenant, Lookup { emails: vec![email], ..Lookup::default() }, &new).await;
    }
    let gone = Lookup { emails: vec![old.emails[0].clone()], phones: old.phones.clone(), ..Lookup::default() };
    assert_matching(stores, tenant, gone, &Matches::default()).await;
    // The address that was given up is free for somebody else.
    known_users(stores, tenant, &[User { emails: vec![old.emails[0].clone()], ..a_user("x@hearken.test") }]).await;
}

async fn assert_matching(stores: &Stores, tenant: Tenant, lookup: Lookup, expected: &Matches) {
    let matches = stores.directory.matching(tenant.workspace, &lookup).await.expect("the store answers");
    assert_eq!(&matches, expected, "{lookup:?}");
}

fn a_full_user() -> User {
    User {
        role: Role::Manager,
        first_name: Some(parsed("Ada")),
        last_name: Some(parsed("O'Lovelace ☕")),
        job_title: Some(parsed("Head of \"Engines\"")),
        time_zone: Some(parsed("Europe/London")),
        // The first is the primary one: the order is kept.
        emails: vec![parsed("z.primary@hearken.test"), parsed("a.second@hearken.test")],
        phones: vec![parsed("+15550100102"), parsed("+15550100101")],
        created_at: at(1),
        updated_at: at(2),
        ..a_user("x@hearken.test")
    }
}

fn a_full_contact() -> Contact {
    Contact {
        first_name: Some(parsed("Ĝan")),
        last_name: Some(parsed("Doe")),
        description: Some(parsed("met at\nthe fair")),
        emails: vec![parsed("z.primary@example.com"), parsed("a.second@example.com")],
        phones: vec![parsed("+15550100202"), parsed("15550100201")],
        time_zone: Some(parsed("America/St_Johns")),
        created_at: at(3),
        updated_at: at(4),
        ..a_contact("x@example.com")
    }
}

fn a_full_company() -> Company {
    Company {
        name: Some(parsed("Initech & Söhne")),
        description: Some(parsed("makes 100% of it")),
        domains: vec![parsed("z.initech.example"), parsed("a.initech.example")],
        created_at: at(5),
        updated_at: at(6),
        ..a_company("x.example.com")
    }
}

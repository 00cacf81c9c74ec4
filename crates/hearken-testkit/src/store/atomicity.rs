//! A commit is all or nothing.

use std::mem::discriminant;

use hearken_domain::{
    changeset::{Change, Changeset, CommitError, NewEngagement, Revocation},
    claim::Claim,
    directory::{Company, Contact, Role, User},
    engagement::Engagement,
    event::Event,
    job::{Job, Step},
    timeline::Transcripts,
    upload::{UploadMove, UploadState},
};

use super::follow_up::{self, FollowUp};
use crate::{
    Stores,
    fixture::{
        Tenant, a_claim, a_company, a_contact, a_job, a_key, a_participant, a_timeline, a_user, a_workspace,
        an_engagement, an_event, at, changing, claimed, claims_stay, commit, creating, new_id, parsed, settling,
    },
};

/// A commit is all or nothing: a good changeset with a lost settlement writes no part of it, and the same changeset
/// without the flaw writes every part.
pub async fn a_commit_is_all_or_nothing(stores: &Stores) {
    let _stay = claims_stay().await;
    let (scene, everything) = Scene::set(stores).await;
    let mut lost = everything.clone();
    lost.settlement.as_mut().expect("the changeset settles the claim").token = new_id();
    assert_refused!(stores.store.commit(lost).await, CommitError::LeaseLost);
    scene.assert_untouched(stores, &everything, "a lost lease").await;
    commit(stores, everything.clone()).await;
    scene.assert_written(stores, &everything).await;
}

/// A commit is all or nothing, whichever part it is that fails.
pub async fn every_failing_part_undoes_the_whole(stores: &Stores) {
    let _stay = claims_stay().await;
    let (scene, everything) = Scene::set(stores).await;
    for (flaw, spoil) in FLAWS {
        let mut flawed = everything.clone();
        spoil(&scene, &mut flawed);
        let answer = stores.store.commit(flawed).await;
        assert!(answer.is_err(), "{flaw}: the store accepted it");
        scene.assert_untouched(stores, &everything, flaw).await;
    }
    for (flaw, spoil) in follow_up::FLAWS {
        let mut flawed = everything.clone();
        let expected = spoil(&scene.follow_up, &mut flawed);
        let answer = stores.store.commit(flawed).await;
        let is_as_expected = matches!(&answer, Err(error) if discriminant(error) == discriminant(&expected));
        assert!(is_as_expected, "{flaw}: expected {expected:?}, the store answered {answer:?}");
        scene.assert_untouched(stores, &everything, flaw).await;
    }
    commit(stores, everything.clone()).await;
    scene.assert_written(stores, &everything).await;
}

/// Spoils one part of a good changeset.
type Spoil = fn(&Scene, &mut Changeset);

/// One flaw for each part that can have one.
const FLAWS: &[(&str, Spoil)] = &[
    ("a stale engagement", |_, changeset| changeset.changed_engagements[0].expected += 1),
    ("a stale user", |_, changeset| changeset.changed_users[0].expected += 1),
    ("a user's known address", |scene, changeset| changeset.new_users[0].emails.clone_from(&scene.user.emails)),
    ("a known user", |scene, changeset| changeset.new_users[0].id = scene.user.id),
    ("a known key", |scene, changeset| changeset.new_keys[0].id = scene.tenant.key),
    ("an unknown key to revoke", |_, changeset| changeset.revoked_keys[0].key = new_id()),
    ("a company's known domain", |scene, changeset| {
        changeset.new_companies[0].domains.clone_from(&scene.company.domains);
    }),
    ("a contact's known address", |scene, changeset| {
        changeset.new_contacts[0].emails.clone_from(&scene.contact.emails);
    }),
    ("a taken external id", |scene, changeset| {
        let new = changeset.new_engagement.as_mut().expect("there is one");
        new.engagement.external_id = scene.engagement.external_id.clone();
    }),
    ("an upload in another state", |_, changeset| changeset.upload_moves[0].from = UploadState::Deleting),
    ("an unknown upload", |_, changeset| changeset.upload_moves[0].id = new_id()),
    ("a lost lease", |_, changeset| changeset.settlement.as_mut().expect("there is one").token = new_id()),
    ("a known job", |scene, changeset| changeset.jobs[0].id = scene.job.id),
    ("a known event", |scene, changeset| changeset.events[0].id = scene.event.id),
];

/// What is there before the commit, one of each kind.
struct Scene {
    tenant: Tenant,
    user: User,
    contact: Contact,
    company: Company,
    engagement: Engagement,
    job: Job,
    event: Event,
    claim: Claim,
    follow_up: FollowUp,
    before: Vec<(&'static str, String)>,
}

impl Scene {
    /// Sets the scene, and gives a good changeset that plays there.
    async fn set(stores: &Stores) -> (Self, Changeset) {
        let tenant = a_workspace(stores).await;
        let user = a_user("before@hearken.test");
        let engagement = an_engagement(tenant, "before");
        let (contact, company) = (a_contact("before@example.com"), a_company("before.example.com"));
        let (job, event) = (a_job(&engagement, Step::Probe), an_event(tenant, b"before"));
        let before = Changeset {
            new_users: vec![user.clone()],
            new_contacts: vec![contact.clone()],
            new_companies: vec![company.clone()],
            jobs: vec![job.clone()],
            events: vec![event.clone()],
            ..creating(engagement.clone())
        };
        commit(stores, before).await;
        let claim = claimed(stores, tenant, a_claim("new")).await;
        let follow_up = FollowUp::set(stores, tenant, &engagement).await;
        let before = Vec::new();
        let mut scene = Self { tenant, user, contact, company, engagement, job, event, claim, follow_up, before };
        let mut everything = scene.everything();
        scene.follow_up.add_to(&mut everything);
        scene.before = scene.follow_up.look(stores, &everything).await;
        (scene, everything)
    }

    /// A good changeset with something in every part of a create but a new workspace.
    fn everything(&self) -> Changeset {
        let engagement = an_engagement(self.tenant, "new");
        let company = a_company("new.example.com");
        let contact = Contact { company: Some(company.id), ..a_contact("new@example.com") };
        let user = User { role: Role::Manager, ..self.user.clone() };
        let renamed = Engagement { title: parsed("Renamed"), ..self.engagement.clone() };
        Changeset {
            new_users: vec![a_user("new@hearken.test")],
            changed_users: vec![Change { expected: user.version, row: user }],
            new_keys: vec![a_key(self.tenant)],
            revoked_keys: vec![Revocation { key: self.tenant.key, at: at(1) }],
            new_companies: vec![company],
            jobs: vec![a_job(&engagement, Step::Probe)],
            events: vec![an_event(self.tenant, b"new")],
            upload_moves: vec![UploadMove {
                id: self.claim.upload,
                from: UploadState::Pending,
                to: Some(UploadState::Live),
            }],
            settlement: Some(settling(&self.claim)),
            new_engagement: Some(NewEngagement {
                participants: vec![a_participant(contact.id)],
                timeline: Some(a_timeline(engagement.id)),
                transcript: Some("Hello".to_owned()),
                engagement,
            }),
            new_contacts: vec![contact],
            ..changing(renamed)
        }
    }

    /// No part of the changeset is there, and what was before is as it was.
    async fn assert_untouched(&self, stores: &Stores, changeset: &Changeset, flaw: &str) {
        let seen = Seen::by_reading(stores, self, changeset).await;
        assert_eq!(seen.new_rows, [0; 8], "{flaw}: rows of the refused changeset are there");
        assert_eq!(seen.texts, Transcripts::default(), "{flaw}: the texts are there");
        assert_eq!(seen.changed_engagement, self.engagement, "{flaw}: the engagement changed");
        assert_eq!(seen.changed_user, self.user, "{flaw}: the user changed");
        assert_eq!(seen.upload, UploadState::Pending, "{flaw}: the upload moved");
        assert_eq!(seen.claim, Claimed::Still, "{flaw}: the claim is gone");
        assert_eq!(seen.key, KeyIs::InForce, "{flaw}: the key was revoked");
        assert_eq!(self.follow_up.look(stores, changeset).await, self.before, "{flaw}: what follows changed");
    }

    /// Every part of the changeset is there.
    async fn assert_written(&self, stores: &Stores, changeset: &Changeset) {
        let seen = Seen::by_reading(stores, self, changeset).await;
        assert_eq!(seen.new_rows, [1; 8], "rows of the changeset are missing");
        assert!(seen.texts.timeline.is_some() && seen.texts.supplied.is_some(), "the texts are missing");
        assert_eq!(seen.changed_engagement.title, parsed("Renamed"), "the engagement did not change");
        assert_eq!(seen.changed_user.role, Role::Manager, "the user did not change");
        assert_eq!(seen.upload, UploadState::Live, "the upload did not move");
        assert_eq!(seen.claim, Claimed::NoMore, "the claim is still there");
        assert_eq!(seen.key, KeyIs::Revoked, "the key was not revoked");
        for (before, now) in self.before.iter().zip(self.follow_up.look(stores, changeset).await) {
            assert_ne!(*before, now, "it did not change");
        }
    }
}

#[derive(Debug, PartialEq)]
enum Claimed {
    Still,
    NoMore,
}

#[derive(Debug, PartialEq)]
enum KeyIs {
    InForce,
    Revoked,
}

/// Everything a changeset could have touched, as the ports show it.
struct Seen {
    /// How many of the new engagement, participant, user, key, company, contact, job and event there are.
    new_rows: [usize; 8],
    texts: Transcripts,
    changed_engagement: Engagement,
    changed_user: User,
    upload: UploadState,
    claim: Claimed,
    key: KeyIs,
}

impl Seen {
    async fn by_reading(stores: &Stores, scene: &Scene, changeset: &Changeset) -> Self {
        let Stores { store, directory, registry, claims, uploads, .. } = stores;
        let workspace = changeset.workspace;
        let new = changeset.new_engagement.as_ref().expect("the changeset makes an engagement").engagement.id;
        let old = store.by_id(workspace, scene.engagement.id).await.expect("the store answers");
        let mut user = directory.users(workspace, &[scene.user.id]).await.expect("the store answers");
        let upload = uploads.by_id(workspace, scene.claim.upload).await.expect("the store answers");
        let key = registry.key(scene.tenant.key).await.expect("the store answers").expect("the key is there");
        let renewed =
            claims.renew(workspace, &settling(&scene.claim), scene.claim.until).await.expect("the store answers");
        Self {
            new_rows: count_new_rows(stores, changeset).await,
            texts: store.transcripts(workspace, new).await.expect("the store answers"),
            changed_engagement: old.expect("the engagement is there"),
            changed_user: user.pop().expect("the user is there"),
            upload: upload.expect("the upload is there").state,
            claim: if renewed { Claimed::Still } else { Claimed::NoMore },
            key: if key.revoked_at.is_some() { KeyIs::Revoked } else { KeyIs::InForce },
        }
    }
}

async fn count_new_rows(stores: &Stores, changeset: &Changeset) -> [usize; 8] {
    let Stores { store, directory, registry, outbox, .. } = stores;
    let workspace = changeset.workspace;
    let new = &changeset.new_engagement.as_ref().expect("the changeset makes an engagement").engagement;
    let by_external_id = store.by_external_id(workspace, &new.external_id).await.expect("the store answers");
    let participants = store.participants(workspace, &[new.id]).await.expect("the store answers");
    let users = directory.users(workspace, &[changeset.new_users[0].id]).await.expect("the store answers");
    let key = registry.key(changeset.new_keys[0].id).await.expect("the store answers");
    let companies = directory.companies(workspace, &[changeset.new_companies[0].id]).await.expect("the store answers");
    let contacts = directory.contacts(workspace, &[changeset.new_contacts[0].id]).await.expect("the store answers");
    let jobs = outbox.jobs(workspace, new.id).await.expect("the store answers");
    let events = outbox.events(workspace, None, 100).await.expect("the store answers");
    [
        usize::from(by_external_id.is_some()),
        participants.concat().len(),
        users.len(),
        usize::from(key.is_some()),
        companies.len(),
        contacts.len(),
        jobs.len(),
        events.iter().filter(|event| event.id == changeset.events[0].id).count(),
    ]
}

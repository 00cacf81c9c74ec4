//! No read or write of one workspace shows or touches another's rows.

use hearken_domain::{
    changeset::{Change, Changeset, CommitError, NewEngagement, Revocation},
    claim::{Claim, ClaimOutcome},
    directory::{Company, Contact, Lookup, Matches, Role, User},
    engagement::{Engagement, ResolvedParticipant},
    job::Step,
    timeline::Transcripts,
    upload::{UploadMove, UploadState},
};

use super::lists::everything;
use crate::{
    Stores,
    fixture::{
        Tenant, a_claim, a_company, a_contact, a_job, a_participant, a_timeline, a_user, a_workspace, an_engagement,
        an_event, at, changing, claimed, claims_stay, commit, created, creating, new_id, parsed, settling,
    },
};

/// No read of engagements shows another workspace's: by id, by external id, in a list, participants and texts.
pub async fn an_engagement_of_another_workspace_is_not_read(stores: &Stores) {
    let _stay = claims_stay().await;
    let theirs = Theirs::make(stores).await;
    let Stores { store, .. } = stores;
    let (mine, id) = (a_workspace(stores).await, theirs.engagement.id);
    for workspace in [mine.workspace, new_id()] {
        assert_eq!(store.by_id(workspace, id).await.expect("the store answers"), None);
        let by_name = store.by_external_id(workspace, &theirs.engagement.external_id).await.expect("the store answers");
        assert_eq!(by_name, None);
        let participants = store.participants(workspace, &[id]).await.expect("the store answers");
        assert_eq!(participants, vec![Vec::<ResolvedParticipant>::new()]);
        assert_eq!(store.transcripts(workspace, id).await.expect("the store answers"), Transcripts::default());
    }
    assert_eq!(everything(stores, mine).await, []);
}

/// People and companies of another workspace are not found, neither by handle nor by id.
pub async fn people_of_another_workspace_are_not_found(stores: &Stores) {
    let _stay = claims_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let lookup = Lookup {
        emails: [theirs.user.emails.clone(), theirs.contact.emails.clone()].concat(),
        phones: theirs.contact.phones.clone(),
        domains: theirs.company.domains.clone(),
        users: vec![theirs.user.id],
    };
    let Stores { directory, .. } = stores;
    let matches = directory.matching(mine.workspace, &lookup).await.expect("the store answers");
    assert_eq!(matches, Matches::default());
    assert_eq!(directory.users(mine.workspace, &[theirs.user.id]).await.expect("the store answers"), []);
    assert_eq!(directory.contacts(mine.workspace, &[theirs.contact.id]).await.expect("the store answers"), []);
    assert_eq!(directory.companies(mine.workspace, &[theirs.company.id]).await.expect("the store answers"), []);
    let users = directory.all_users(mine.workspace).await.expect("the store answers");
    assert_eq!(users.iter().map(|user| user.id).collect::<Vec<_>>(), [mine.user]);
}

/// Keys, uploads, jobs and events of another workspace are not read.
pub async fn work_of_another_workspace_is_not_read(stores: &Stores) {
    let _stay = claims_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let keys = stores.registry.keys(mine.workspace).await.expect("the store answers");
    assert_eq!(keys.iter().map(|key| key.id).collect::<Vec<_>>(), [mine.key]);
    let upload = stores.uploads.by_id(mine.workspace, theirs.claim.upload).await.expect("the store answers");
    assert_eq!(upload, None);
    let jobs = stores.outbox.jobs(mine.workspace, theirs.engagement.id).await.expect("the store answers");
    assert_eq!(jobs, []);
    assert_eq!(stores.outbox.events(mine.workspace, None, 100).await.expect("the store answers"), []);
}

/// A change that names another workspace's row does nothing, and is refused.
pub async fn a_change_of_another_workspaces_row_is_refused(stores: &Stores) {
    let _stay = claims_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let claimed_as_mine = Engagement { workspace: mine.workspace, title: parsed("Mine"), ..theirs.engagement.clone() };
    assert_refused!(stores.store.commit(changing(claimed_as_mine.clone())).await, CommitError::Stale);
    let named_as_theirs = Engagement { workspace: theirs.tenant.workspace, ..claimed_as_mine };
    let changeset = Changeset { workspace: mine.workspace, ..changing(named_as_theirs) };
    assert!(stores.store.commit(changeset).await.is_err(), "the store changed another workspace's engagement");
    let row = User { role: Role::Inactive, ..theirs.user.clone() };
    let change = Change { expected: row.version, row };
    let changeset = Changeset { changed_users: vec![change], ..Changeset::new(mine.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Stale);
    let revocation = Revocation { key: theirs.tenant.key, at: at(1) };
    let changeset = Changeset { revoked_keys: vec![revocation], ..Changeset::new(mine.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Stale);
    theirs.assert_untouched(stores).await;
}

/// A settlement or a move that names another workspace's claim or upload does nothing, and is refused.
pub async fn a_settlement_of_another_workspaces_claim_is_refused(stores: &Stores) {
    let _stay = claims_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let settlement = Some(settling(&theirs.claim));
    let changeset = Changeset { settlement, ..Changeset::new(mine.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::LeaseLost);
    for to in [Some(UploadState::Live), Some(UploadState::Deleting), None] {
        let upload_move = UploadMove { id: theirs.claim.upload, from: UploadState::Pending, to };
        let changeset = Changeset { upload_moves: vec![upload_move], ..Changeset::new(mine.workspace) };
        assert_refused!(stores.store.commit(changeset).await, CommitError::LeaseLost);
    }
    let renewed = stores.claims.renew(mine.workspace, &settling(&theirs.claim), at(9_000_000)).await;
    assert!(!renewed.expect("the store answers"), "the store renewed another workspace's lease");
    theirs.assert_untouched(stores).await;
}

/// Nothing that is made in one workspace appears in another or replaces a row of it, even when it carries its ids.
pub async fn nothing_is_made_in_another_workspace(stores: &Stores) {
    let _stay = claims_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    // Whether the store refuses such writes or keeps them in their own workspace is its own affair.
    let smuggled = an_engagement(theirs.tenant, "smuggled");
    let into_theirs = Changeset { workspace: mine.workspace, ..creating(smuggled.clone()) };
    drop(stores.store.commit(into_theirs).await);
    let same_id = Engagement { id: theirs.engagement.id, ..an_engagement(mine, "same id") };
    drop(stores.store.commit(creating(same_id)).await);
    let contact = Contact { id: theirs.contact.id, ..a_contact("other@example.com") };
    drop(stores.store.commit(Changeset { new_contacts: vec![contact], ..Changeset::new(mine.workspace) }).await);
    let user = User { id: theirs.user.id, ..a_user("other@hearken.test") };
    drop(stores.store.commit(Changeset { new_users: vec![user], ..Changeset::new(mine.workspace) }).await);
    let found = stores.store.by_id(theirs.tenant.workspace, smuggled.id).await.expect("the store answers");
    assert_eq!(found, None);
    theirs.assert_untouched(stores).await;
}

/// Claims of one workspace are free in another.
pub async fn a_claim_of_another_workspace_does_not_matter(stores: &Stores) {
    let _stay = claims_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let claim = Claim { external_id: theirs.claim.external_id.clone(), ..a_claim("never mind") };
    let answer = stores.claims.claim(mine.workspace, &claim, at(0)).await.expect("the store answers");
    assert_eq!(answer, ClaimOutcome::Held);
    commit(stores, Changeset { settlement: Some(settling(&claim)), ..Changeset::new(mine.workspace) }).await;
    theirs.assert_untouched(stores).await;
}

/// A workspace full of rows that nobody else may see or touch.
struct Theirs {
    tenant: Tenant,
    user: User,
    contact: Contact,
    company: Company,
    engagement: Engagement,
    claim: Claim,
}

impl Theirs {
    async fn make(stores: &Stores) -> Self {
        let tenant = a_workspace(stores).await;
        let contact = Contact { phones: vec![parsed("+15550100123")], ..a_contact("secret@example.com") };
        let theirs = Self {
            user: a_user("secret@hearken.test"),
            contact,
            company: a_company("secret.example.com"),
            engagement: an_engagement(tenant, "secret"),
            claim: claimed(stores, tenant, a_claim("secret claim")).await,
            tenant,
        };
        let engagement = theirs.engagement.clone();
        let changeset = Changeset {
            new_users: vec![theirs.user.clone()],
            new_contacts: vec![theirs.contact.clone()],
            new_companies: vec![theirs.company.clone()],
            jobs: vec![a_job(&engagement, Step::Probe)],
            events: vec![an_event(tenant, b"secret")],
            new_engagement: Some(NewEngagement {
                participants: vec![a_participant(theirs.contact.id)],
                timeline: Some(a_timeline(engagement.id)),
                transcript: Some("secret".to_owned()),
                engagement,
            }),
            ..Changeset::new(tenant.workspace)
        };
        commit(stores, changeset).await;
        created(stores, an_engagement(tenant, "another")).await;
        theirs
    }

    /// Every row that can change is as it was.
    async fn assert_untouched(&self, stores: &Stores) {
        let Stores { store, directory, registry, claims, uploads, .. } = stores;
        let workspace = self.tenant.workspace;
        let engagement = store.by_id(workspace, self.engagement.id).await.expect("the store answers");
        assert_eq!(engagement.as_ref(), Some(&self.engagement));
        let users = directory.users(workspace, &[self.user.id]).await.expect("the store answers");
        assert_eq!(users, std::slice::from_ref(&self.user));
        let contacts = directory.contacts(workspace, &[self.contact.id]).await.expect("the store answers");
        assert_eq!(contacts, std::slice::from_ref(&self.contact));
        let key = registry.key(self.tenant.key).await.expect("the store answers").expect("the key is there");
        assert_eq!((key.workspace, key.revoked_at), (workspace, None));
        let upload = uploads.by_id(workspace, self.claim.upload).await.expect("the store answers");
        assert_eq!(upload.map(|upload| upload.state), Some(UploadState::Pending));
        let renewed = claims.renew(workspace, &settling(&self.claim), self.claim.until).await;
        assert!(renewed.expect("the store answers"), "the claim is gone");
    }
}

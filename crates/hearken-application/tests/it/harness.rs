//! A house to test in: a workspace with its owner over the ports in memory, good commands, and a clock that moves by
//! itself where a test does not care when.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use futures_util::future::{Either, select};
use hearken_application::{
    administer::{Administrator, NewKey, NewUser},
    create::{CreateRequest, Creator, Outcome},
};
use hearken_domain::{
    access::{Caller, Scope, Scopes},
    directory::{Role, User, Workspace},
    engagement::{CreateEngagement, Engagement, EngagementType, Material},
    handle::{EmailAddress, PhoneNumber},
    ids::{ProcessId, Ulid},
    media::MediaUrl,
    ports::Ports,
    text::{ExternalId, Name},
    time::Timestamp,
    timeline::{Entry, SuppliedSpeaker, SuppliedTimeline},
};
use hearken_memory::{ManualClock, Memory};

/// A link that serves a recording.
pub(crate) const LINK: &str = "https://media.example.com/call.mp3";
/// What it serves.
pub(crate) const BYTES: &[u8] = b"ID3 a recording";

/// A workspace, its owner, and somebody who may do everything.
pub(crate) struct House {
    pub(crate) memory: Memory,
    pub(crate) administrator: Administrator,
    pub(crate) workspace: Workspace,
    pub(crate) owner: User,
    pub(crate) caller: Caller,
}

impl House {
    /// A fresh one, where [`LINK`] serves [`BYTES`].
    pub(crate) async fn new() -> Self {
        let memory = Memory::new();
        memory.media.serve(LINK, "audio/mpeg".parse().unwrap(), BYTES);
        let administrator = Administrator::new(memory.ports());
        let first = administrator.first_start(name("Initech"), new_user("ada@initech.test")).await.unwrap().unwrap();
        let caller = Caller {
            workspace: first.workspace.id,
            key: first.issued.key.id,
            user: first.owner.id,
            scopes: first.issued.key.scopes,
        };
        Self { memory, administrator, workspace: first.workspace, owner: first.owner, caller }
    }

    pub(crate) fn ports(&self) -> Ports {
        self.memory.ports()
    }

    pub(crate) fn creator(&self) -> Creator {
        Creator::new(self.ports(), process(1))
    }

    /// Another user of the workspace.
    pub(crate) async fn add_user(&self, email: &str) -> User {
        self.administrator.add_user(self.workspace.id, new_user(email)).await.unwrap()
    }

    /// Somebody with a key of their own with these rights.
    pub(crate) async fn caller_for(&self, user: &User, scopes: &[Scope]) -> Caller {
        let scopes = Scopes::from_iter(scopes.iter().copied());
        let key = NewKey { user: user.id, scopes: scopes.clone(), name: None, life: None };
        let issued = self.administrator.create_key(self.workspace.id, key).await.unwrap();
        Caller { workspace: self.workspace.id, key: issued.key.id, user: user.id, scopes }
    }

    /// Creates with a creator of its own.
    pub(crate) async fn create(&self, external_id: &str, command: CreateEngagement) -> Outcome {
        self.creator().create(&self.caller, request(external_id, command)).await.unwrap()
    }

    /// The engagement of an external id, as the store has it.
    pub(crate) async fn stored(&self, external_id: &str) -> Option<Engagement> {
        self.ports().store.by_external_id(self.workspace.id, &key(external_id)).await.unwrap()
    }

    /// No blob, and no row of an upload that is not an engagement's.
    pub(crate) async fn assert_nothing_is_left(&self) {
        let blobs = self.memory.blobs.keys();
        assert!(blobs.is_empty(), "{blobs:?}");
        assert_eq!(self.unfinished_uploads().await, 0);
    }

    /// Rows of uploads that no engagement has.
    pub(crate) async fn unfinished_uploads(&self) -> usize {
        self.ports().uploads.expired(Timestamp::MAX, 100).await.unwrap().len()
    }
}

/// A process of the service.
pub(crate) fn process(number: u128) -> ProcessId {
    Ulid::from_parts(1, number).into()
}

pub(crate) fn key(external_id: &str) -> ExternalId {
    ExternalId::try_from(external_id).unwrap()
}

pub(crate) fn name(text: &str) -> Name {
    Name::try_from(text).unwrap()
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::try_from(text).unwrap()
}

pub(crate) fn phone(text: &str) -> PhoneNumber {
    PhoneNumber::try_from(text).unwrap()
}

pub(crate) fn new_user(address: &str) -> NewUser {
    NewUser { email: email(address), phone: None, first_name: None, last_name: None, role: Role::User }
}

/// A call with the recording of a link.
pub(crate) fn recording_of(link: &str) -> CreateEngagement {
    CreateEngagement {
        engagement_type: EngagementType::Call,
        title: "A call".try_into().unwrap(),
        source_system: "dialer".try_into().unwrap(),
        material: Material { media: Some((MediaUrl::new(link), None)), timeline: None },
        run_workflows: false,
        is_private: None,
        transcript: None,
        start_at: None,
        external_url: None,
        participants: Vec::new(),
        description: None,
        priority: None,
    }
}

/// A call with a supplied timeline: nothing has to be fetched.
pub(crate) fn timeline_only() -> CreateEngagement {
    let speaker = SuppliedSpeaker { name: name("Bob"), email: None, phone: None };
    let entry = Entry { speaker: 0, start_ms: 0, end_ms: 1_500, text: "Hello.".to_owned(), words: Vec::new() };
    let timeline = SuppliedTimeline { speakers: vec![speaker], entries: [entry].into() };
    CreateEngagement { material: Material { media: None, timeline: Some(timeline) }, ..recording_of(LINK) }
}

/// The command under a title, so that a test sees whose command it was.
pub(crate) fn titled(title: &str, command: CreateEngagement) -> CreateEngagement {
    CreateEngagement { title: title.try_into().unwrap(), ..command }
}

pub(crate) fn request(external_id: &str, command: CreateEngagement) -> CreateRequest {
    let media_url = command.material.media.as_ref().map(|(url, _)| url.clone());
    CreateRequest { external_id: key(external_id), media_url, command: Ok(command), shows: Vec::new() }
}

/// The engagement that was made.
#[track_caller]
pub(crate) fn made(outcome: Outcome) -> Engagement {
    match outcome {
        Outcome::Created(engagement) => engagement,
        Outcome::Existing(engagement) => panic!("{} was there already", engagement.id),
    }
}

/// The engagement that was there.
#[track_caller]
pub(crate) fn found(outcome: Outcome) -> Engagement {
    match outcome {
        Outcome::Existing(engagement) => engagement,
        Outcome::Created(engagement) => panic!("{} was made now", engagement.id),
    }
}

/// Does the work and moves the clock whenever somebody sleeps.
pub(crate) async fn while_time_passes<T>(clock: &ManualClock, work: impl Future<Output = T>) -> T {
    let passing = async {
        for _ in 0..100_000 {
            clock.until_asleep(1).await;
            clock.advance(Duration::from_millis(100));
            let_others_go_on().await;
        }
    };
    match select(pin!(work), pin!(passing)).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => panic!("the work sleeps for hours"),
    }
}

/// Comes back once everybody else was asked.
pub(crate) async fn let_others_go_on() {
    let mut asked = false;
    poll_fn(|context| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

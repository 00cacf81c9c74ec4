//! What a commit wrote is what every later read shows.

use futures_util::{StreamExt, stream};
use hearken_domain::{
    changeset::{Changeset, NewEngagement},
    directory::Contact,
    engagement::{Engagement, EngagementType, Media, ProcessingError, ProcessingStatus, ResolvedParticipant, Who},
    ids::CompanyId,
    time::Timestamp,
    timeline::{Entry, Speaker, Timeline, TimelineSource, Transcripts, Word},
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_company, a_contact, a_live_upload, a_participant, a_timeline, a_workspace, an_engagement, at,
        changing, claims_stay, commit, created, creating, creating_with, known_companies, known_contacts, new_id,
        parsed,
    },
};

/// Every field of an engagement reads back as it was written, by id, by external id and in a list.
pub async fn an_engagement_with_every_field_reads_back(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let full = a_full_engagement(stores, tenant).await;
    assert_reads_back(stores, tenant, created(stores, full).await).await;
}

/// An engagement without any optional field reads back as it was written.
pub async fn an_engagement_without_optional_fields_reads_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let bare = an_engagement(tenant, "bare");
    assert_reads_back(stores, tenant, created(stores, bare).await).await;
}

/// Every kind, every status and the outermost moments read back.
pub async fn engagements_read_back_at_their_limits(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    for kind in EngagementType::ALL {
        let row = Engagement { engagement_type: *kind, ..an_engagement(tenant, kind.as_str()) };
        assert_reads_back(stores, tenant, created(stores, row).await).await;
    }
    for status in ProcessingStatus::ALL {
        let row = Engagement { status: *status, ..an_engagement(tenant, status.as_str()) };
        assert_reads_back(stores, tenant, created(stores, row).await).await;
    }
    let moments = [Timestamp::MIN, Timestamp::MAX];
    for (name, moment) in ["the first", "the last"].into_iter().zip(moments) {
        let row = Engagement { start_at: moment, end_at: Some(moment), ..an_engagement(tenant, name) };
        assert_reads_back(stores, tenant, created(stores, row).await).await;
    }
    let long = Engagement { title: parsed(&"😀".repeat(500)), ..an_engagement(tenant, &"é".repeat(500)) };
    assert_reads_back(stores, tenant, created(stores, long).await).await;
}

/// A change reads back whole: fields that were set, and fields that were unset.
pub async fn a_changed_engagement_reads_back(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let full = created(stores, a_full_engagement(stores, tenant).await).await;
    let bare = Engagement {
        id: full.id,
        external_id: full.external_id.clone(),
        version: full.version,
        updated_at: at(7),
        ..an_engagement(tenant, "never mind")
    };
    commit(stores, changing(bare.clone())).await;
    let bare = Engagement { version: bare.version + 1, ..bare };
    assert_reads_back(stores, tenant, bare.clone()).await;
    let refilled = Engagement { version: bare.version, ..full };
    commit(stores, changing(refilled.clone())).await;
    assert_reads_back(stores, tenant, Engagement { version: refilled.version + 1, ..refilled }).await;
}

/// Participants read back in the request's order: one entry for each id given, in that order; empty for an unknown id.
pub async fn participants_read_back_in_order(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let company = a_company("example.com");
    known_companies(stores, tenant, std::slice::from_ref(&company)).await;
    let contacts: Vec<Contact> = (0..5).map(|n| a_contact(&format!("c{n}@example.com"))).collect();
    known_contacts(stores, tenant, &contacts).await;
    let first = some_participants(tenant, &contacts, company.id);
    // The order of the request, not of the ids.
    let second: Vec<ResolvedParticipant> = contacts.iter().rev().map(|contact| a_participant(contact.id)).collect();
    let (one, two, none) = (an_engagement(tenant, "1"), an_engagement(tenant, "2"), an_engagement(tenant, "3"));
    commit(stores, creating_with(one.clone(), first.clone())).await;
    commit(stores, creating_with(two.clone(), second.clone())).await;
    commit(stores, creating(none.clone())).await;
    let ids = [two.id, new_id(), none.id, one.id];
    let read = stores.store.participants(tenant.workspace, &ids).await.expect("the store answers");
    assert_eq!(read, [second, Vec::new(), Vec::new(), first]);
    let nobody = stores.store.participants(tenant.workspace, &[]).await.expect("the store answers");
    assert!(nobody.is_empty());
}

/// A timeline reads back word for word: emoji, line ends, quotes, 10,000 characters, confidences and sentiments.
pub async fn a_timeline_reads_back_word_for_word(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let contact = a_contact("speaker@example.com");
    known_contacts(stores, tenant, std::slice::from_ref(&contact)).await;
    let engagement = an_engagement(tenant, "e");
    let timeline = a_full_timeline(tenant, &engagement, &contact);
    let texts = Transcripts {
        timeline: Some(timeline),
        supplied: Some("Привет 👋\r\n\tдо 'свидания' \"\\".to_owned()),
    };
    commit(stores, with_texts(engagement.clone(), texts.clone())).await;
    let read = stores.store.transcripts(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(read, texts);
}

/// Either text may be missing, both may be, and an unknown engagement has none.
pub async fn missing_texts_read_back_as_missing(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (one, two, none) = (an_engagement(tenant, "1"), an_engagement(tenant, "2"), an_engagement(tenant, "3"));
    let spoken = Transcripts { timeline: Some(a_timeline(one.id)), supplied: None };
    let written = Transcripts { timeline: None, supplied: Some(String::new()) };
    commit(stores, with_texts(one.clone(), spoken.clone())).await;
    commit(stores, with_texts(two.clone(), written.clone())).await;
    commit(stores, creating(none.clone())).await;
    let nothing = Transcripts::default;
    for (id, expected) in [(one.id, spoken), (two.id, written), (none.id, nothing()), (new_id(), nothing())] {
        assert_eq!(stores.store.transcripts(tenant.workspace, id).await.expect("the store answers"), expected);
    }
}

/// The sizes of texts are those of what was said at least, in the order asked for, also for an id that is given twice;
/// an engagement without a text has none, and one with an empty text has one.
pub async fn text_sizes_tell_what_the_texts_will_take(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagements = ["1", "2", "3", "4"].map(|name| an_engagement(tenant, name));
    let [said, empty, both, none] = &engagements;
    let long = "字".repeat(10_000);
    let mut timeline = a_timeline(both.id);
    timeline.entries = timeline.entries.iter().map(|entry| Entry { text: long.clone(), ..entry.clone() }).collect();
    let supplied = |text: &str| Some(text.to_owned());
    let texts = [
        Transcripts { timeline: Some(a_timeline(said.id)), supplied: None },
        Transcripts { timeline: None, supplied: supplied("") },
        Transcripts { timeline: Some(timeline), supplied: supplied(&long) },
        Transcripts::default(),
    ];
    for (engagement, texts) in engagements.iter().zip(texts) {
        commit(stores, with_texts(engagement.clone(), texts)).await;
    }
    let ids = [both.id, none.id, said.id, new_id(), empty.id, both.id];
    let sizes = stores.insights.text_sizes(tenant.workspace, &ids).await.expect("the store answers");
    let [Some(first), None, Some(short), None, Some(0), Some(again)] = sizes[..] else {
        panic!("there is one entry for each id, in their order: {sizes:?}")
    };
    assert!(first >= 2 * long.len() as u64 && first == again, "{sizes:?}");
    assert!((1..1_000).contains(&short), "{sizes:?}");
    assert_eq!(stores.insights.text_sizes(tenant.workspace, &[]).await.expect("the store answers"), []);
}

/// What a commit wrote is seen by every read that begins after it returned, also when many commit at one time.
pub async fn every_commit_is_seen_by_the_next_read(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    stream::iter(0..40)
        .for_each_concurrent(8, |n| async move {
            let mut row = created(stores, an_engagement(tenant, &format!("e{n}"))).await;
            for change in 1..4 {
                let read = stores.store.by_id(tenant.workspace, row.id).await.expect("the store answers");
                assert_eq!(read.as_ref(), Some(&row), "a read does not see the commit before it");
                row.updated_at = at(change);
                commit(stores, changing(row.clone())).await;
                row.version += 1;
            }
        })
        .await;
}

async fn assert_reads_back(stores: &Stores, tenant: Tenant, expected: Engagement) {
    let by_id = stores.store.by_id(tenant.workspace, expected.id).await.expect("the store answers");
    assert_eq!(by_id.as_ref(), Some(&expected));
    let by_name =
        stores.store.by_external_id(tenant.workspace, &expected.external_id).await.expect("the store answers");
    assert_eq!(by_name.as_ref(), Some(&expected));
    let listed = super::lists::everything(stores, tenant).await;
    assert_eq!(listed.into_iter().find(|row| row.id == expected.id), Some(expected));
}

async fn a_full_engagement(stores: &Stores, tenant: Tenant) -> Engagement {
    let link = "https://app.example.com/calls/1?x=%20&y=%F0%9F%98%80#end".to_owned();
    Engagement {
        title: parsed("Über 'quotes' \"and\" \\ 😀 \u{202e}"),
        engagement_type: EngagementType::Meeting,
        status: ProcessingStatus::Failed,
        processing_error: Some(ProcessingError {
            step: "transcribe".to_owned(),
            code: "engine_gone".to_owned(),
            message: "the engine went away ☹".to_owned(),
        }),
        is_private: true,
        is_internal: true,
        run_workflows: true,
        host: Some(tenant.user),
        start_at: at(-86_400_123),
        end_at: Some(at(-86_399_000)),
        duration_seconds: Some(u32::MAX),
        description: Some(parsed("line one\nline two\t☃")),
        external_url: Some(link.try_into().expect("it is a link")),
        summary: Some("A summary\n\nof two paragraphs".to_owned()),
        steps_left: u8::MAX,
        media: Some(Media {
            upload: a_live_upload(stores, tenant).await,
            media_type: "audio/mpeg".parse().expect("it is a media type"),
            bytes: 5_000_000_000,
            sha256: std::array::from_fn(|n| u8::try_from(n * 8).expect("31 times 8 is 248")),
        }),
        created_at: at(1),
        updated_at: at(2),
        ..an_engagement(tenant, "full")
    }
}

fn some_participants(tenant: Tenant, contacts: &[Contact], company: CompanyId) -> Vec<ResolvedParticipant> {
    let owner = ResolvedParticipant {
        name: Some(parsed("Ada Lovelace")),
        email: Some(parsed("owner@hearken.test")),
        phone: Some(parsed("+15550100123")),
        who: Who::User(tenant.user),
        company: None,
        is_owner: true,
        channel: Some(0),
    };
    let customer = ResolvedParticipant {
        name: Some(parsed("Ĝan 'O\"Neil'")),
        email: Some(parsed("c3@example.com")),
        phone: None,
        who: Who::Contact(contacts[3].id),
        company: Some(company),
        is_owner: false,
        channel: Some(u16::MAX),
    };
    let by_phone = ResolvedParticipant { phone: Some(parsed("12345")), ..a_participant(contacts[1].id) };
    vec![customer, owner, by_phone, a_participant(contacts[0].id)]
}

fn a_full_timeline(tenant: Tenant, engagement: &Engagement, contact: &Contact) -> Timeline {
    let words = vec![
        Word { text: "naïve".to_owned(), start_ms: 0, end_ms: 499, confidence: Some(0.1 + 0.2) },
        Word { text: "👩‍👩‍👧‍👦".to_owned(), start_ms: 500, end_ms: 500, confidence: None },
        Word { text: "end".to_owned(), start_ms: 501, end_ms: 900, confidence: Some(1.0) },
    ];
    let entry =
        |speaker, text: &str| Entry { speaker, start_ms: 0, end_ms: 900, text: text.to_owned(), words: Vec::new() };
    let speaker = |name| Speaker { name: parsed(name), contact: None, user: None, sentiment: None };
    Timeline {
        speakers: vec![
            Speaker { contact: Some(contact.id), sentiment: Some(-1.0), ..speaker("Ĝan") },
            Speaker { user: Some(tenant.user), sentiment: Some(1.0 / 3.0), ..speaker("Ada 'the \"first\"'") },
            speaker("🎤"),
        ],
        entries: vec![
            Entry { words, ..entry(1, "naïve 👩‍👩‍👧‍👦 end") },
            entry(0, "two\r\nlines\tand a \\ and a \u{7f}"),
            entry(2, &"字".repeat(10_000)),
            Entry { start_ms: 86_400_000, end_ms: 4_294_967_296, ..entry(0, "x") },
        ]
        .into(),
        overall_sentiment: Some(-0.25),
        language: Some("pt-BR".to_owned()),
        source: TimelineSource::Transcribed,
        created_at: at(5),
        ..a_timeline(engagement.id)
    }
}

fn with_texts(engagement: Engagement, texts: Transcripts) -> Changeset {
    let workspace = engagement.workspace;
    let Transcripts { timeline, supplied } = texts;
    let new = NewEngagement { engagement, participants: Vec::new(), timeline, transcript: supplied };
    Changeset { new_engagement: Some(new), ..Changeset::new(workspace) }
}

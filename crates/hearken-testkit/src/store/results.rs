//! What steps found: written once for an engagement and a step, and read back.

use futures_util::future::join_all;
use hearken_domain::{
    changeset::{Changeset, CommitError, NewEngagement},
    engagement::Engagement,
    ids::EngagementId,
    insight::{ActionItem, ActionItemStatus, Findings, FoundActionItem, FoundSignal, Signal, SignalKind},
    job::Step,
    result::{Output, ResultHead, Sentiments, StepResult},
    speech::MediaFacts,
    time::Timestamp,
    timeline::{Speaker, Timeline, TimelineSource},
};

use crate::{
    Stores,
    fixture::{
        a_result, a_signal, a_tag, a_timeline, a_workspace, an_action_item, an_engagement, at, commit, created,
        creating, known_tags, new_id, parsed, resulting, some_facts, tagging,
    },
};

/// What the probe found reads back with every field, a long waveform and at its limits; where no probe was there is
/// nothing.
pub async fn media_facts_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let ramp = |n: usize| u8::try_from(n % 256).expect("a remainder of 256 is a byte");
    let full = MediaFacts {
        container: "matroska ☺".to_owned(),
        codec: "pcm_s16le".to_owned(),
        duration_ms: 1 << 42,
        channels: u16::MAX,
        sample_rate: u32::MAX,
        peaks: vec![(0..1000).map(ramp).collect(), (0..1000).rev().map(ramp).collect()],
    };
    let bare = MediaFacts { duration_ms: 0, peaks: Vec::new(), ..some_facts() };
    let silent = MediaFacts { peaks: vec![Vec::new()], ..some_facts() };
    for (name, facts) in [("full", full), ("bare", bare), ("silent", silent)] {
        let engagement = created(stores, an_engagement(tenant, name)).await;
        let facts_of = || stores.insights.media_facts(tenant.workspace, engagement.id);
        assert_eq!(facts_of().await.expect("the store answers"), None);
        commit(stores, resulting(tenant, a_result(engagement.id, Output::Probed(facts.clone())))).await;
        assert_eq!(facts_of().await.expect("the store answers"), Some(facts));
    }
}

/// Action items and signals read back with every field and without optional ones, in the order in which they were found;
/// one entry for each id given, in that order, also for one that is given twice or unknown.
pub async fn findings_read_back_in_the_order_found(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let [one, two, none] = ["one", "two", "none"].map(|name| an_engagement(tenant, name));
    for engagement in [&one, &two, &none] {
        created(stores, engagement.clone()).await;
    }
    // Found in another order than that of their ids.
    let mut first = Findings { action_items: some_action_items(one.id), signals: some_signals(one.id) };
    first.action_items.reverse();
    first.signals.reverse();
    let second = Findings { action_items: vec![an_action_item(two.id, "x")], signals: Vec::new() };
    for (engagement, findings) in [(&one, &first), (&two, &second)] {
        let result = a_result(engagement.id, Output::Extracted(findings.clone()));
        commit(stores, resulting(tenant, result)).await;
    }
    let read = stores.insights.findings(tenant.workspace, &[two.id, new_id(), one.id, none.id, two.id]).await;
    let nothing = Findings::default;
    assert_eq!(read.expect("the store answers"), [second.clone(), nothing(), first, nothing(), second]);
    assert_eq!(stores.insights.findings(tenant.workspace, &[]).await.expect("the store answers"), []);
}

/// Which steps have a result, and who made it, in the order in which they were made.
pub async fn results_read_back_in_the_order_made(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let results_of = |id| stores.insights.results(tenant.workspace, id);
    assert_eq!(results_of(engagement.id).await.expect("the store answers"), []);
    let mut expected = Vec::new();
    for (n, output) in (0..).zip(one_of_each(engagement.id)) {
        let head = ResultHead { step: output.step(), made_by: format!("http (gpt-{n} ☺)"), at: at(n) };
        let made_by = head.made_by.clone();
        commit(stores, resulting(tenant, StepResult { engagement: engagement.id, made_by, at: at(n), output })).await;
        expected.push(head);
    }
    assert_eq!(expected.len(), Step::ALL.len());
    assert_eq!(results_of(engagement.id).await.expect("the store answers"), expected);
    assert_eq!(results_of(new_id()).await.expect("the store answers"), []);
}

/// A step that has a result gets no second one: that is [`CommitError::Exists`], and the first stays.
pub async fn a_second_result_of_a_step_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let other = created(stores, an_engagement(tenant, "other")).await;
    for output in one_of_each(engagement.id) {
        commit(stores, resulting(tenant, a_result(engagement.id, output))).await;
    }
    let before = stores.insights.results(tenant.workspace, engagement.id).await.expect("the store answers");
    for output in one_of_each(engagement.id) {
        let step = output.step();
        let answer = stores.store.commit(resulting(tenant, a_result(engagement.id, output))).await;
        assert!(matches!(answer, Err(CommitError::Exists)), "{step}: the store answered {answer:?}");
    }
    let after = stores.insights.results(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(after, before);
    commit(stores, resulting(tenant, a_result(other.id, Output::Finished))).await;
}

/// Of 16 results of one step at one time exactly one is stored; for the others there is one.
pub async fn of_many_results_of_one_step_exactly_one_is_stored(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let facts = |n| MediaFacts { duration_ms: n, ..some_facts() };
    let rival = |n| resulting(tenant, a_result(engagement.id, Output::Probed(facts(n))));
    let answers = join_all((0..16).map(|n| stores.store.commit(rival(n)))).await;
    let stored: Vec<u64> = (0..).zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(n, _)| n).collect();
    let [winner] = stored[..] else { panic!("{} results were stored: {answers:?}", stored.len()) };
    let read = stores.insights.media_facts(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(read, Some(facts(winner)));
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::Exists);
    }
}

/// A transcribed timeline is the engagement's from then on, beside the supplied text; where nobody listened there is
/// none.
pub async fn a_transcribed_timeline_reads_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let [heard, unheard] = ["heard", "unheard"].map(|name| an_engagement(tenant, name));
    for engagement in [&heard, &unheard] {
        let text = Some("supplied".to_owned());
        commit(stores, made_with(engagement, None, text)).await;
    }
    let timeline = Timeline { source: TimelineSource::Transcribed, ..a_timeline(heard.id) };
    let outputs = [(heard.id, Some(Box::new(timeline.clone()))), (unheard.id, None)];
    for (id, output) in outputs {
        commit(stores, resulting(tenant, a_result(id, Output::Transcribed(output)))).await;
    }
    for (id, expected) in [(heard.id, Some(timeline)), (unheard.id, None)] {
        let texts = stores.store.transcripts(tenant.workspace, id).await.expect("the store answers");
        assert_eq!((texts.timeline, texts.supplied.as_deref()), (expected, Some("supplied")));
    }
}

/// An engagement has at most one timeline: another is [`CommitError::Exists`].
pub async fn a_second_timeline_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = an_engagement(tenant, "e");
    let supplied = a_timeline(engagement.id);
    commit(stores, made_with(&engagement, Some(supplied.clone()), None)).await;
    let second = Output::Transcribed(Some(Box::new(a_timeline(engagement.id))));
    let answer = stores.store.commit(resulting(tenant, a_result(engagement.id, second))).await;
    assert_refused!(answer, CommitError::Exists);
    let texts = stores.store.transcripts(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(texts.timeline, Some(supplied));
    assert_eq!(stores.insights.results(tenant.workspace, engagement.id).await.expect("the store answers"), []);
    let nobody_listened = a_result(engagement.id, Output::Transcribed(None));
    commit(stores, resulting(tenant, nobody_listened)).await;
}

/// How a conversation felt is written into the timeline: as a whole, and for each speaker by position; nothing else of
/// it changes.
pub async fn sentiments_are_written_into_the_timeline(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let speaker = |name| Speaker { name: parsed(name), contact: None, user: None, sentiment: Some(0.5) };
    for (name, overall, own) in
        [("all", Some(-1.0), [Some(1.0), None, Some(0.1 + 0.2)]), ("none", None, [None, None, None])]
    {
        let engagement = an_engagement(tenant, name);
        let before = Timeline {
            speakers: ["Ada", "Bob", "🎤"].map(speaker).to_vec(),
            overall_sentiment: Some(0.5),
            ..a_timeline(engagement.id)
        };
        commit(stores, made_with(&engagement, Some(before.clone()), None)).await;
        let felt = Output::Summarised(Sentiments { overall, speakers: own.to_vec() });
        commit(stores, resulting(tenant, a_result(engagement.id, felt))).await;
        let felt = before.speakers.iter().zip(own).map(|(speaker, sentiment)| Speaker { sentiment, ..speaker.clone() });
        let expected = Timeline { speakers: felt.collect(), overall_sentiment: overall, ..before.clone() };
        let texts = stores.store.transcripts(tenant.workspace, engagement.id).await.expect("the store answers");
        assert_eq!(texts.timeline, Some(expected), "{name}");
    }
}

/// Without a timeline there is nowhere to write sentiments, and the step has its result.
pub async fn sentiments_without_a_timeline_are_no_error(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let felt = Output::Summarised(Sentiments { overall: Some(1.0), speakers: vec![Some(1.0)] });
    commit(stores, resulting(tenant, a_result(engagement.id, felt))).await;
    let texts = stores.store.transcripts(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(texts.timeline, None);
    let results = stores.insights.results(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(results.len(), 1);
}

/// The tagger's tags are given beside those that the engagement has, each once; tags that are gone are left out.
pub async fn chosen_tags_are_given_beside_those_there_are(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let [kept, both, chosen, gone] = ["kept", "both", "chosen", "gone"].map(|name| a_tag(tenant, name));
    let gone = hearken_domain::tag::Tag { deleted_at: Some(at(1)), ..gone };
    known_tags(stores, tenant, &[kept.clone(), both.clone(), chosen.clone(), gone.clone()]).await;
    commit(stores, tagging(&engagement, &[kept.id, both.id])).await;
    let output = Output::Tagged(vec![chosen.id, gone.id, both.id, new_id()]);
    commit(stores, resulting(tenant, a_result(engagement.id, output))).await;
    let tags = stores.tags.of_engagements(tenant.workspace, &[engagement.id]).await.expect("the store answers");
    assert_eq!(tags, [[kept, both, chosen]]);
}

/// A result of each step.
fn one_of_each(engagement: EngagementId) -> [Output; 7] {
    let findings =
        Findings { action_items: vec![an_action_item(engagement, "x")], signals: vec![a_signal(engagement, "y")] };
    [
        Output::Probed(some_facts()),
        Output::Transcribed(None),
        Output::Extracted(findings),
        Output::Tagged(Vec::new()),
        Output::Summarised(Sentiments::default()),
        Output::Finished,
        Output::Automated,
    ]
}

fn made_with(engagement: &Engagement, timeline: Option<Timeline>, transcript: Option<String>) -> Changeset {
    let new = NewEngagement { engagement: engagement.clone(), participants: Vec::new(), timeline, transcript };
    Changeset { new_engagement: Some(new), ..creating(engagement.clone()) }
}

fn some_action_items(engagement: EngagementId) -> Vec<ActionItem> {
    let full = FoundActionItem {
        title: "字".repeat(500),
        description: Some("\"I'll send it\" \\ by Friday 😀\r\n".to_owned()),
        assignee: Some("Ĝan 'O\"Neil'".to_owned()),
        due_at: Some(Timestamp::MAX),
        span_ms: Some((0, 1 << 42)),
    };
    let row = an_action_item(engagement, "x");
    vec![
        an_action_item(engagement, "bare"),
        ActionItem {
            found: full,
            status: ActionItemStatus::Done,
            made_by: "http (é)".to_owned(),
            created_at: at(9),
            ..row
        },
        an_action_item(engagement, "another"),
    ]
}

fn some_signals(engagement: EngagementId) -> Vec<Signal> {
    let of_kind = |kind: &SignalKind| {
        let row = a_signal(engagement, "bare");
        Signal { found: FoundSignal { kind: *kind, ..row.found.clone() }, ..row }
    };
    let mut signals: Vec<Signal> = SignalKind::ALL.iter().map(of_kind).collect();
    let full = FoundSignal {
        kind: SignalKind::Risk,
        title: "é".repeat(200),
        quote: "Привет 👋\r\n\tдо 'свидания' \"\\".repeat(100),
        speaker: Some(99),
        span_ms: Some((5, 5)),
        confidence: 0.1 + 0.2,
    };
    let row = a_signal(engagement, "x");
    signals.push(Signal { found: full, made_by: "http (é)".to_owned(), created_at: at(-9), ..row });
    signals
}

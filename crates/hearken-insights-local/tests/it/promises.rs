//! What the ports promise, on conversations of any kind: odd letters, empty texts, speakers that do not exist.

use std::collections::BTreeSet;

use hearken_domain::{
    engagement::EngagementType,
    insight::{Conversation, ConversationSpeaker, MAX_FINDINGS, Turn},
    tag::Tag,
    time::Timestamp,
};
use proptest::prelude::*;

use crate::{
    labelled::tag_named,
    talk::{extracted, summarised, tagged},
};

/// What people say, so that something is found, between what nobody says.
fn piece() -> impl Strategy<Value = String> {
    let phrases = [
        "I’ll send you the proposal by Friday. ",
        "could you please call me tomorrow? ",
        "it is too expensive, $500! ",
        "we are switching from Voxa to Notely ",
        "Sam, please update the page ",
        "I promise. ",
        "action item: ",
        "by the 31st ",
        "let's schedule a call on February 29th. ",
        "what does it cost?",
        "Dr. ",
        "in 4294967295 weeks ",
        "I'm worried İ ",
        "you'll get ",
        "I'll ",
        "please",
        "Ms. Klein will need to ",
        "İI’LL ſend ",
        "ﬁx Ⅷ 3️⃣ 👨‍👩‍👧 ",
        "\u{202e}\u{0}",
        "。？！",
        "\n\n",
        "’’''",
        "next week end of the ",
        "no problem",
        "“quoted” „",
        "Ich schicke das Angebot bis Freitag. ",
        "会議は金曜日です。",
    ];
    prop_oneof![
        4 => proptest::sample::select(phrases.to_vec()).prop_map(str::to_owned),
        2 => "[a-zA-Z' ,.?!]{0,40}",
        1 => "\\PC{0,20}",
        1 => any::<char>().prop_map(|c| c.to_string()),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    let text = proptest::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.concat());
    let span = proptest::option::of((any::<u64>(), any::<u64>()));
    (0_usize..5, span, text).prop_map(|(speaker, span_ms, text)| Turn { speaker, span_ms, text })
}

fn conversation() -> impl Strategy<Value = Conversation> {
    let name = prop_oneof![Just("Sam".to_owned()), Just("Ada Lindqvist".to_owned()), Just(String::new()), "\\PC{0,12}"];
    let speaker = (name, any::<bool>()).prop_map(|(name, is_internal)| ConversationSpeaker { name, is_internal });
    let speakers = proptest::collection::vec(speaker, 0..4);
    let language = prop_oneof![
        Just(None),
        Just(Some("en-GB".to_owned())),
        Just(Some("de".to_owned())),
        Just(Some("tlh".to_owned())),
        Just(Some(String::new()))
    ];
    let start = prop_oneof![
        Just(0),
        Just(Timestamp::MIN.unix_millis()),
        Just(Timestamp::MAX.unix_millis()),
        0_i64..4_000_000_000_000
    ];
    let turns = proptest::collection::vec(turn(), 0..12);
    (speakers, language, start, turns, "\\PC{0,20}").prop_map(|(speakers, language, start, turns, title)| {
        Conversation {
            title,
            engagement_type: EngagementType::Call,
            start_at: Timestamp::from_unix_millis(start).unwrap(),
            language,
            speakers,
            turns,
        }
    })
}

fn tags() -> Vec<Tag> {
    vec![
        tag_named("Pricing", Some("When somebody asks what it costs"), 1),
        tag_named("\u{202e}", Some("\""), 2),
        tag_named("friday", None, 3),
        tag_named("Angebot", Some("“Freitag” or about İ"), 4),
    ]
}

fn is_share(value: f64) -> bool {
    (-1.0..=1.0).contains(&value)
}

/// Every sentence of the ports' docs.
async fn keeps_its_promises(conversation: &Conversation) {
    let is_silent = conversation.turns.is_empty();
    let summary = summarised(conversation).await;
    assert_eq!(summary.speaker_sentiments.len(), conversation.speakers.len());
    assert!(
        summary.overall_sentiment.into_iter().chain(summary.speaker_sentiments.into_iter().flatten()).all(is_share)
    );
    assert!(!is_silent || (summary.text.is_empty() && summary.overall_sentiment.is_none()));

    let tags = tags();
    let given = tagged(conversation, &tags).await;
    assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), given.len());
    assert!(!is_silent || given.is_empty());

    let found = extracted(conversation).await;
    assert!(found.signals.len() <= MAX_FINDINGS && found.action_items.len() <= MAX_FINDINGS);
    assert!(!is_silent || (found.signals.is_empty() && found.action_items.is_empty()));
    for signal in &found.signals {
        let said = |turn: &Turn| {
            turn.text.contains(&signal.quote) && signal.speaker.is_none_or(|speaker| speaker == turn.speaker)
        };
        assert!(!signal.quote.is_empty() && conversation.turns.iter().any(said), "{signal:?}");
        assert!(signal.speaker.is_none_or(|speaker| speaker < conversation.speakers.len()));
        assert!((1..=200).contains(&signal.title.chars().count()), "{signal:?}");
        assert!((0.0..=1.0).contains(&signal.confidence));
        assert!(signal.span_ms.is_none_or(|(start, end)| start <= end || conversation.turns.iter().any(backwards)));
    }
    for item in &found.action_items {
        assert!((1..=500).contains(&item.title.chars().count()), "{item:?}");
        assert!(item.assignee.as_ref().is_none_or(|name| (1..=255).contains(&name.chars().count())), "{item:?}");
        assert!(
            item.due_at.is_none_or(|due| due.unix_millis() % 86_400_000 == 86_399_000 || due.unix_millis() < 0),
            "{item:?}"
        );
    }
}

/// A span whose end lies before its start, which no rule forbids the caller.
fn backwards(turn: &Turn) -> bool {
    turn.span_ms.is_some_and(|(start, end)| start > end)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_conversation_is_read_as_promised(conversation in conversation()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(keeps_its_promises(&conversation));
    }
}

#[tokio::test]
async fn edges_are_read_as_promised() {
    let long = "I'll send it by Friday and then we talk about what it costs because that is a risk ".repeat(130);
    for text in
        ["", " ", "Yes", "?", "\u{0}", &long[..10_000], &"ß".repeat(10_000), &"a".repeat(10_000), &"?! ".repeat(3_000)]
    {
        let speaker = || ConversationSpeaker { name: "Sam".to_owned(), is_internal: true };
        for speakers in [vec![], vec![speaker()], vec![speaker(), speaker()]] {
            let turn = Turn { speaker: 0, span_ms: None, text: text.to_owned() };
            let mut conversation = crate::talk::call(&[]);
            conversation.speakers = speakers;
            conversation.turns = vec![turn.clone(), turn];
            keeps_its_promises(&conversation).await;
        }
    }
    keeps_its_promises(&crate::talk::call(&[])).await;
}

#[tokio::test]
async fn the_same_conversation_gives_the_same_result() {
    for labelled in crate::labelled::set(crate::labelled::TUNED) {
        let conversation = &labelled.conversation;
        assert_eq!(summarised(conversation).await, summarised(conversation).await);
        assert_eq!(extracted(conversation).await, extracted(conversation).await);
    }
}

//! Single rules, each with what it must find and what it must leave alone.

use hearken_domain::insight::SignalKind;

use crate::{
    labelled::tag_named,
    talk::{call, extracted, meeting, summarised, tagged},
};

/// Title, assignee and day of the only action item.
async fn only_item(turns: &[(&str, &str)]) -> (String, Option<String>, Option<i64>) {
    let mut items = extracted(&call(turns)).await.action_items;
    assert_eq!(items.len(), 1, "{turns:?}: {items:?}");
    let item = items.remove(0);
    (item.title, item.assignee, item.due_at.map(|due| (due.unix_millis() - crate::talk::MONDAY_MS) / 86_400_000))
}

#[tokio::test]
async fn i_is_the_speaker_and_you_the_other() {
    let (title, assignee, days) = only_item(&[("Ada", "I'll send you the proposal by Friday.")]).await;
    assert_eq!(
        (title.as_str(), assignee.as_deref(), days),
        ("Send Marco the proposal", Some("Ada Lindqvist"), Some(4))
    );
    let (title, assignee, days) = only_item(&[("Ada", "Could you please send me the figures tomorrow?")]).await;
    assert_eq!((title.as_str(), assignee.as_deref(), days), ("Send Ada the figures", Some("Marco Ruiz"), Some(1)));
    let (_, assignee, days) = only_item(&[("Marco", "We need to update the contract.")]).await;
    assert_eq!((assignee, days), (None, None));
}

#[tokio::test]
async fn who_is_called_by_name_does_it() {
    let people = [("Ada", true), ("Sam", true), ("Lena", true)];
    let conversation = meeting(
        &people,
        &[("Ada", "Sam, can you update the roadmap?"), ("Lena", "Nice."), ("Ada", "Lena will call the printer.")],
    );
    let items = extracted(&conversation).await.action_items;
    let assignees: Vec<Option<&str>> = items.iter().map(|item| item.assignee.as_deref()).collect();
    assert_eq!(assignees, [Some("Sam"), Some("Lena")]);
    let asked = meeting(&people, &[("Ada", "Can you check the invoice?"), ("Lena", "Sure, I'll do it tomorrow.")]);
    let items = extracted(&asked).await.action_items;
    assert_eq!(items.len(), 1, "an answer is no second item");
    assert_eq!(items[0].assignee.as_deref(), Some("Lena"));
    assert!(items[0].due_at.is_some(), "the answer's day counts");
}

#[tokio::test]
async fn what_only_sounds_like_something_to_do_is_left_alone() {
    for text in [
        "I'll be honest with you.",
        "I'll let you go.",
        "I will say that it was hard.",
        "I won't send it.",
        "I'd send it if I were you.",
        "If we get the budget, I'll order it.",
        "He said he'll call the bank.",
        "You said you'll send it.",
        "Can you hear me?",
        "Could you tell me your name?",
        "I'll share my screen now.",
        "We need to hire somebody, but that's for another day.",
        "I sent you the contract yesterday.",
        "You'll see.",
        "Please hold.",
    ] {
        let items = extracted(&call(&[("Ada", text)])).await.action_items;
        assert!(items.is_empty(), "{text}: {items:?}");
    }
    let refused = call(&[("Ada", "Could you send me the source code?"), ("Marco", "No, we never do that.")]);
    assert!(extracted(&refused).await.action_items.is_empty());
}

#[tokio::test]
async fn what_is_said_again_is_one_thing() {
    let turns = [
        ("Ada", "I'll send you the pilot proposal."),
        ("Marco", "Great, and the weather is nice here."),
        ("Ada", "So, to repeat, I'll send the pilot proposal by Wednesday."),
    ];
    let (_, _, days) = only_item(&turns).await;
    assert_eq!(days, Some(2));
}

async fn kinds(text: &str) -> Vec<SignalKind> {
    extracted(&call(&[("Marco", text)])).await.signals.into_iter().map(|signal| signal.kind).collect()
}

#[tokio::test]
async fn each_kind_of_signal_is_found() {
    for (text, kind) in [
        ("I'm not convinced that we need it.", SignalKind::Objection),
        ("We're currently using Voxa for that.", SignalKind::Competitor),
        ("It is $49 a month.", SignalKind::Pricing),
        ("I'm worried about the data breach.", SignalKind::Risk),
        ("Let's schedule a call for Tuesday.", SignalKind::NextStep),
        ("How many people would use it?", SignalKind::Question),
        ("You have my word.", SignalKind::Commitment),
    ] {
        assert!(kinds(text).await.contains(&kind), "{text}");
    }
}

#[tokio::test]
async fn what_only_sounds_like_a_signal_is_left_alone() {
    for (text, kind) in [
        ("Time flies, right?", SignalKind::Question),
        ("How are you?", SignalKind::Question),
        ("Could you send me the list?", SignalKind::Question),
        ("What does that cost you in time?", SignalKind::Pricing),
        ("I'm not worried about that at all.", SignalKind::Risk),
        ("Let's talk about the weather.", SignalKind::NextStep),
        ("We moved to Lisbon's old town, and compared to July it is cold.", SignalKind::Competitor),
        ("I can't promise it.", SignalKind::Commitment),
        ("It wasn't too expensive.", SignalKind::Objection),
    ] {
        assert!(!kinds(text).await.contains(&kind), "{text}");
    }
}

#[tokio::test]
async fn who_sells_does_not_object() {
    let conversation = call(&[("Ada", "That is not acceptable."), ("Marco", "That is not acceptable.")]);
    let objections: Vec<_> = extracted(&conversation)
        .await
        .signals
        .into_iter()
        .filter(|signal| signal.kind == SignalKind::Objection)
        .collect();
    assert_eq!(objections.iter().map(|signal| signal.speaker).collect::<Vec<_>>(), [Some(1)]);
}

#[tokio::test]
async fn a_signal_is_where_it_was_said() {
    let text = "We had a long winter and much snow. How many people would use it?";
    let signals = extracted(&call(&[("Ada", "Hello."), ("Marco", text)])).await.signals;
    let question = signals.iter().find(|signal| signal.kind == SignalKind::Question).unwrap();
    assert_eq!((question.quote.as_str(), question.speaker), ("How many people would use it?", Some(1)));
    let (start, end) = question.span_ms.unwrap();
    assert!(14_000 < start && start < end && end == 19_000, "{start} to {end}");
}

#[tokio::test]
async fn a_summary_says_who_spoke_and_what_is_next() {
    let conversation = call(&[
        ("Marco", "Our biggest problem is that the dispatchers forget what they promised to the shippers."),
        ("Ada", "I see."),
        ("Marco", "The dispatchers lose forty minutes a day with notes for the shippers."),
        ("Ada", "I'll send you a proposal for the dispatchers by Friday."),
    ]);
    let summary = summarised(&conversation).await;
    assert!(
        summary.text.starts_with("A call between Marco Ruiz and Ada Lindqvist about dispatchers"),
        "{}",
        summary.text
    );
    assert!(summary.text.contains("Marco Ruiz: “Our biggest problem is"), "{}", summary.text);
    assert!(
        summary.text.ends_with("Next steps: Ada Lindqvist: Send Marco a proposal for the dispatchers (by 2026-03-06).")
    );
    assert_eq!(summary.text.split("\n\n").count(), 3);
}

#[tokio::test]
async fn feelings_have_a_sign() {
    let turns =
        [("Ada", "I am delighted, this is wonderful work."), ("Marco", "It is a disaster, I am really disappointed.")];
    let summary = summarised(&call(&turns)).await;
    let [Some(ada), Some(marco)] = summary.speaker_sentiments[..] else { panic!("both have spoken") };
    assert!(ada > 0.2 && marco < -0.2 && summary.overall_sentiment.unwrap().abs() < 0.3, "{ada} {marco}");
    let silent = summarised(&call(&[("Ada", "The meter is in the hall.")])).await;
    assert_eq!(silent.speaker_sentiments, [Some(0.0), None]);
}

#[tokio::test]
async fn tags_go_by_name_synonym_and_description() {
    let tags = [
        tag_named("Pricing", None, 1),
        tag_named("Maintenance", None, 2),
        tag_named("Odd ones", Some("If the customer mentions \"blue crates\""), 3),
        tag_named("Hiring", Some("Recruiting calls and interviews"), 4),
    ];
    let conversation = call(&[
        ("Marco", "What would the discount be, and is there a fee?"),
        ("Ada", "The maintenance is free, and maintenance contracts run for a year."),
        ("Marco", "We keep the blue crates in the yard."),
        ("Ada", "Blue crates are fine. The price of maintenance stays."),
    ]);
    assert_eq!(tagged(&conversation, &tags).await, ["Pricing", "Maintenance", "Odd ones"]);
}

#[tokio::test]
async fn another_language_has_a_summary_and_tags_by_name() {
    let mut conversation = call(&[
        ("Marco", "Die Wartung der Maschinen kostet uns jede Woche einen ganzen Tag in beiden Hallen."),
        ("Ada", "Ich schicke Ihnen bis Freitag ein Angebot für die Wartung der Maschinen."),
    ]);
    conversation.language = None;
    let summary = summarised(&conversation).await;
    assert!(summary.text.starts_with("Marco Ruiz, Ada Lindqvist: "), "{}", summary.text);
    assert!(summary.text.contains("Marco Ruiz: “Die Wartung der Maschinen"));
    assert_eq!((summary.overall_sentiment, summary.speaker_sentiments), (None, vec![None, None]));
    let found = extracted(&conversation).await;
    assert!(found.action_items.is_empty() && found.signals.is_empty());
    let tags = [tag_named("Wartung", None, 1), tag_named("Pricing", Some("What it costs"), 2)];
    assert_eq!(tagged(&conversation, &tags).await, ["Wartung"]);
}

//! The longest conversation that there may be is read whole.

use hearken_domain::{insight::MAX_FINDINGS, timeline::MAX_ENTRIES};

use crate::{
    labelled::tag_named,
    talk::{call, extracted, summarised, tagged},
};

#[tokio::test]
async fn the_last_of_many_turns_is_read() {
    // Fewer than the most, since this is built without optimising; `evaluate long` reads them all.
    let filler = "the conveyor in the second hall was running and the operator counted the boxes on every pallet";
    let mut turns = vec![("Ada", filler); MAX_ENTRIES / 25];
    turns.push(("Marco", "The insurance for the crane is far too expensive, we will never sign that."));
    turns.push(("Ada", "I'll send you a cheaper insurance offer for the crane by Friday."));
    let conversation = call(&turns);
    let found = extracted(&conversation).await;
    assert_eq!(found.action_items.len(), 1);
    assert!(found.signals.iter().any(|signal| signal.quote.contains("crane is far too expensive")));
    let summary = summarised(&conversation).await.text;
    assert!(summary.contains("“The insurance for the crane"), "{summary}");
    let crane = tag_named("Crane", None, 1);
    assert!(tagged(&conversation, &[crane]).await.is_empty(), "two mentions in a day are no subject");
}

#[tokio::test]
async fn of_too_many_findings_the_surest_stay_in_order() {
    let weak = |number: usize| format!("We should update x{number} y{number} z{number}");
    let texts: Vec<String> = (0..MAX_FINDINGS + 50).map(weak).collect();
    let mut turns: Vec<(&str, &str)> = texts.iter().map(|text| ("Ada", text.as_str())).collect();
    turns.push(("Marco", "I'll send the contract by Friday."));
    turns.push(("Marco", "I'll call the notary on Thursday."));
    let found = extracted(&call(&turns)).await.action_items;
    assert_eq!(found.len(), MAX_FINDINGS);
    let titles: Vec<&str> = found.iter().rev().take(2).map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["Call the notary", "Send the contract"]);
    assert!(found[0].title.ends_with("x0 y0 z0"), "{}", found[0].title);
}

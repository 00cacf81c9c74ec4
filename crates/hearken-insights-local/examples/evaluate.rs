//! Prints how often the embedded analyser is right, on the conversations it was tuned on and on those it was not.
//!
//! `cargo run -p hearken-insights-local --example evaluate`; with `mistakes` each mistake of the tuned set too, with
//! `summaries` what is found in each of its conversations, with `long` how long the longest conversation takes.

use std::time::Instant;

use hearken_domain::{
    insight::Conversation,
    ports::{Extractor as _, Summariser as _, Tagger as _},
    timeline::MAX_ENTRIES,
};
use hearken_insights_local::{
    LocalAnalyser,
    evaluation::{Labelled, evaluate},
};

#[path = "../tests/it/labelled.rs"]
mod labelled;

#[tokio::main]
async fn main() {
    let wish = std::env::args().nth(1).unwrap_or_default();
    if wish == "long" {
        return time_the_longest().await;
    }
    for name in [labelled::TUNED, labelled::HELD_OUT] {
        let set = labelled::set(name);
        let turns: usize = set.iter().map(|labelled| labelled.turns.len()).sum();
        let scores = evaluate(&LocalAnalyser::new(), &set).await.expect("the analyser does not fail");
        println!("{name}: {} conversations, {turns} turns\n\n{scores}", set.len());
        if name == labelled::TUNED && wish == "mistakes" {
            println!("{}\n", scores.mistakes.join("\n"));
        }
        if name == labelled::TUNED && wish == "summaries" {
            for labelled in &set {
                show(labelled).await;
            }
        }
    }
}

async fn show(labelled: &Labelled) {
    let analyser = LocalAnalyser::new();
    let summary = analyser.summarise(&labelled.conversation).await.expect("the analyser does not fail").value;
    let found = analyser.extract(&labelled.conversation).await.expect("the analyser does not fail").value;
    println!(
        "== {}\n\n{}\n\n{:?} {:?}",
        labelled.name, summary.text, summary.overall_sentiment, summary.speaker_sentiments
    );
    for item in found.action_items {
        println!(
            "- {:?}: {} (due {:?})",
            item.assignee,
            item.title,
            item.due_at.map(hearken_domain::time::Timestamp::unix_millis)
        );
    }
    println!();
}

/// As many turns as a timeline may have, of 200 characters, out of the tuned conversations.
async fn time_the_longest() {
    let set = labelled::set(labelled::TUNED);
    let all: Vec<_> = set.iter().flat_map(|labelled| &labelled.conversation.turns).collect();
    let mut turns = Vec::new();
    let mut at = 0;
    while turns.len() < MAX_ENTRIES {
        let mut turn = all[at % all.len()].clone();
        while turn.text.chars().count() < 200 {
            at += 1;
            turn.text = format!("{} {}", turn.text, all[at % all.len()].text);
        }
        turn.speaker %= 2;
        turns.push(turn);
    }
    let conversation = Conversation { turns, ..set[0].conversation.clone() };
    let tags: Vec<_> = set.iter().flat_map(|labelled| &labelled.tags).map(|(tag, _)| tag.clone()).collect();
    let analyser = LocalAnalyser::new();
    let begin = Instant::now();
    analyser.summarise(&conversation).await.expect("the analyser does not fail");
    println!("summary: {:.1} s", begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    analyser.tag(&conversation, &tags).await.expect("the analyser does not fail");
    println!("{} tags: {:.1} s", tags.len(), begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    let found = analyser.extract(&conversation).await.expect("the analyser does not fail").value;
    println!(
        "extraction: {:.1} s, {} items, {} signals",
        begin.elapsed().as_secs_f64(),
        found.action_items.len(),
        found.signals.len()
    );
}

//! The checks of engines: what every transcriber and every analyser must do, whatever it thinks of a conversation.
//!
//! Each is one call over a handful of conversations, from none to thousands of turns, and panics at the first clause that
//! does not hold. That a conversation is read to its end, and that memory does not grow, is for an adapter's own tests:
//! what an engine makes of a text is its own affair.

use std::{path::Path, time::Duration};

use hearken_domain::{
    engagement::EngagementType,
    insight::{Conversation, ConversationSpeaker, Extraction, FoundActionItem, FoundSignal, MAX_FINDINGS, Turn},
    ports::{Extractor, Summariser, Tagger, Transcriber},
    speech::{SPEECH_RATE, SpeechTrack},
    tag::Tag,
};

use crate::fixture::{Tenant, a_tag, at, new_id, parsed};

/// No turns give an empty text and no sentiment; there is one sentiment, or `None`, for each speaker; sentiments lie
/// between −1 and 1; the maker is named.
pub async fn check_summariser(summariser: &(impl Summariser + ?Sized)) {
    for (name, conversation) in conversations() {
        let made = summariser.summarise(&conversation).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let summary = made.value;
        assert!(!made.by.is_empty(), "{name}: nobody made it");
        assert_eq!(
            summary.speaker_sentiments.len(),
            conversation.speakers.len(),
            "{name}: a sentiment for each speaker"
        );
        let all: Vec<f64> =
            summary.speaker_sentiments.into_iter().chain([summary.overall_sentiment]).flatten().collect();
        assert!(all.iter().all(|sentiment| (-1.0..=1.0).contains(sentiment)), "{name}: {all:?}");
        if conversation.turns.is_empty() {
            assert_eq!((summary.text.as_str(), all.len()), ("", 0), "{name}: there is nothing to summarise");
        }
    }
}

/// Only tags of the list are given, each once; no turns give none, and so does an empty list; the maker is named.
pub async fn check_tagger(tagger: &(impl Tagger + ?Sized)) {
    let tenant = Tenant { workspace: new_id(), user: new_id(), key: new_id() };
    let mut tags: Vec<Tag> =
        ["pricing", "PRICING", "report", "Привет", "👩‍👩‍👧‍👦", "%", "."].map(|name| a_tag(tenant, name)).to_vec();
    tags.push(Tag {
        description: Some(parsed("whenever a report is promised, or 100% of \"it\"")),
        ..a_tag(tenant, "promise")
    });
    for (name, conversation) in conversations() {
        let made = tagger.tag(&conversation, &tags).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(!made.by.is_empty(), "{name}: nobody made it");
        let mut given = made.value;
        assert!(given.iter().all(|id| tags.iter().any(|tag| tag.id == *id)), "{name}: a tag is not of the list");
        assert!(given.is_empty() || !conversation.turns.is_empty(), "{name}: there is nothing to tag");
        let count = given.len();
        given.sort_unstable();
        given.dedup();
        assert_eq!(given.len(), count, "{name}: a tag is given twice");
        let none = tagger.tag(&conversation, &[]).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(none.value, [], "{name}: there is no tag to give");
    }
}

/// A quote is a part of a turn, word for word; a speaker is a position of the conversation; texts are within their limits;
/// at most `MAX_FINDINGS` of each; no turns give none; the maker is named.
pub async fn check_extractor(extractor: &(impl Extractor + ?Sized)) {
    for (name, conversation) in conversations() {
        let made = extractor.extract(&conversation).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(!made.by.is_empty(), "{name}: nobody made it");
        let Extraction { action_items, signals } = made.value;
        assert!(action_items.len() <= MAX_FINDINGS && signals.len() <= MAX_FINDINGS, "{name}: too many");
        if conversation.turns.is_empty() {
            assert_eq!((action_items.len(), signals.len()), (0, 0), "{name}: there is nothing to find");
        }
        for item in &action_items {
            check_action_item(name, item);
        }
        for signal in &signals {
            check_signal(name, &conversation, signal);
        }
    }
}

fn check_action_item(name: &str, item: &FoundActionItem) {
    assert!((1..=500).contains(&item.title.chars().count()), "{name}: a title of {} bytes", item.title.len());
    assert!(
        item.span_ms.is_none_or(|(start, end)| start <= end),
        "{name}: it ends before it starts: {:?}",
        item.span_ms
    );
}

fn check_signal(name: &str, conversation: &Conversation, signal: &FoundSignal) {
    let FoundSignal { kind: _, title, quote, speaker, span_ms, confidence } = signal;
    assert!((1..=200).contains(&title.chars().count()), "{name}: a title of {} bytes", title.len());
    let is_said = conversation.turns.iter().any(|turn| turn.text.contains(quote));
    assert!(!quote.is_empty() && is_said, "{name}: nobody said {quote:?}");
    assert!(speaker.is_none_or(|position| position < conversation.speakers.len()), "{name}: speaker {speaker:?}");
    assert!(span_ms.is_none_or(|(start, end)| start <= end), "{name}: it ends before it starts: {span_ms:?}");
    assert!((0.0..=1.0).contains(confidence), "{name}: a confidence of {confidence}");
}

/// Segments come in the order of their start, lie within the track, and none is empty; silence gives none; the maker is
/// named. The track is one with speech, and so long; a call that is repeated hears it again.
pub async fn check_transcriber(transcriber: &(impl Transcriber + ?Sized), spoken: (&SpeechTrack, Duration)) {
    let (track, length) = spoken;
    transcriber.check().await.expect("the transcriber is ready");
    for _ in 0..2 {
        let made = transcriber.transcribe(track, None).await.expect("the track can be heard");
        assert!(!made.by.is_empty(), "nobody made it");
        let segments = made.value.segments;
        assert!(!segments.is_empty(), "nothing was heard");
        assert!(segments.is_sorted_by_key(|segment| segment.start_ms), "{segments:?}");
        for segment in &segments {
            assert!(!segment.text.is_empty() && segment.text == segment.text.trim(), "{segment:?}");
            let is_within = segment.start_ms <= segment.end_ms && u128::from(segment.end_ms) <= length.as_millis();
            assert!(is_within, "{segment:?} does not lie within {length:?}");
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let silence = SpeechTrack { channel: 0, wav: folder.path().join("silence.wav") };
    write_silence(&silence.wav, 2);
    let heard = transcriber.transcribe(&silence, None).await.expect("silence can be heard");
    assert_eq!(heard.value.segments, [], "silence was heard");
}

/// PCM, 16 bits, mono.
fn write_silence(path: &Path, seconds: u32) {
    let length = seconds * SPEECH_RATE * 2;
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    // Format 1 is PCM, and there is 1 channel: two numbers of 16 bits each.
    let format = [numbers(&[16, (1 << 16) | 1, SPEECH_RATE, SPEECH_RATE * 2]), numbers(&[(16 << 16) | 2])].concat();
    let head = [b"RIFF".to_vec(), numbers(&[36 + length]), b"WAVEfmt ".to_vec(), format, b"data".to_vec()].concat();
    let samples = vec![0; usize::try_from(length).expect("a few seconds fit")];
    std::fs::write(path, [head, numbers(&[length]), samples].concat()).expect("the file can be written");
}

/// Conversations that ask something of an analyser.
fn conversations() -> [(&'static str, Conversation); 7] {
    let odd = [
        "👩‍👩‍👧‍👦 naïve? \u{202e}RTL\u{202c} I will send \u{1f600} by Friday!",
        "Привет, сколько это стоит? Я пришлю отчёт в пятницу.",
        "…?!",
        "a\u{301}\u{301}\u{301} \"' \\ %_ {}[]<script>",
        "字字字字。字字？",
    ];
    let long: Vec<String> = (0..1500)
        .map(|n| format!("I will send you report number {n} by Friday. What does it cost? That is great."))
        .collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let endless = "I will not stop, will you? ".repeat(350);
    let nobody = Conversation { speakers: Vec::new(), ..saying(&[]) };
    let timed = saying(&["We will follow up on Monday.", "How much is it?", "It is far too expensive."]);
    let turns = (0..).zip(timed.turns).map(|(n, turn)| Turn { span_ms: Some((n * 1000, n * 1000 + 900)), ..turn });
    let timed = Conversation { turns: turns.collect(), language: Some("en".to_owned()), ..saying(&[]) };
    [
        ("nobody", nobody),
        ("no turns", saying(&[])),
        ("one turn", saying(&["Ada will send the report about pricing by Friday."])),
        ("timed", timed),
        ("odd", saying(&odd)),
        ("many turns", saying(&long)),
        ("a long turn", saying(&[&endless])),
    ]
}

/// Ada and Bob in turns; Eve says nothing.
fn saying(texts: &[&str]) -> Conversation {
    let speaker = |name: &str| ConversationSpeaker { name: name.to_owned(), is_internal: name == "Ada" };
    let turn = |(n, text): (usize, &&str)| Turn { speaker: n % 2, span_ms: None, text: (*text).to_owned() };
    Conversation {
        title: "A call about ☃".to_owned(),
        engagement_type: EngagementType::Call,
        start_at: at(0),
        language: None,
        speakers: ["Ada", "Bob", "Eve"].map(speaker).to_vec(),
        turns: texts.iter().enumerate().map(turn).collect(),
    }
}

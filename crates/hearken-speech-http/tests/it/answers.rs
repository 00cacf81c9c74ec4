//! What is asked of a server, and what is made of its answers.

use hearken_domain::ports::Transcriber;
use hearken_speech_http::HttpTranscriber;

use crate::{
    asr::{Asr, Reply, hears_bursts, status, text},
    sound::Sound,
    stage::{Recording, brief, hear, settings},
};

#[tokio::test]
async fn a_server_is_asked_for_everything() {
    let asr = Asr::start(|_, asked| hears_bursts(asked)).await;
    let mut settings = settings(&asr.url.join("some/v1/").unwrap());
    settings.model = Some("large-v3".to_owned());
    settings.api_key = Some("sk-1".to_owned().into());
    let recording = Recording::short();
    let transcriber = HttpTranscriber::new(&settings).unwrap();
    let made = transcriber.transcribe(&recording.track, Some("en-GB")).await.unwrap();

    assert_eq!(made.by, "http (large-v3)");
    assert_eq!(made.value.language.as_deref(), Some("en"));
    assert_eq!(brief(&made.value), [(1000, 2000, "burst")]);
    let asked = asr.asked().remove(0);
    assert_eq!(asked.path, "/some/v1/audio/transcriptions");
    assert_eq!(asked.authorization.as_deref(), Some("Bearer sk-1"));
    let fields: Vec<_> = asked.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("model", "large-v3"),
            ("response_format", "verbose_json"),
            ("timestamp_granularities[]", "segment"),
            ("timestamp_granularities[]", "word"),
            ("language", "en"),
        ]
    );
}

#[tokio::test]
async fn without_settings_nothing_is_sent_of_them() {
    let asr = Asr::start(|_, asked| hears_bursts(asked)).await;
    let made = hear(&settings(&asr.url), &Recording::short()).await.unwrap();
    assert_eq!(made.by, "http (whisper-1)");
    let asked = asr.asked().remove(0);
    assert_eq!((asked.authorization.as_deref(), asked.field("language")), (None, vec![]));
    assert_eq!(asked.field("model"), ["whisper-1"]);
}

#[tokio::test]
async fn a_server_that_tells_only_the_text_gets_pieces_of_a_minute() {
    let sound = Sound::speech_like(3);
    let asr = Asr::start(|before, _| text(&format!("piece {before}"))).await;
    let made = hear(&settings(&asr.url), &Recording::of(&sound)).await.unwrap();
    let asked = asr.asked();
    assert_eq!(asked[0].samples, sound.samples.len(), "the first is the whole, which is sent again");
    let segments = brief(&made.value);
    assert_eq!(segments.len(), asked.len() - 1);
    let mut end = 0;
    for ((start_ms, end_ms, text), number) in segments.iter().zip(1..) {
        assert_eq!((*start_ms, *text), (end, format!("piece {number}").as_str()));
        assert!(end_ms - start_ms <= 60_000);
        end = *end_ms;
    }
    assert_eq!(end, sound.millis());

    let made = hear(&settings(&asr.url), &Recording::short()).await.unwrap();
    assert_eq!(brief(&made.value).iter().map(|segment| (segment.0, segment.1)).collect::<Vec<_>>(), [(0, 3000)]);
}

#[tokio::test]
async fn a_server_is_asked_for_less_when_it_refuses_more() {
    let asr = Asr::start(|_, asked| match asked.field("response_format")[0] {
        "json" => text("hello"),
        _ => status(400),
    })
    .await;
    let made = hear(&settings(&asr.url), &Recording::short()).await.unwrap();
    assert_eq!(brief(&made.value), [(0, 3000, "hello")]);
    let granularities: Vec<usize> =
        asr.asked().iter().map(|asked| asked.field("timestamp_granularities[]").len()).collect();
    assert_eq!(granularities, [2, 1, 0]);

    let refuses_words = |asked: &crate::asr::Asked| asked.field("timestamp_granularities[]").contains(&"word");
    let asr = Asr::start(move |_, asked| if refuses_words(asked) { status(422) } else { hears_bursts(asked) }).await;
    let made = hear(&settings(&asr.url), &Recording::short()).await.unwrap();
    assert_eq!(brief(&made.value), [(1000, 2000, "burst")]);
    assert_eq!(asr.asked().len(), 2);
}

#[tokio::test]
async fn nonsense_within_an_answer_is_put_right() {
    let body = r#"{"segments": [
        {"start": 2.5, "end": 99, "text": "c"}, {"start": -1, "end": NaN, "text": "a"},
        {"start": 2, "end": 1, "text": "b", "words": [{"word": "b", "start": "2", "end": 1e99, "probability": -4}]},
        {"start": 1, "end": 2, "text": " "}, 7
    ]}"#;
    let asr = Asr::start(move |_, _| Reply::Json(body.to_owned())).await;
    let made = hear(&settings(&asr.url), &Recording::short()).await.unwrap();
    assert_eq!(brief(&made.value), [(0, 0, "a"), (2000, 2000, "b"), (2500, 3000, "c")]);
    let word = &made.value.segments[1].words[0];
    assert_eq!((word.start_ms, word.end_ms, word.confidence), (2000, 3000, None), "-4 is no probability");
}

#[tokio::test]
async fn nothing_heard_is_nothing() {
    for body in [r#"{"text": ""}"#, r#"{"text": " ", "segments": []}"#, r#"{"segments": []}"#] {
        let asr = Asr::start(move |_, _| Reply::Json(body.to_owned())).await;
        let made = hear(&settings(&asr.url), &Recording::short()).await.unwrap();
        assert!(made.value.segments.is_empty(), "{body}");
        assert_eq!(asr.asked().len(), 1, "{body}");
    }
}

//! Each form, with what is odd about it.

use super::*;

/// Start, end and text of each segment of a track of ten seconds.
fn told(text: &str) -> Vec<(u64, u64, String)> {
    let heard = heard(text, 10_000).unwrap();
    heard.segments.iter().map(|segment| (segment.start_ms, segment.end_ms, segment.text.clone())).collect()
}

fn segment(start: u64, end: u64, text: &str) -> (u64, u64, String) {
    (start, end, text.to_owned())
}

#[test]
fn the_json_of_whisper_cpp() {
    let text = r#"{"systeminfo": "AVX = 1", "params": {"language": "auto"}, "result": {"language": "en"}, "transcription": [
        {"timestamps": {"from": "00:00:00,000", "to": "00:00:02,000"}, "offsets": {"from": -20, "to": 2000}, "text": " Hello."},
        {"offsets": {"from": 2000, "to": 99000}, "text": " How are you?"},
        {"offsets": {"from": 9000, "to": 10000}, "text": " [BLANK_AUDIO]"}
    ]}"#;
    assert_eq!(told(text), [segment(0, 2000, "Hello."), segment(2000, 10_000, "How are you?")]);
    assert_eq!(heard(text, 10_000).unwrap().language.as_deref(), Some("en"));
}

#[test]
fn the_json_of_openai() {
    let text = r#"{"text": "b a", "language": "de", "segments": [
        {"id": 0, "start": 4.5, "end": 3, "text": " b"},
        {"id": 1, "start": 1, "end": 2.25, "text": " a", "words": [
            {"word": " a", "start": 1.1, "end": 2.2, "probability": 0.75}, {"word": "x"}, {"word": " ", "start": 1, "end": 2}
        ]}
    ]}"#;
    assert_eq!(told(text), [segment(1000, 2250, "a"), segment(4500, 4500, "b")]);
    let words = heard(text, 10_000).unwrap().segments.remove(0).words;
    assert_eq!(words.len(), 1);
    assert_eq!((words[0].text.as_str(), words[0].start_ms, words[0].end_ms), ("a", 1100, 2200));
    assert_eq!(words[0].confidence, Some(0.75));
}

#[test]
fn the_json_of_pocketsphinx_5() {
    let text = "{\"b\":0.0,\"d\":1.9,\"p\":1.0,\"t\":\"go on\",\"w\":[{\"b\":0,\"d\":0.1,\"p\":1,\"t\":\"<s>\"},\
                {\"b\":0.1,\"d\":0.4,\"p\":0.5,\"t\":\"go\"},{\"b\":0.5,\"d\":0.5,\"p\":0.5,\"t\":\"on(3)\"}]}\n\
                {\"b\":2,\"d\":1,\"p\":1,\"t\":\"\",\"w\":[]}\n";
    assert_eq!(told(text), [segment(100, 1000, "go on")]);
}

/// What whisper.cpp writes where a character is spread over two tokens, and others where they count in UTF-16.
#[test]
fn half_a_character_costs_one_character() {
    let bytes = b"{\"segments\": [{\"start\": 0, \"end\": 1, \"text\": \"caf\xc3 \\ud83d\"}]}";
    assert_eq!(told(&String::from_utf8_lossy(bytes)), [segment(0, 1000, "caf\u{fffd} \u{fffd}")]);
}

#[test]
fn json_of_another_form_is_none() {
    for text in ["{", "{}", r#"{"segments": [{"text": "a"}]}"#, r#"{"error": "x"}"#] {
        assert!(matches!(heard(text, 10_000), Err(Fault::Form(_))), "{text}");
    }
}

#[test]
fn srt_and_webvtt() {
    let srt = "\u{feff}1\r\n00:00:01,500 --> 00:00:02,000\r\n<i>Hello</i>\r\nyou &amp; me\r\n\r\n2\r\n00:00:03,000 --> 00:01:00,000\r\n3 < 4\r\n";
    assert_eq!(told(srt), [segment(1500, 2000, "Hello you & me"), segment(3000, 10_000, "3 < 4")]);
    let vtt =
        "WEBVTT - a title\n\nNOTE not said\n\nid-1\n00:01.5 --> 00:02.000 align:start position:0%\n<v Ann>Hello</v>\n";
    assert_eq!(told(vtt), [segment(1500, 2000, "Hello")]);
    assert!(told("WEBVTT\n\n").is_empty());
}

#[test]
fn the_lines_of_whisper_cli() {
    let text = "Detected language: English\n\n[00:00:00.000 --> 00:00:02.480]   Hello [laughs] there\n\
                [00:02.480 --> 00:03.000] x\n[00:00:03.000 --> 00:00:04.000]   [BLANK_AUDIO]\ndone\n";
    assert_eq!(told(text), [segment(0, 2480, "Hello [laughs] there"), segment(2480, 3000, "x")]);
}

#[test]
fn the_times_of_pocketsphinx() {
    let text = "hello world\n<s> 0.000 0.020 0.998501\nhello 0.030 0.430 0.25\n<sil> 0.440 0.500 0.99\n\
                world(2) 0.510 0.830 1.000001\n</s> 0.840 0.900 1.0\n\n<s> 5 6 1\n<sil> 6 7 1\n</s> 7 8 1\n\
                one\n<s> 8.0 8.1 1\none 8.100 9.000 0.5\n</s> 9 9.1 1\n";
    assert_eq!(told(text), [segment(30, 830, "hello world"), segment(8100, 9000, "one")]);
    let words = heard(text, 10_000).unwrap().segments.remove(0).words;
    let brief: Vec<_> = words.iter().map(|word| (word.text.as_str(), word.confidence)).collect();
    assert_eq!(brief, [("hello", Some(0.25)), ("world", Some(1.0))]);
}

#[test]
fn any_other_text_is_one_segment() {
    assert_eq!(told(" hello\n there --> you \n"), [segment(0, 10_000, "hello there --> you")]);
    assert_eq!(told("[laughs] at 1:30"), [segment(0, 10_000, "[laughs] at 1:30")]);
    assert!(told("").is_empty() && told(" \n").is_empty());
}

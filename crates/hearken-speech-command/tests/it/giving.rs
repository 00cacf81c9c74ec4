//! What a program gets, and what of its output is read.

use crate::stage::Stage;

#[tokio::test]
async fn arguments_are_given_as_they_stand() {
    let stage = Stage::new();
    let wav = stage.track.wav.to_str().unwrap().to_owned();
    let args = ["{wav}", "--language={language}", "$HOME `id` *; {x} \"'", ""];
    let printed = stage.printed("for arg do echo \"<$arg>\"; done", &args).await;
    assert_eq!(printed, format!("<{wav}> <--language=de> <$HOME `id` *; {{x}} \"'> <>"));
}

#[tokio::test]
async fn a_track_that_no_argument_names_is_the_standard_input() {
    let stage = Stage::new();
    assert_eq!(stage.printed("wc -c", &[]).await, "320044");
    assert_eq!(stage.printed("wc -c; test -f \"$1\" && echo there", &["{wav}"]).await, "0 there");
}

#[tokio::test]
async fn little_of_the_environment_is_given() {
    let stage = Stage::new();
    let heard = stage.hear(stage.settings("env", &[])).await.unwrap().value;
    let variables = heard.segments[0].text.split(' ').filter_map(|word| word.split_once('='));
    let mut names: Vec<&str> = variables.map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["HOME", "PATH", "TMPDIR"]);
    let folders = stage.printed("test \"$PWD\" = \"$TMPDIR\" && ls -A | wc -l && stat -c %a .", &[]).await;
    assert_eq!(folders, "0 700");
}

#[tokio::test]
async fn a_file_that_was_asked_for_is_read_instead() {
    let stage = Stage::new();
    let srt = "printf '1\\n00:00:01,000 --> 00:00:02,000\\nfrom srt\\n' > \"$1.srt\"; echo not this";
    let made = stage.hear(stage.shell(srt, &["{output}"])).await.unwrap();
    assert_eq!(made.by, "command (sh)");
    let segment = &made.value.segments[0];
    assert_eq!((segment.start_ms, segment.end_ms, segment.text.as_str()), (1000, 2000, "from srt"));

    let both = "echo plain > \"$1.txt\"; echo '{\"transcription\": []}' > \"$1.json\"; echo not this";
    assert!(stage.hear(stage.shell(both, &["{output}"])).await.unwrap().value.segments.is_empty(), "the json is read");
    assert_eq!(stage.printed("echo this; echo other > other.txt", &["{output}"]).await, "this");
}

#[tokio::test]
async fn each_form_is_understood() {
    let stage = Stage::new();
    for (script, expected) in [
        (r#"echo '{"transcription": [{"offsets": {"from": 500, "to": 900}, "text": " hello"}]}'"#, Some((500, 900))),
        (r#"echo '{"segments": [{"start": 0.5, "end": 0.9, "text": " hello"}]}'"#, Some((500, 900))),
        ("echo '[00:00:00.500 --> 00:00:00.900]  hello'", Some((500, 900))),
        ("printf 'WEBVTT\\n\\n00:00.500 --> 00:00.900\\nhello\\n'", Some((500, 900))),
        ("printf 'hello\\n<s> 0 0.1 1\\nhello 0.5 0.9 1\\n</s> 0.9 1 1\\n'", Some((500, 900))),
        ("echo hello", Some((0, 10_000))),
        ("true", None),
    ] {
        let heard = stage.hear(stage.shell(script, &[])).await.unwrap().value;
        let told: Vec<_> = heard.segments.iter().map(|segment| (segment.start_ms, segment.end_ms)).collect();
        assert_eq!(told, Vec::from_iter(expected), "{script}");
        assert!(heard.segments.iter().all(|segment| segment.text == "hello"), "{script}");
    }
}

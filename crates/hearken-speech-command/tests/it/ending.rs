//! Programs that fail, hang, flood, or are not there; and that none outlives its run.

use std::{fs, path::PathBuf, time::Duration};

use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::Transcriber,
};
use hearken_speech_command::CommandTranscriber;
use tokio::{
    io::AsyncReadExt,
    net::unix::pipe::{OpenOptions, Receiver},
    process::Command,
    time::{pause, resume, timeout},
};

use crate::stage::Stage;

/// As long as nothing but a hang takes, on whatever machine.
const PLENTY: Duration = Duration::from_mins(5);

fn meaning(error: &EngineError) -> (EngineErrorKind, &'static str) {
    (error.kind, error.code)
}

/// A pipe with a name: who writes into it can be seen to be there, and to be gone.
async fn pipe(stage: &Stage) -> (PathBuf, Receiver) {
    let path = stage.folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().await.unwrap().success());
    let receiver = OpenOptions::new().open_receiver(&path).unwrap();
    (path, receiver)
}

/// A shell and a child of it, which both hold the pipe, ignore polite signals, and would be there for an hour.
const STAYS: &str = "trap '' TERM HUP INT; exec 3>\"$1\"; sleep 3600 & echo started >&3; echo secret words; sleep 3600";

/// Waits until it has started, and then until all of it is gone.
async fn is_gone(mut pipe: Receiver) {
    let mut all = String::new();
    let read = pipe.read_to_string(&mut all);
    timeout(PLENTY, read).await.expect("something still holds the pipe").unwrap();
    assert_eq!(all, "started\n");
}

/// Until the program wrote; a pipe that nobody has opened yet ends at once.
async fn has_started(pipe: &Receiver) {
    pipe.readable().await.unwrap();
}

#[tokio::test]
async fn a_program_that_hangs_is_killed_with_its_children() {
    let stage = Stage::new();
    let (path, pipe) = pipe(&stage).await;
    let mut settings = stage.shell(STAYS, &[path.to_str().unwrap()]);
    (settings.timeout_factor, settings.grace) = (0, PLENTY);
    // Once it is there only the clock is waited for, and it is moved on.
    let passing = async {
        has_started(&pipe).await;
        pause();
    };
    let (heard, ()) = tokio::join!(stage.hear(settings), passing);
    resume();
    let error = heard.unwrap_err();
    assert_eq!(meaning(&error), (EngineErrorKind::Nonsense, "speech_command_timeout"));
    is_gone(pipe).await;
}

#[tokio::test]
async fn a_program_that_nobody_waits_for_is_killed_with_its_children() {
    let stage = Stage::new();
    let (path, pipe) = pipe(&stage).await;
    let transcriber = CommandTranscriber::new(stage.shell(STAYS, &[path.to_str().unwrap()]));
    tokio::select! {
        outcome = transcriber.transcribe(&stage.track, None) => panic!("{outcome:?}"),
        () = has_started(&pipe) => {}
    }
    is_gone(pipe).await;
    assert_eq!(fs::read_dir(stage.scratch()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_a_program_leaves_running_ends_with_it() {
    let stage = Stage::new();
    let (path, pipe) = pipe(&stage).await;
    // The child also holds the standard output.
    let script = "exec 3>\"$1\"; sleep 3600 & echo started >&3; echo hello";
    assert_eq!(stage.printed(script, &[path.to_str().unwrap()]).await, "hello");
    is_gone(pipe).await;
}

#[tokio::test]
async fn a_flood_is_stopped() {
    let stage = Stage::new();
    let (path, pipe) = pipe(&stage).await;
    let mut settings = stage.shell("exec 3>\"$1\"; echo started >&3; yes secret", &[path.to_str().unwrap()]);
    settings.max_output_bytes = 100_000;
    let error = stage.hear(settings.clone()).await.unwrap_err();
    assert_eq!(meaning(&error), (EngineErrorKind::Nonsense, "speech_command_output"));
    is_gone(pipe).await;

    settings.args = ["-c", "yes secret | head -c 100001 > \"$1.txt\"", "sh", "{output}"].map(str::to_owned).to_vec();
    let error = stage.hear(settings.clone()).await.unwrap_err();
    assert_eq!(error.code, "speech_command_output");
    // Complaints have no bound; they are read and forgotten.
    settings.args = ["-c", "yes complaint | head -c 3000000 >&2; echo hello", "sh"].map(str::to_owned).to_vec();
    assert_eq!(stage.hear(settings).await.unwrap().value.segments[0].text, "hello");
}

#[tokio::test]
async fn a_failing_program_is_told_without_its_words() {
    let stage = Stage::new();
    for (script, told) in [
        ("echo secret words; echo secret words >&2; exit 3", "the speech program failed with exit status: 3"),
        ("echo secret words; kill -9 $$", "the speech program failed with signal: 9 (SIGKILL)"),
    ] {
        let error = stage.hear(stage.shell(script, &[])).await.unwrap_err();
        assert_eq!(meaning(&error), (EngineErrorKind::Nonsense, "speech_command_failed"));
        assert_eq!(error.message, told);
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn broken_json_is_nonsense_and_not_quoted() {
    let stage = Stage::new();
    let script = r#"echo '{"segments": "secret words"}'"#;
    let error = stage.hear(stage.shell(script, &[])).await.unwrap_err();
    assert_eq!(meaning(&error), (EngineErrorKind::Nonsense, "speech_command_output"));
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
}

#[tokio::test]
async fn a_program_must_be_there_and_be_one() {
    let stage = Stage::new();
    // Another process writes them: a file that this one still has open for writing, in a child of another test just
    // before it becomes a program, cannot be started.
    let write = async |name: &str, content: &str, mode: &str| {
        let path = stage.folder.path().join(name);
        let script = "printf \"$1\" > \"$2\"; chmod \"$3\" \"$2\"";
        let status = Command::new("sh").args(["-c", script, "sh", content]).arg(&path).arg(mode).status().await;
        assert!(status.unwrap().success());
        path.to_str().unwrap().to_owned()
    };
    let no_program = (EngineErrorKind::NotReady, "no_program");
    let folder = stage.folder.path().to_str().unwrap();
    let text = write("text", "#!/bin/sh\n", "644").await;
    for program in ["hearken-has-no-such-program", "/nowhere/whisper-cli", "./sh", folder, &text] {
        let transcriber = CommandTranscriber::new(stage.settings(program, &[]));
        assert_eq!(meaning(&transcriber.check().await.unwrap_err()), no_program, "{program}");
        let error = transcriber.transcribe(&stage.track, None).await.unwrap_err();
        assert_eq!(meaning(&error), no_program, "{program}");
        assert!(!error.message.contains('/'), "{}", error.message);
    }
    // These look like programs until they are started.
    let binary = write("binary", "\\177ELF no", "755").await;
    for program in [binary, write("script", "#!/nowhere/interpreter\n", "755").await] {
        let transcriber = CommandTranscriber::new(stage.settings(&program, &[]));
        transcriber.check().await.unwrap();
        let error = transcriber.transcribe(&stage.track, None).await.unwrap_err();
        assert_eq!(meaning(&error), no_program, "{program}");
    }
    CommandTranscriber::new(stage.settings("sh", &[])).check().await.unwrap();
    let mut settings = stage.settings("sh", &[]);
    settings.environment.clear();
    assert_eq!(meaning(&CommandTranscriber::new(settings).check().await.unwrap_err()), no_program);
}

#[tokio::test]
async fn a_track_that_is_not_there_is_told() {
    let mut stage = Stage::new();
    stage.track.wav = stage.folder.path().join("gone.wav");
    let error = stage.hear(stage.shell("echo hello", &[])).await.unwrap_err();
    assert_eq!(meaning(&error), (EngineErrorKind::Unavailable { retry_after: None }, "speech_track"));
}

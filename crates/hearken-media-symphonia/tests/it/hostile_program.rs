//! Decoders that hang, die, or talk nonsense: the call ends, and so do they.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use hearken_domain::engine::EngineErrorKind;
use hearken_media_symphonia::ChildCommand;
use tempfile::TempDir;

use crate::{recordings::fixture, stage::Stage};

/// A program that leaves its process id as a folder's name (it may not write files), and then does this.
struct Script {
    folder: TempDir,
}

impl Script {
    fn new(what: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("program");
        fs::create_dir(folder.path().join("pids")).unwrap();
        let pids = folder.path().join("pids");
        fs::write(&path, format!("#!/bin/sh\n/bin/mkdir {}/$$\n{what}\n", pids.display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    fn command(&self) -> ChildCommand {
        ChildCommand { program: self.path(), args: Vec::new() }
    }

    fn pids(&self) -> Vec<String> {
        let pids = fs::read_dir(self.folder.path().join("pids")).unwrap();
        pids.map(|pid| pid.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Each that was started neither runs nor waits to be reaped.
    async fn is_gone(&self) {
        let pids = self.pids();
        assert!(!pids.is_empty(), "it was never started");
        while pids.iter().any(|pid| PathBuf::from(format!("/proc/{pid}")).exists()) {
            tokio::task::yield_now().await;
        }
    }
}

const HANG: &str = "exec /bin/sleep 100000";

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_is_ended_when_the_time_is_over() {
    let script = Script::new(HANG);
    let wait = |settings: &mut hearken_media_symphonia::ProbeSettings| {
        settings.limits.max_wall = Duration::from_millis(300);
    };
    let as_ffmpeg = Stage::with(|settings| {
        settings.ffmpeg = Some(script.path());
        wait(settings);
    });
    let as_child = Stage::with(|settings| {
        settings.opus_child = Some(script.command());
        wait(settings);
    });
    for (stage, file) in [(as_ffmpeg, "tone.amr"), (as_child, "tone.opus")] {
        let error = stage.speech(fixture(file)).await.unwrap_err();
        assert_eq!((error.kind, error.code), (EngineErrorKind::Nonsense, "decoding_timed_out"), "{error:?}");
        script.is_gone().await;
        assert!(stage.left().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_ends_with_the_call() {
    for file in ["tone.amr", "tone.opus"] {
        let script = Script::new(HANG);
        let stage = Stage::with(|settings| {
            settings.ffmpeg = Some(script.path());
            settings.opus_child = Some(script.command());
        });
        let call = stage.speech(fixture(file));
        let started = async {
            while script.pids().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            ended = call => panic!("it hangs: {ended:?}"),
            () = started => {}
        }
        script.is_gone().await;
        stage.cleared().await;
    }
}

#[tokio::test]
async fn one_that_dies_or_talks_nonsense_costs_only_the_recording() {
    for (what, code) in [
        // Before it said that it is ready: that is no recording's doing.
        ("exit 3", "decoder_missing"),
        ("printf '\\0'; exit 3", "undecodable"),
        ("printf '\\0'; exec /bin/cat /dev/zero", "undecodable"),
        ("printf '\\0\\377\\377\\0\\0'; exec /bin/sleep 100000", "undecodable"),
        ("printf '\\1'", "unsupported_codec"),
    ] {
        let script = Script::new(what);
        let stage = Stage::with(|settings| settings.opus_child = Some(script.command()));
        let error = stage.probe(fixture("tone.opus")).await.unwrap_err();
        assert_eq!(error.code, code, "{what}: {error:?}");
        script.is_gone().await;
    }
    let missing = ChildCommand { program: PathBuf::from("/nowhere/decoder"), args: Vec::new() };
    let stage = Stage::with(|settings| settings.opus_child = Some(missing));
    let error = stage.probe(fixture("tone.opus")).await.unwrap_err();
    assert_eq!((error.kind, error.code), (EngineErrorKind::NotReady, "decoder_missing"));
}

#[tokio::test]
async fn the_opus_child_is_confined_before_it_reads() {
    let program = env!("CARGO_BIN_EXE_hearken-opus-child");
    let mut child = tokio::process::Command::new(program)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // It waits for its head; until then nothing but its start changes its limits.
    let path = format!("/proc/{}/limits", child.id().unwrap());
    let limit = |limits: &str, name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        line[name.len()..].split_whitespace().next().unwrap().to_owned()
    };
    let limits = loop {
        let limits = fs::read_to_string(&path).unwrap();
        if limit(&limits, "Max file size") == "0" {
            break limits;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(limit(&limits, "Max address space"), (512 * 1024 * 1024).to_string());
    assert_eq!(limit(&limits, "Max cpu time"), "3600");
    assert_eq!(limit(&limits, "Max core file size"), "0");
    drop(child.stdin.take());
    assert!(!child.wait().await.unwrap().success(), "a parent that says nothing is no parent");
}

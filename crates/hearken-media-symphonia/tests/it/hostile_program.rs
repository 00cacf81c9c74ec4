//! Processes that hang, die, or talk nonsense: the call ends, and so do they.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use hearken_domain::engine::EngineErrorKind;
use hearken_media_symphonia::{ChildCommand, Enforcement, ProbeSettings, confinement};
use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};
use tempfile::TempDir;

use crate::{
    recordings::fixture,
    stage::{Stage, settings},
};

/// A program that does this. Its path stands in the command line of its process.
struct Script {
    folder: TempDir,
}

impl Script {
    fn new(what: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("program");
        fs::write(&path, format!("#!/bin/sh\n{what}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    fn command(&self) -> ChildCommand {
        ChildCommand { program: self.path(), args: Vec::new() }
    }

    /// Processes whose command line has the path, but for those that are only about to become it.
    fn running(&self) -> bool {
        let path = self.path().display().to_string();
        let command_line = |process: &Path| fs::read(process.join("cmdline")).unwrap_or_default();
        let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(|entry| entry.path());
        processes
            .map(|process| String::from_utf8_lossy(&command_line(&process)).into_owned())
            .any(|line| line.contains(&path) && !line.contains("convert"))
    }

    async fn has_begun(&self) {
        while !self.running() {
            tokio::task::yield_now().await;
        }
    }

    async fn is_gone(&self) {
        while self.running() {
            tokio::task::yield_now().await;
        }
    }
}

/// With a child of its own, which must end too.
const HANG: &str = "while :; do /bin/sleep 1; done";

fn as_ffmpeg(script: &Script, settings: &mut ProbeSettings) {
    settings.ffmpeg = Some(script.path());
}

fn as_child(script: &Script, settings: &mut ProbeSettings) {
    settings.child = script.command();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_is_ended_when_the_time_is_over() {
    for (program, file) in [(as_ffmpeg as fn(&Script, &mut ProbeSettings), "tone.amr"), (as_child, "tone.opus")] {
        let script = Script::new(HANG);
        let stage = Stage::with(|settings| {
            program(&script, settings);
            settings.limits.max_wall = Duration::from_secs(1);
        });
        let error = stage.speech(fixture(file)).await.unwrap_err();
        assert_eq!((error.kind, error.code), (EngineErrorKind::Nonsense, "decoding_timed_out"), "{error:?}");
        script.is_gone().await;
        stage.cleared().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_ends_with_the_call() {
    for (program, file) in [(as_ffmpeg as fn(&Script, &mut ProbeSettings), "tone.amr"), (as_child, "tone.opus")] {
        let script = Script::new(HANG);
        let stage = Stage::with(|settings| program(&script, settings));
        let call = stage.speech(fixture(file));
        tokio::select! {
            ended = call => panic!("it hangs: {ended:?}"),
            () = script.has_begun() => {}
        }
        script.is_gone().await;
        stage.cleared().await;
    }
}

#[tokio::test]
async fn one_that_dies_or_talks_nonsense_costs_only_the_recording() {
    let sound = "printf 'S\\0\\004\\0\\0\\0abcd'";
    for (what, code) in [
        // Before it said anything: that is no recording's doing.
        ("exit 3", "decoder_missing"),
        ("kill -SEGV $$", "undecodable"),
        ("kill -ABRT $$", "undecodable"),
        ("kill -XCPU $$", "decoding_timed_out"),
        ("kill -KILL $$", "decoder_killed"),
        ("exec /bin/cat /dev/zero", "undecodable"),
        ("printf 'S\\0\\377\\377\\377\\377'; exec /bin/cat /dev/zero", "undecodable"),
        ("printf 'S\\377\\004\\0\\0\\0abcd'; exec /bin/sleep 1000", "undecodable"),
        ("printf 'S\\0\\003\\0\\0\\0abc'; exec /bin/sleep 1000", "undecodable"),
        ("printf 'E\\0\\002\\0\\0\\0{}'", "undecodable"),
        (&format!("{sound}; printf 'E\\0\\004\\0\\0\\0null'"), "undecodable"),
        ("printf 'R\\0\\012\\0\\0\\0\"no_audio\"'; exec /bin/sleep 1000", "no_audio"),
    ] {
        let script = Script::new(what);
        let stage = Stage::with(|settings| settings.child = script.command());
        let error = stage.speech(fixture("tone.opus")).await.unwrap_err();
        assert_eq!(error.code, code, "{what}: {error:?}");
        script.is_gone().await;
        stage.cleared().await;
    }
    let missing = ChildCommand { program: PathBuf::from("/nowhere/decoder"), args: Vec::new() };
    let stage = Stage::with(|settings| settings.child = missing);
    let error = stage.probe(fixture("tone.opus")).await.unwrap_err();
    assert_eq!((error.kind, error.code), (EngineErrorKind::NotReady, "decoder_missing"));
}

#[tokio::test]
async fn more_sound_than_the_longest_recording_has_is_not_written() {
    // An endless row of frames, each of 4 bytes of sound.
    let script = Script::new("exec /usr/bin/yes 'S'");
    let stage = Stage::with(|settings| {
        settings.child = script.command();
        settings.limits.max_duration = Duration::from_secs(1);
    });
    assert_eq!(stage.speech(fixture("tone.opus")).await.unwrap_err().code, "undecodable");
    script.is_gone().await;
    stage.cleared().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decoder_is_confined_before_it_reads() {
    let program = env!("CARGO_BIN_EXE_hearken-media-child");
    let request = r#"{"decode":{"wanted":"facts","input":"converted","limits":
        {"max_duration":{"secs":60,"nanos":0},"max_samples":1000000,"memory":67108864,"cpu_seconds":77}}}"#;
    let mut child = tokio::process::Command::new(program)
        .arg(request)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id().unwrap()));
    // It waits for its first byte; until then nothing but its start changes what it may do.
    let status = loop {
        let status = fs::read_to_string(process.join("status")).unwrap();
        if status.contains("\nSeccomp:\t2") {
            break status;
        }
        tokio::task::yield_now().await;
    };
    assert!(status.contains("\nNoNewPrivs:\t1"), "{status}");
    let limits = fs::read_to_string(process.join("limits")).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max cpu time"), "77");
    assert_eq!(limit("Max stack size"), (8 * 1024 * 1024).to_string());
    for nothing in ["Max file size", "Max core file size", "Max open files"] {
        assert_eq!(limit(nothing), "0", "{nothing}");
    }
    let address_space = limit("Max address space").parse::<u64>().unwrap();
    assert!(address_space < 4 * 1024 * 1024 * 1024, "{address_space}");
    // proc_pid_stat(5): `nice` is field 19, counted from 1; the name ends the second. No process goes beyond 19.
    let niceness = |process: &str| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        stat.rsplit_once(')').unwrap().1.split_whitespace().nth(16).unwrap().parse::<i32>().unwrap()
    };
    assert_eq!(niceness(&child.id().unwrap().to_string()), (niceness("self") + 10).min(19));
    drop(child.stdin.take());
    assert!(child.wait().await.unwrap().success());
}

#[tokio::test]
async fn this_machine_says_how_far_it_confines() {
    let folder = TempDir::new().unwrap();
    let found = confinement(&settings(folder.path()).child).await.unwrap();
    println!("{found:?}");
    assert!(found.is_low_priority);
    assert!(found.is_system_call_filtered);
    // An old kernel, or a container's profile, may not have it.
    let has_landlock = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .is_ok();
    assert_eq!(found.files_and_network != Enforcement::None, has_landlock, "{found:?}");
    assert!(confinement(&ChildCommand { program: "/nowhere".into(), args: Vec::new() }).await.is_err());
}

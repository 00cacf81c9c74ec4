//! Transcribes with a program of this machine: the [`Transcriber`](hearken_domain::ports::Transcriber) port over any
//! program that takes a WAV file and writes a transcript.
//!
//! ## Settings
//!
//! [`CommandSettings`]: the program, a path or a name that is looked up in `PATH`, and its arguments, which are given as
//! they stand but for these, wherever they occur in one:
//!
//! | in an argument | becomes |
//! |---|---|
//! | `{wav}` | the path of the track: PCM, 16 bits, one channel, 16 kHz. Where no argument has it, the file is the program's standard input |
//! | `{language}` | the first part of the language that is wished for, such as `en`; `auto` without a wish |
//! | `{output}` | a path without extension for a program that writes files: the first of `.json`, `.vtt`, `.srt`, `.txt` or any other that is there afterwards is read instead of the standard output |
//!
//! There is no shell. The working directory and `TMPDIR` are a folder that is removed afterwards, so paths in arguments
//! must be absolute. Of the environment a program gets only [`PASSED_ON`].
//!
//! ## What is understood
//!
//! Found out by looking at the output: the JSON of whisper.cpp, that of OpenAI's own `whisper` and its relatives, that of
//! pocketsphinx 5 (a line an utterance); SRT and WebVTT; lines such as `[00:00:00.000 --> 00:00:02.000] hello`; the times
//! of pocketsphinx (`-time yes`). Any other text is one segment over the whole track, and no output is silence.
//!
//! ## Recipes
//!
//! whisper.cpp, with a model that was downloaded:
//!
//! ```toml
//! [speech]
//! engine = "command"
//! command.program = "whisper-cli"
//! command.args = ["-m", "/srv/models/ggml-base.en.bin", "-f", "{wav}", "-l", "{language}", "-np", "-oj", "-of", "{output}"]
//! ```
//!
//! Debian's pocketsphinx (`apt-get install pocketsphinx pocketsphinx-en-us`): English only, faster than speech, and wrong
//! about much; good to try everything out without a model:
//!
//! ```toml
//! [speech]
//! engine = "command"
//! command.program = "pocketsphinx_continuous"
//! command.args = ["-infile", "{wav}", "-time", "yes", "-logfn", "/dev/null"]
//! ```
//!
//! ## Limits
//!
//! A program runs in a process group of its own. The group is killed when the program ends, takes longer than a multiple
//! of the track, writes more than [`CommandSettings::max_output_bytes`], or when nobody waits for it any more. Processes
//! that leave the group are not found, and when Hearken itself is killed with `SIGKILL`, the program goes on to its end.
//! The last lines of a failing program's standard error go to the log; they are its own words, so choose a program that
//! does not put the transcript there. Only that output is held in memory.

mod arguments;
mod error;
mod group;
mod output;
mod place;
mod program;
mod run;
mod settings;
mod stderr;
mod track;
mod transcriber;

pub use self::{
    settings::{CommandSettings, PASSED_ON},
    transcriber::CommandTranscriber,
};

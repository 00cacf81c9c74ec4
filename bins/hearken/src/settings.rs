//! Where settings come from: a file, the environment, the command line.

use std::path::{Path, PathBuf};

use hearken_config::{Settings, Sources};

use crate::{
    cli::Global,
    failure::{Failure, OrFail},
};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "hearken.toml";

/// Loads the settings for a command with these flags of its own.
pub(crate) fn load(global: &Global, mut flags: Vec<(String, String)>) -> Result<Settings, Failure> {
    let default_file = || Path::new(DEFAULT_FILE).exists().then(|| PathBuf::from(DEFAULT_FILE));
    let file = global.config.clone().or_else(default_file);
    if let Some(dir) = &global.data_dir {
        flags.push(("data_dir".to_owned(), dir.display().to_string()));
    }
    loaded(Sources { file, env: environment(), flags })
}

/// Loads the settings of an installation that is apart from whatever is configured here: of the environment it takes
/// the log's settings, and a file only when it is named.
pub(crate) fn load_apart(global: &Global, flags: Vec<(String, String)>) -> Result<Settings, Failure> {
    let env = environment().into_iter().filter(|(name, _)| name.starts_with("HEARKEN__LOG__")).collect();
    loaded(Sources { file: global.config.clone(), env, flags })
}

fn loaded(sources: Sources) -> Result<Settings, Failure> {
    Settings::load(sources).or_fail("the settings cannot be used")
}

/// Variables that are no Unicode cannot be settings of ours.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

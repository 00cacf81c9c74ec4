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
pub(crate) fn load(global: &Global, flags: Vec<(String, String)>) -> Result<Settings, Failure> {
    let file = global.config.clone().or_else(|| Path::new(DEFAULT_FILE).exists().then(|| PathBuf::from(DEFAULT_FILE)));
    let mut all = flags;
    if let Some(dir) = &global.data_dir {
        all.push(("data_dir".to_owned(), dir.display().to_string()));
    }
    // Variables that are no Unicode cannot be settings of ours.
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    Settings::load(Sources { file, env, flags: all }).or_fail("the settings cannot be used")
}

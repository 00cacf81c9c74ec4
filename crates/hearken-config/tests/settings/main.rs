//! What operators may rely on: the keys, which layer wins, what is refused and how, and what printing shows.

mod keys;
mod precedence;
mod print;
mod values;

use std::io::Write as _;

use hearken_config::{ConfigError, Settings, Sources};
use tempfile::NamedTempFile;

/// Settings from environment variables alone.
fn from_env(variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    Settings::load(Sources { env: pairs(variables), ..Sources::default() })
}

/// Settings from a file alone.
fn from_file(text: &str) -> Result<Settings, ConfigError> {
    let file = written(text);
    Settings::load(Sources { file: Some(file.path().to_owned()), ..Sources::default() })
}

fn defaults() -> Settings {
    Settings::load(Sources::default()).expect("the defaults are valid")
}

fn written(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file can be made");
    file.write_all(text.as_bytes()).expect("a temporary file can be written");
    file
}

fn pairs(items: &[(&str, &str)]) -> Vec<(String, String)> {
    items.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The message of settings that must be refused.
fn refusal(result: Result<Settings, ConfigError>) -> String {
    result.expect_err("these settings must be refused").to_string()
}

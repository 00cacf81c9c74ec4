//! What can be wrong with settings, told so that an operator can put it right without looking anything up.
//!
//! No error repeats the value of a secret, nor a line of the settings file, which might hold one.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The named file cannot be read; a missing file is one case.
    #[error("cannot read the settings file {}", .path.display())]
    Unreadable {
        /// The file that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{}, line {line}: {problem}", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the parser expected.
        problem: String,
    },
    /// A key that does not exist.
    #[error("unknown setting `{key}` ({origin}){}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// The dotted key as it was given.
        key: String,
        /// The known key that was probably meant.
        nearest: Option<String>,
        /// Where the key was given.
        origin: Origin,
    },
    /// A value that cannot be used.
    #[error("setting `{key}` ({origin}): {problem}; accepted: {accepted}, for example `{example}`")]
    WrongValue {
        /// The dotted key.
        key: &'static str,
        /// Where the value was given.
        origin: Origin,
        /// What is wrong with the value; a secret is not repeated here.
        problem: String,
        /// What would have been right.
        accepted: &'static str,
        /// One right value.
        example: &'static str,
    },
    /// A value that another one calls for.
    #[error(
        "setting `{key}` is missing, but `{because}` ({origin}) needs it; accepted: {accepted}, for example `{example}`"
    )]
    Missing {
        /// The dotted key that has to be set.
        key: &'static str,
        /// The dotted key that calls for it.
        because: &'static str,
        /// Where that one was given.
        origin: Origin,
        /// What would be right.
        accepted: &'static str,
        /// One right value.
        example: &'static str,
    },
}

/// Where a setting was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: the built-in default.
    Default,
    /// In this settings file.
    File(PathBuf),
    /// In the environment variable of this name.
    Variable(String),
    /// On the command line, as the flag for this dotted key.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built-in default"),
            Self::File(path) => write!(f, "in {}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Flag(key) => write!(f, "flag --{}", key.replace('_', "-")),
        }
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |key| format!(", did you mean `{key}`?"))
}

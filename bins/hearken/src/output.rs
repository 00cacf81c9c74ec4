//! What a command prints on standard output: lines for people, or one JSON document.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::{Failure, OrFail};

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Lines for people.
    Text,
    /// One JSON document.
    Json,
}

impl Format {
    pub(crate) fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }

    /// Prints one thing.
    pub(crate) fn one<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        match self {
            Self::Text => print(&text(value)),
            Self::Json => json(value),
        }
    }

    /// Prints a list.
    pub(crate) fn many<T: Serialize>(self, values: &[T], text: impl Fn(&T) -> String) -> Result<(), Failure> {
        match self {
            Self::Text => values.iter().try_for_each(|value| print(&text(value))),
            Self::Json => json(&values),
        }
    }
}

fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    print(&serde_json::to_string_pretty(value).or_fail("the result could not be written as JSON")?)
}

/// A reader that has seen enough, such as `head`, is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).or_fail("standard output cannot be written to")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

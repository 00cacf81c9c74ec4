//! `log`: what is logged and in which shape.

use crate::error::ConfigError;
use crate::form::{Form, choice};
use crate::merged::Merged;
use crate::page::Page;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

const FORMAT: Form<LogFormat> = Form {
    accepted: "pretty or json",
    example: "json",
    parse: |text| choice(text, &[LogFormat::Pretty, LogFormat::Json], LogFormat::as_str),
};

const LEVEL: Form<String> = Form {
    accepted: "off, error, warn, info, debug or trace, and the same by module",
    example: "info,hearken_http=debug",
    parse: parse_level,
};

/// The log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its shape.
    pub format: LogFormat,
    /// What is logged: a level, or directives `level` and `module=level` with commas between, all checked. It is a
    /// valid filter for `tracing_subscriber::EnvFilter`.
    pub level: String,
}

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

impl LogFormat {
    /// The word for it in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Json => "json",
        }
    }
}

impl Log {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        Ok(Self { format: merged.required("log.format", &FORMAT)?, level: merged.required("log.level", &LEVEL)? })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.text("log.format", self.format.as_str());
        page.text("log.level", &self.level);
    }
}

fn parse_level(text: &str) -> Result<String, String> {
    let directives: Vec<&str> = text.split(',').map(str::trim).collect();
    match directives.iter().find(|directive| !is_directive(directive)) {
        Some(wrong) => Err(format!("`{wrong}` is no level")),
        None => Ok(directives.join(",")),
    }
}

fn is_directive(directive: &str) -> bool {
    let is_module =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_:-".contains(c));
    match directive.split_once('=') {
        Some((module, level)) => is_module(module) && LEVELS.contains(&level),
        None => LEVELS.contains(&directive),
    }
}

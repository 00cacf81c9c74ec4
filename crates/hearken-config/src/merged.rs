//! The layers of settings made into one: which value holds for each known key, and where it was given.
//!
//! The result is flat, by dotted key, because a nested table would lose where each value came from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::Sources;
use crate::error::{ConfigError, Origin};
use crate::form::Form;
use crate::keys::{DefaultValue, KnownKey, known_keys};
use crate::nearest::nearest;

const VARIABLE_PREFIX: &str = "HEARKEN__";

/// The value that holds for each key that has one.
pub(crate) struct Merged {
    entries: BTreeMap<&'static str, Entry>,
}

struct Entry {
    value: Value,
    origin: Origin,
}

impl Merged {
    /// Lays the sources over the defaults. Every key is known afterwards; values are not yet looked at.
    pub(crate) fn from_sources(sources: Sources) -> Result<Self, ConfigError> {
        let mut merged = Self { entries: default_entries() };
        if let Some(path) = sources.file {
            merged.add_file(path)?;
        }
        for (name, text) in sources.env {
            merged.add_variable(name, text)?;
        }
        for (key, text) in sources.flags {
            let known = known_key(&key, || Origin::Flag(key.clone()))?;
            merged.entries.insert(known.key, Entry { value: Value::String(text), origin: Origin::Flag(key) });
        }
        Ok(merged)
    }

    /// The value of a key that may be unset.
    pub(crate) fn optional<T>(&self, key: &'static str, form: &Form<T>) -> Result<Option<T>, ConfigError> {
        let Some(entry) = self.entries.get(key) else { return Ok(None) };
        match scalar(&entry.value).and_then(|text| (form.parse)(&text)) {
            Ok(value) => Ok(Some(value)),
            Err(problem) => Err(wrong_value((key, &entry.origin), form, problem)),
        }
    }

    /// The value of a key that has a default in the table of known keys.
    pub(crate) fn required<T>(&self, key: &'static str, form: &Form<T>) -> Result<T, ConfigError> {
        let value = self.optional(key, form)?;
        Ok(value.expect("the table of known keys has a default for every key that is read unconditionally"))
    }

    /// The value of a key that must be set because another key, `because`, has the value it has.
    pub(crate) fn needed<T>(&self, key: &'static str, form: &Form<T>, because: &'static str) -> Result<T, ConfigError> {
        self.optional(key, form)?.ok_or_else(|| ConfigError::Missing {
            key,
            because,
            origin: self.entries.get(because).map_or(Origin::Default, |entry| entry.origin.clone()),
            accepted: form.accepted,
            example: form.example,
        })
    }

    /// The values of a list; an unset list is empty. The form is that of one item.
    pub(crate) fn list<T>(&self, key: &'static str, form: &Form<T>) -> Result<Vec<T>, ConfigError> {
        let Some(entry) = self.entries.get(key) else { return Ok(Vec::new()) };
        let parsed = items(&entry.value).and_then(|items| items.iter().map(|item| (form.parse)(item)).collect());
        parsed.map_err(|problem| wrong_value((key, &entry.origin), form, problem))
    }

    /// An error about a value that is right by itself and wrong in its place.
    pub(crate) fn refused<T>(&self, key: &'static str, form: &Form<T>, problem: &str) -> ConfigError {
        let origin = self.entries.get(key).map_or(&Origin::Default, |entry| &entry.origin);
        wrong_value((key, origin), form, problem.to_owned())
    }

    /// Whether any layer, or the default, sets the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    #[expect(clippy::disallowed_methods, reason = "the settings file is this crate's to read")]
    fn add_file(&mut self, path: PathBuf) -> Result<(), ConfigError> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(ConfigError::Unreadable { path, source }),
        };
        match toml::from_str::<Table>(&text) {
            Ok(table) => self.add_table("", table, &path),
            Err(error) => Err(syntax_error(path, &text, &error)),
        }
    }

    fn add_table(&mut self, section: &str, table: Table, path: &Path) -> Result<(), ConfigError> {
        for (name, value) in table {
            let key = if section.is_empty() { name } else { format!("{section}.{name}") };
            match value {
                Value::Table(inner) if is_section(&key) => self.add_table(&key, inner, path)?,
                value => {
                    let origin = Origin::File(path.to_owned());
                    let known = known_key(&key, || origin.clone())?;
                    self.entries.insert(known.key, Entry { value, origin });
                }
            }
        }
        Ok(())
    }

    fn add_variable(&mut self, name: String, text: String) -> Result<(), ConfigError> {
        let Some(rest) = name.strip_prefix(VARIABLE_PREFIX) else { return Ok(()) };
        let key = rest.to_ascii_lowercase().replace("__", ".");
        let known = known_key(&key, || Origin::Variable(name.clone()))?;
        // Container tools set variables to nothing when they mean not to set them.
        if !text.is_empty() {
            self.entries.insert(known.key, Entry { value: Value::String(text), origin: Origin::Variable(name) });
        }
        Ok(())
    }
}

fn default_entries() -> BTreeMap<&'static str, Entry> {
    let text_of = |known: &KnownKey| match known.default {
        DefaultValue::Text(text) => Some((known.key, text)),
        DefaultValue::Derived(_) | DefaultValue::Unset => None,
    };
    let entry = |text: &str| Entry { value: Value::String(text.to_owned()), origin: Origin::Default };
    known_keys().iter().filter_map(text_of).map(|(key, text)| (key, entry(text))).collect()
}

fn known_key(key: &str, origin: impl FnOnce() -> Origin) -> Result<&'static KnownKey, ConfigError> {
    known_keys().iter().find(|known| known.key == key).ok_or_else(|| ConfigError::UnknownKey {
        key: key.to_owned(),
        nearest: nearest(key),
        origin: origin(),
    })
}

fn is_section(key: &str) -> bool {
    known_keys().iter().any(|known| known.key.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
}

/// A single value as text: each form reads text, so that a value means the same in every layer.
fn scalar(value: &Value) -> Result<Cow<'_, str>, String> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Integer(number) => Ok(Cow::Owned(number.to_string())),
        Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => {
            Err(format!("a value of type {} is not expected here", value.type_str()))
        }
    }
}

/// A list's items: of a TOML array, or of text that holds one, or of text with commas.
fn items(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(array) => array.iter().map(|item| scalar(item).map(Cow::into_owned)).collect(),
        other => {
            let text = scalar(other)?;
            // A bracket alone does not make an array: `[::1]:53` is an address.
            if let Ok(array @ Value::Array(_)) = text.trim().parse::<Value>() {
                return items(&array);
            }
            Ok(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
        }
    }
}

fn wrong_value<T>(place: (&'static str, &Origin), form: &Form<T>, problem: String) -> ConfigError {
    let (key, origin) = place;
    ConfigError::WrongValue { key, origin: origin.clone(), problem, accepted: form.accepted, example: form.example }
}

/// The parser's own text shows the line, which may hold a secret; so only its message and the line's number are kept.
fn syntax_error(path: PathBuf, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    ConfigError::Syntax { path, line, problem: error.message().replace('\n', ", ") }
}

//! Settings written as TOML: one `key = value` line each, with the dotted key in full, so that a line can be found by
//! the name that the documentation has for it.

use std::fmt::{Display, Write as _};

use secrecy::SecretString;

use crate::secret::PLACEHOLDER;

/// The text so far.
#[derive(Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    pub(crate) fn text(&mut self, key: &str, value: impl Display) {
        self.line(key, &quoted(&value.to_string()));
    }

    pub(crate) fn number(&mut self, key: &str, value: impl Display) {
        self.line(key, &value.to_string());
    }

    pub(crate) fn list(&mut self, key: &str, items: impl IntoIterator<Item = impl Display>) {
        let items: Vec<String> = items.into_iter().map(|item| quoted(&item.to_string())).collect();
        self.line(key, &format!("[{}]", items.join(", ")));
    }

    pub(crate) fn numbers(&mut self, key: &str, items: impl IntoIterator<Item = impl Display>) {
        let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
        self.line(key, &format!("[{}]", items.join(", ")));
    }

    pub(crate) fn optional(&mut self, key: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.unset(key),
        }
    }

    pub(crate) fn secret(&mut self, key: &str, value: Option<&SecretString>) {
        self.optional(key, value.map(|_| PLACEHOLDER));
    }

    /// A comment, because TOML has no value that means none.
    pub(crate) fn unset(&mut self, key: &str) {
        self.text.push_str("# ");
        self.text.push_str(key);
        self.text.push_str(" is not set\n");
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn line(&mut self, key: &str, value: &str) {
        self.text.push_str(key);
        self.text.push_str(" = ");
        self.text.push_str(value);
        self.text.push('\n');
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn text_reads_the_same_after_quoting() {
        let text = "a \"b\" \\ c\n\t\u{7f} é";
        let mut page = Page::default();
        page.text("key", text);
        let table: toml::Table = toml::from_str(&page.into_text()).expect("a page is TOML");
        assert_eq!(table["key"].as_str(), Some(text));
    }
}

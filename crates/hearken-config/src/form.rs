//! Forms: how the text of one value is read, and how to tell an operator what would have been right.
//!
//! A form's `parse` gives back a finished clause about what is wrong. It must not repeat text that can hold a secret,
//! and a URL can: somebody may have put a password into it.

use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

/// How one value is read.
pub(crate) struct Form<T> {
    /// What is accepted, to follow "accepted: ".
    pub(crate) accepted: &'static str,
    /// One right value.
    pub(crate) example: &'static str,
    /// Reads the text, or says what is wrong with it.
    pub(crate) parse: fn(&str) -> Result<T, String>,
}

/// The most that anything may be counted to; far beyond use, and within what every semaphore and pool can hold.
const MOST: u32 = 1_000_000;

pub(crate) const PLAIN_TEXT: Form<String> =
    Form { accepted: "text without control characters", example: "whisper-1", parse: plain_text };

/// Text that is passed on as it is and may be empty.
pub(crate) const ANY_TEXT: Form<String> =
    Form { accepted: "a list of texts", example: "[\"--language\", \"en\"]", parse: |text| Ok(text.to_owned()) };

pub(crate) const PATH: Form<PathBuf> = Form { accepted: "a path", example: "/etc/hearken/ca.pem", parse: path };

pub(crate) const SOCKET: Form<SocketAddr> =
    Form { accepted: "an IP address with a port", example: "127.0.0.1:8080", parse: socket };

pub(crate) const WEB_BASE: Form<Url> = Form {
    accepted: "an http:// or https:// URL without user, query and fragment",
    example: "https://hearken.example.org",
    parse: web_base,
};

/// A whole number from 1.
pub(crate) const fn count<T: TryFrom<u32>>() -> Form<T> {
    Form { accepted: "a whole number from 1 to 1000000", example: "16", parse: parse_count::<T> }
}

/// One of a few words.
pub(crate) fn choice<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    all.iter().copied().find(|value| name(*value) == text).ok_or_else(|| format!("`{text}` is none of the choices"))
}

fn plain_text(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("it has control characters".to_owned());
    }
    Ok(text.to_owned())
}

fn path(text: &str) -> Result<PathBuf, String> {
    plain_text(text).map(PathBuf::from)
}

fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("`{text}` is no IP address with a port"))
}

fn parse_count<T: TryFrom<u32>>(text: &str) -> Result<T, String> {
    let number = text.parse::<u32>().map_err(|_| format!("`{text}` is no such number"))?;
    if !(1..=MOST).contains(&number) {
        return Err(format!("`{text}` is out of range"));
    }
    T::try_from(number).map_err(|_| format!("`{text}` is out of range"))
}

/// The path gets a slash at its end, so that joining a relative reference keeps all of it.
fn web_base(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("it is no URL ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("its scheme is `{}`", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it carries a user or password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it carries a query or fragment".to_owned());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

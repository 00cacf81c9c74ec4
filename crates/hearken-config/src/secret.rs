//! Secrets: how they are read without being repeated in an error, and shown without being told.

use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use crate::form::Form;

/// What stands for a secret wherever settings are shown.
pub(crate) const PLACEHOLDER: &str = "(secret)";

pub(crate) const SECRET: Form<SecretString> =
    Form { accepted: "text without control characters", example: "sk-…", parse: parse_secret };

/// Refuses what `--print-config` writes in a secret's place, so that a printed file is not taken for a whole one.
pub(crate) fn refuse_placeholder(text: &str) -> Result<(), String> {
    if text.contains(PLACEHOLDER) {
        return Err("it holds the placeholder that printed settings have in place of a secret".to_owned());
    }
    Ok(())
}

/// A URL with the password masked, in its authority and in its query.
pub(crate) fn masked_url(secret: &SecretString) -> String {
    masked(secret.expose_secret()).unwrap_or_else(|| PLACEHOLDER.to_owned())
}

fn parse_secret(text: &str) -> Result<SecretString, String> {
    refuse_placeholder(text)?;
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    // A line end that came along with the key would break the header that the key is sent in.
    if text.chars().any(char::is_control) {
        return Err("it has control characters".to_owned());
    }
    Ok(SecretString::from(text))
}

fn masked(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if url.password().is_some() {
        url.set_password(Some(PLACEHOLDER)).ok()?;
    }
    if let Some(query) = url.query() {
        let parts: Vec<String> = query.split('&').map(masked_parameter).collect();
        url.set_query(Some(&parts.join("&")));
    }
    Some(url.into())
}

fn masked_parameter(part: &str) -> String {
    match form_urlencoded::parse(part.as_bytes()).next() {
        Some((name, _)) if name.to_ascii_lowercase().contains("password") => format!("{name}={PLACEHOLDER}"),
        _ => part.to_owned(),
    }
}

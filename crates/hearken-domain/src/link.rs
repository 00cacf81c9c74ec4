//! A link from an engagement back to the system it came from.

use std::fmt;

use url::Url;

/// An http or https link, or an app's deep link such as `wavv://call/123`. It is shown and clicked, never fetched.
///
/// At most 2,048 characters; never a scheme that runs or reads something where it is clicked.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalUrl(String);

/// Why a text is no such link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExternalUrlError {
    /// Longer than [`ExternalUrl::MAX`].
    #[error("must have at most 2048 characters, this has {0}")]
    TooLong(usize),
    /// No absolute URL.
    #[error("must be an absolute link such as https://app.example.com/calls/1 or wavv://call/123")]
    NotAUrl,
    /// A scheme that is dangerous to click.
    #[error("must be an http or https link or an app's deep link; javascript:, data:, file: and the like are refused")]
    Scheme,
}

impl ExternalUrl {
    /// The most characters.
    pub const MAX: usize = 2048;

    /// As sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ExternalUrl {
    type Error = ExternalUrlError;

    fn try_from(text: String) -> Result<Self, ExternalUrlError> {
        const REFUSED: [&str; 10] =
            ["javascript", "data", "file", "vbscript", "blob", "filesystem", "about", "view-source", "jar", "ws"];
        let length = text.chars().count();
        if length > Self::MAX {
            return Err(ExternalUrlError::TooLong(length));
        }
        // The parser drops tabs and line ends and trims; a browser would too, so such a text is refused, not repaired.
        if text.is_empty() || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(ExternalUrlError::NotAUrl);
        }
        let url = Url::parse(&text).map_err(|_| ExternalUrlError::NotAUrl)?;
        if REFUSED.contains(&url.scheme()) {
            return Err(ExternalUrlError::Scheme);
        }
        if matches!(url.scheme(), "http" | "https") && url.host_str().is_none_or(str::is_empty) {
            return Err(ExternalUrlError::NotAUrl);
        }
        Ok(Self(text))
    }
}

impl fmt::Debug for ExternalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_and_deep_links_pass_and_scripts_do_not() {
        for good in
            ["https://example.com/a", "http://example.com", "wavv://call/123", "zoommtg://zoom.us/join?x=1", "tel:+123"]
        {
            assert!(ExternalUrl::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "java\tscript:x",
            " https://x.com",
            "no link",
            "",
            "https://",
        ] {
            assert!(ExternalUrl::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}

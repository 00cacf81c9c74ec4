//! What is wrong with a request, field by field.

use std::fmt;

use crate::media::{FetchCode, FetchError};

/// The meaning of a field's error. The texts are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViolationCode {
    /// Not there.
    Required,
    /// Another JSON type.
    InvalidType,
    /// The right type, the wrong form.
    InvalidFormat,
    /// None of the values there are.
    InvalidEnumValue,
    /// Too large or too small a number.
    InvalidRange,
    /// Too few characters or items.
    TooShort,
    /// Too many characters or bytes.
    TooLong,
    /// Too many items.
    TooMany,
    /// Names something that is not there.
    NotFound,
    /// The same thing twice.
    Duplicate,
    /// The link could not be fetched.
    Media(FetchCode),
}

impl ViolationCode {
    /// The code of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::InvalidType => "invalid_type",
            Self::InvalidFormat => "invalid_format",
            Self::InvalidEnumValue => "invalid_enum_value",
            Self::InvalidRange => "invalid_range",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::NotFound => "not_found",
            Self::Duplicate => "duplicate",
            Self::Media(code) => code.as_str(),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path in the request, such as `participants[2].email`.
    pub field: String,
    /// The meaning.
    pub code: ViolationCode,
    /// What to do about it.
    pub message: String,
}

impl Violation {
    /// Puts one together.
    pub fn new(field: impl Into<String>, code: ViolationCode, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// Everything that is wrong with a request; at least one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejection {
    /// In the order of the request's documentation.
    pub violations: Vec<Violation>,
    /// For a link that could not be fetched: whether the same request may succeed later.
    pub retryable: Option<bool>,
    /// The status that the link's host answered.
    pub upstream_status: Option<u16>,
}

impl Rejection {
    /// A rejection for one reason.
    pub fn one(field: impl Into<String>, code: ViolationCode, message: impl Into<String>) -> Self {
        Self { violations: vec![Violation::new(field, code, message)], ..Self::default() }
    }

    /// Adds what a link's judge found.
    pub fn add_media(&mut self, error: FetchError) {
        self.violations.push(Violation::new("media_url", ViolationCode::Media(error.code), error.message));
        self.retryable = Some(error.retryable);
        self.upstream_status = error.upstream_status;
    }
}

impl From<Vec<Violation>> for Rejection {
    fn from(violations: Vec<Violation>) -> Self {
        Self { violations, ..Self::default() }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, violation) in self.violations.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {}", violation.field, violation.code.as_str())?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejection {}

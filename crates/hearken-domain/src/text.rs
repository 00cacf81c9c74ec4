//! Texts with a length: a type each, so that a value that exists is within its limits.
//!
//! Lengths are Unicode scalar values. NUL is refused everywhere, because databases disagree about it.

use std::fmt;

/// Why a text is not acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Fewer characters than the least.
    #[error("must have at least {min} character{}", if *min == 1 { "" } else { "s" })]
    TooShort {
        /// The least.
        min: usize,
    },
    /// More characters than the most.
    #[error("must have at most {max} characters, this has {actual}")]
    TooLong {
        /// The most.
        max: usize,
        /// What it has.
        actual: usize,
    },
    /// A NUL character.
    #[error("must not contain the character U+0000")]
    Nul,
}

/// Judges a text against its limits.
pub fn check(text: &str, min: usize, max: usize) -> Result<(), TextError> {
    // Bytes bound characters from above and below, so most texts are judged without counting.
    let actual = if text.len() <= max && text.len() / 4 >= min { text.len().min(max) } else { text.chars().count() };
    if actual < min {
        return Err(TextError::TooShort { min });
    }
    if actual > max {
        return Err(TextError::TooLong { max, actual });
    }
    if text.contains('\0') {
        return Err(TextError::Nul);
    }
    Ok(())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $min:literal..=$max:literal;)*) => {$(
        $(#[$doc])*
        #[doc = concat!("\n\n", stringify!($min), " to ", stringify!($max), " characters.")]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                check(&text, $min, $max).map(|()| Self(text))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = TextError;

            fn try_from(text: &str) -> Result<Self, TextError> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )*};
}

texts! {
    /// An engagement's title.
    Title = 1..=500;
    /// The integrator's own name for an engagement: the idempotency key, unique in a workspace, compared byte for byte.
    ExternalId = 1..=500;
    /// Which system an engagement came from. Not part of the idempotency key.
    SourceSystem = 1..=100;
    /// A longer text about something.
    Description = 1..=2000;
    /// A name of a person, a company, a speaker, a workspace or a key.
    Name = 1..=255;
    /// What was searched for.
    SearchTerm = 1..=500;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_not_bytes() {
        assert!(Title::try_from("é".repeat(500)).is_ok());
        assert_eq!(Title::try_from("é".repeat(501)), Err(TextError::TooLong { max: 500, actual: 501 }));
        assert_eq!(Title::try_from(""), Err(TextError::TooShort { min: 1 }));
        assert_eq!(Title::try_from("a\0b"), Err(TextError::Nul));
        assert!(Title::try_from("x").is_ok());
    }
}

//! What people and companies are recognised by: e-mail addresses, phone numbers and domains, each in one normal form.
//! A phone number is shown as it was sent, so it keeps that text beside its normal form.

use std::fmt;

use crate::mail_providers;

/// An e-mail address in lower case, as far as matching needs it: one `@`, a local part and a domain with a dot.
///
/// At most 254 characters (RFC 5321, 4.5.3.1.3 less the angle brackets).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// A phone number as it was sent, and its normal form: an optional `+`, then 3 to 20 digits.
///
/// Two are equal when they were written alike; [`PhoneNumber::is_same_as`] tells whether they are one number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber {
    sent: String,
    normal: String,
}

/// A domain name in lower case without scheme, `www.`, port or path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

/// A text that is no handle of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// No e-mail address.
    #[error("must be an e-mail address such as ada@example.com")]
    Email,
    /// No phone number.
    #[error("must be a phone number of 3 to 20 digits, at most 64 characters long, such as +15550100123")]
    Phone,
    /// No domain.
    #[error("must be a domain such as example.com")]
    Domain,
}

impl EmailAddress {
    /// The domain after the `@`.
    pub fn domain(&self) -> DomainName {
        let at = self.0.rfind('@').expect("an address has an @, it was parsed");
        DomainName(without_www(&self.0[at + 1..]).to_owned())
    }
}

impl TryFrom<&str> for EmailAddress {
    type Error = HandleError;

    fn try_from(text: &str) -> Result<Self, HandleError> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(HandleError::Email)?;
        let local_ok = (1..=64).contains(&local.len())
            && !local.chars().any(|c| {
                c.is_whitespace()
                    || c.is_control()
                    || matches!(c, '@' | '<' | '>' | '(' | ')' | ',' | ';' | ':' | '\\' | '"')
            })
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        if text.len() <= 254 && local_ok && is_domain(domain) { Ok(Self(text)) } else { Err(HandleError::Email) }
    }
}

impl TryFrom<&str> for PhoneNumber {
    type Error = HandleError;

    /// Takes the text without the white space around it. The normal form has no spaces, dots, dashes, slashes and
    /// brackets; a leading `00` is a `+` there.
    fn try_from(text: &str) -> Result<Self, HandleError> {
        let mut digits = String::new();
        let text = text.trim();
        if text.chars().nth(Self::MAX).is_some() {
            return Err(HandleError::Phone);
        }
        let (plus, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (text.starts_with("00"), text.strip_prefix("00").unwrap_or(text)),
        };
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' => {}
                _ => return Err(HandleError::Phone),
            }
        }
        if !(3..=20).contains(&digits.len()) {
            return Err(HandleError::Phone);
        }
        Ok(Self { sent: text.to_owned(), normal: if plus { format!("+{digits}") } else { digits } })
    }
}

impl PhoneNumber {
    /// The most characters that it may be written in.
    pub const MAX: usize = 64;

    /// As it was sent: what is shown.
    pub fn as_sent(&self) -> &str {
        &self.sent
    }

    /// The normal form: what is compared.
    pub fn normal(&self) -> &str {
        &self.normal
    }

    /// Whether both are one number, however they are written.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sent)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.sent, f)
    }
}

impl DomainName {
    /// Whether anybody can have an address there: such a domain says nothing about a company.
    pub fn is_public_mail_provider(&self) -> bool {
        mail_providers::contains(&self.0)
    }
}

impl TryFrom<&str> for DomainName {
    type Error = HandleError;

    fn try_from(text: &str) -> Result<Self, HandleError> {
        let text = text.trim().to_lowercase();
        let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(&text);
        let text = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let text = without_www(text.trim_end_matches('.'));
        if is_domain(text) { Ok(Self(text.to_owned())) } else { Err(HandleError::Domain) }
    }
}

/// `www.example.com` is `example.com`; `www.com` is itself.
fn without_www(domain: &str) -> &str {
    domain.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(domain)
}

/// At least two labels of letters (of any script), digits and inner hyphens, at most 253 bytes.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

macro_rules! text_access {
    ($($name:ident)*) => {$(
        impl $name {
            /// The normal form.
            pub fn as_str(&self) -> &str {
                &self.0
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

text_access!(EmailAddress DomainName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_have_one_normal_form() {
        assert_eq!(EmailAddress::try_from(" Ada@Example.COM ").unwrap().as_str(), "ada@example.com");
        assert_eq!(PhoneNumber::try_from("+1 (555) 010-0123").unwrap().normal(), "+15550100123");
        assert_eq!(PhoneNumber::try_from("0049 30 1234").unwrap().normal(), "+49301234");
        assert_eq!(DomainName::try_from("https://www.Example.com/x").unwrap().as_str(), "example.com");
        assert_eq!(DomainName::try_from("www.com").unwrap().as_str(), "www.com");
        assert_eq!(EmailAddress::try_from("x@www.example.com").unwrap().domain().as_str(), "example.com");
    }

    #[test]
    fn a_phone_number_is_shown_as_it_was_sent() {
        for sent in ["+1 (555) 010-0123", "0049 30/1234", "+15550100123"] {
            let number = PhoneNumber::try_from(sent).unwrap();
            assert_eq!((number.as_sent(), number.to_string().as_str()), (sent, sent));
            let normal = PhoneNumber::try_from(number.normal()).unwrap();
            assert_eq!((normal.normal(), normal.as_sent()), (number.normal(), number.normal()), "{sent}");
        }
        let spaced = |spaces: usize| format!("+1 555{}0100", " ".repeat(spaces));
        assert!(PhoneNumber::try_from(spaced(PhoneNumber::MAX - 10).as_str()).is_ok());
        assert!(PhoneNumber::try_from(spaced(PhoneNumber::MAX - 9).as_str()).is_err());
    }

    #[test]
    fn what_is_no_handle_is_refused() {
        for text in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "a@b@example.com",
            "a..b@example.com",
        ] {
            assert!(EmailAddress::try_from(text).is_err(), "{text}");
        }
        for text in ["", "12", "call me", "+1 555 0100 ext 5"] {
            assert!(PhoneNumber::try_from(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_public_provider_makes_no_company() {
        assert!(EmailAddress::try_from("x@gmail.com").unwrap().domain().is_public_mail_provider());
        assert!(!EmailAddress::try_from("x@initech.com").unwrap().domain().is_public_mail_provider());
    }
}

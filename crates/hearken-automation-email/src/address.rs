//! Mail addresses as they go over the wire: the domain in ASCII, the part before it quoted where it must be.

use hearken_domain::handle::EmailAddress;
use lettre::{Address, message::Mailbox};

use crate::settings::MailSetupError;

/// A recipient; `None` for what matches as an address in our records and is none for a mail server.
pub(crate) fn recipient(email: &EmailAddress) -> Option<Address> {
    let (local, domain) = email.as_str().rsplit_once('@')?;
    address(local, domain).or_else(|| address(&format!("\"{local}\""), domain))
}

/// The sender of the settings.
pub(crate) fn sender(text: &str) -> Result<Mailbox, MailSetupError> {
    let text = text.trim();
    // The grammar refuses names that people write, such as `Hearken Inc.`; they are quoted when they are sent.
    let (name, address_text) = match text.split_once('<') {
        Some((name, rest)) => (name, rest.strip_suffix('>').ok_or(MailSetupError::Sender)?),
        None => ("", text),
    };
    let (local, domain) = address_text.rsplit_once('@').ok_or(MailSetupError::Sender)?;
    let email = address(local, domain).ok_or(MailSetupError::Sender)?;
    let name = name.trim().trim_matches('"');
    if name.contains(char::is_control) {
        return Err(MailSetupError::Sender);
    }
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), email))
}

/// The domain of a `Message-ID`.
pub(crate) fn message_id_domain(text: &str) -> Result<String, MailSetupError> {
    address("x", text).map(|address| address.domain().to_owned()).ok_or(MailSetupError::MessageIdDomain)
}

fn address(local: &str, domain: &str) -> Option<Address> {
    Address::new(local, idna::domain_to_ascii(domain).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_what_a_server_understands() {
        for (text, wire) in [
            ("ada@example.com", Some("ada@example.com")),
            ("ada@größe.example", Some("ada@xn--gre-6ka8i.example")),
            ("jörg@example.com", Some("jörg@example.com")),
            ("a[1]@example.com", Some("\"a[1]\"@example.com")),
        ] {
            let email = EmailAddress::try_from(text).unwrap();
            assert_eq!(recipient(&email).map(|address| address.to_string()).as_deref(), wire, "{text}");
        }
    }

    #[test]
    fn a_sender_may_have_any_name() {
        for (text, name, email) in [
            ("hearken@example.org", None, "hearken@example.org"),
            ("Hearken <hearken@example.org>", Some("Hearken"), "hearken@example.org"),
            ("Hearken Inc. (Ops) <h@example.org>", Some("Hearken Inc. (Ops)"), "h@example.org"),
            ("\"Grüße, Team\" <h@example.org>", Some("Grüße, Team"), "h@example.org"),
        ] {
            let mailbox = sender(text).unwrap();
            assert_eq!((mailbox.name.as_deref(), mailbox.email.to_string().as_str()), (name, email), "{text}");
        }
        for text in ["", "hearken", "A <a@b.example", "A\r\nBcc: x <a@b.example>", "a b@example.org", "a@b@c.example"] {
            assert_eq!(sender(text), Err(MailSetupError::Sender), "{text:?}");
        }
        assert!(message_id_domain("a.example>\r\nX: y").is_err() && message_id_domain("").is_err());
    }
}

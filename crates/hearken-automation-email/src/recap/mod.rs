//! The mail of a recap: header fields around a text and a page that say the same.

mod flowed;
mod html;
mod page;
mod text;
mod words;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hearken_domain::{handle::EmailAddress, ids::DeliveryId, ports::RecapComposer, recap::Recap, time::Timestamp};
use lettre::{
    Message,
    address::Envelope,
    message::{
        Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use crate::{
    address,
    settings::{ComposerSettings, MailSetupError},
};
use page::Page;

/// Writes recaps.
#[derive(Clone, Debug)]
pub struct RecapMail {
    from: Mailbox,
    message_id_domain: String,
}

impl RecapMail {
    /// Recaps of this sender.
    pub fn new(settings: ComposerSettings) -> Result<Self, MailSetupError> {
        let from = address::sender(&settings.from)?;
        let message_id_domain = match settings.message_id_domain {
            Some(domain) => address::message_id_domain(&domain)?,
            None => from.email.domain().to_owned(),
        };
        Ok(Self { from, message_id_domain })
    }

    fn header(&self, recap: &Recap<'_>) -> MessageBuilder {
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![self.from.email.clone()])
            .expect("an envelope with a recipient is whole");
        Message::builder()
            // Never used: the dispatcher has the recipient from the delivery. It keeps the library from making its own
            // out of the fields.
            .envelope(envelope)
            .from(self.from.clone())
            .raw_header(to(recap.to))
            .date(system_time(recap.at))
            .message_id(Some(format!("<recap.{}@{}>", recap.delivery, self.message_id_domain)))
            // No vacation notice comes back (RFC 3834).
            .raw_header(field("Auto-Submitted", "auto-generated".to_owned()))
    }
}

impl RecapComposer for RecapMail {
    fn compose(&self, recap: Recap<'_>) -> Bytes {
        let page = Page::of(&recap);
        let body = MultiPart::alternative()
            .boundary(boundary(recap.delivery))
            .singlepart(part("text/plain; charset=utf-8; format=flowed", text::written(&page)))
            .singlepart(part("text/html; charset=utf-8", html::written(&page)));
        let mail = self.header(&recap).subject(subject(&page.title)).multipart(body);
        Bytes::from(mail.expect("sender, recipient and date are there").formatted())
    }
}

/// The library would throw dice. Whoever writes a summary cannot know the delivery that it will be part of.
fn boundary(delivery: DeliveryId) -> String {
    format!("hearken-{delivery}")
}

fn part(content_type: &str, body: String) -> SinglePart {
    let content_type = ContentType::parse(content_type).expect("it is one of the two above");
    SinglePart::builder().content_type(content_type).body(body)
}

/// What looks as if it was encoded already would be decoded by the reader's program.
fn subject(title: &str) -> String {
    format!("Recap: {title}").replace("=?", "= ?")
}

/// The composer cannot fail, so a recipient whom no server would take stays unnamed; the dispatcher refuses them.
fn to(email: &EmailAddress) -> HeaderValue {
    let recipient = address::recipient(email).map(|address| address.to_string());
    let text = recipient.unwrap_or_else(|| "undisclosed-recipients:;".to_owned());
    // An address is not encoded: beyond ASCII it stands as it is (RFC 6532), and it has no white space to fold at.
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str("To"), text.clone(), text)
}

fn field(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// The library's date begins in 1970.
fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.unix_millis()).unwrap_or_default())
}

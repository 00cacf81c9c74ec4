//! The mail as a whole: its header fields and parts, as a parser that is not the writer's reads them.

use hearken_automation_email::{ComposerSettings, MailSetupError, RecapMail};
use hearken_domain::{ports::RecapComposer, recap::Recap};
use mail_parser::{Message, MessageParser, MimeHeaders};

use crate::scene::{Scene, composer, delivery, email, minutes};

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

/// Names of the header fields, in their order.
fn fields(message: &Message<'_>) -> Vec<String> {
    message.headers_raw().map(|(name, _)| name.to_owned()).collect()
}

const FIELDS: [&str; 8] =
    ["From", "To", "Date", "Message-ID", "Auto-Submitted", "Subject", "MIME-Version", "Content-Type"];

#[test]
fn a_mail_says_who_when_and_what() {
    let bytes = Scene::full().composed();
    let message = parsed(&bytes);
    assert_eq!(fields(&message), FIELDS);
    assert_eq!(message.subject(), Some("Recap: Quarterly planning – Größe & Umfang 🚀"));
    assert_eq!(message.message_id(), Some(format!("recap.{}@example.org", delivery()).as_str()));
    assert_eq!(message.date().unwrap().to_rfc3339(), "2024-05-01T13:30:00Z");
    assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    let from = message.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Hearken"), Some("hearken@example.org")));
    let to = message.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (None, Some("ada@example.com")));
}

#[test]
fn a_mail_is_two_alternatives_the_better_one_last() {
    let bytes = Scene::full().composed();
    let message = parsed(&bytes);
    let whole = message.content_type().unwrap();
    assert_eq!((whole.ctype(), whole.subtype()), ("multipart", Some("alternative")));
    let parts: Vec<_> = message.parts.iter().skip(1).map(|part| part.content_type().unwrap()).collect();
    assert_eq!(parts.len(), 2);
    assert_eq!((parts[0].ctype(), parts[0].subtype()), ("text", Some("plain")));
    assert_eq!((parts[0].attribute("charset"), parts[0].attribute("format")), (Some("utf-8"), Some("flowed")));
    assert_eq!((parts[1].ctype(), parts[1].subtype()), ("text", Some("html")));
    assert!(message.body_text(0).unwrap().contains("Jörg will talk to the customer"));
    assert!(message.body_html(0).unwrap().contains("Jörg will talk to the customer"));
}

#[test]
fn the_same_recap_has_the_same_bytes_and_they_fit_the_wire() {
    let mut long = Scene::full();
    long.titled(&"ü🚀".repeat(250));
    for scene in [Scene::full(), Scene::minimal(), long] {
        let bytes = scene.composed();
        assert_eq!(bytes, scene.composed());
        assert!(bytes.is_ascii() && bytes.ends_with(b"\r\n"));
        let text = std::str::from_utf8(&bytes).unwrap();
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a bare end of line");
        let longest = text.lines().map(str::len).max().unwrap();
        assert!(longest <= 78, "{longest}");
    }
}

#[test]
fn titles_arrive_as_they_are() {
    let word = "word ".repeat(99);
    let solid = "a".repeat(500);
    let emoji = "👩‍👩‍👧‍👦".repeat(70);
    for title in
        ["Über Größe", "مكالمة مع العميل", "שיחה עם הלקוח 42", word.trim(), &solid, &emoji, "100 % <done> & \"so\""]
    {
        let mut scene = Scene::minimal();
        scene.titled(title);
        let bytes = scene.composed();
        let message = parsed(&bytes);
        assert_eq!(message.subject(), Some(format!("Recap: {title}").as_str()));
        assert_eq!(fields(&message), FIELDS, "{title}");
        assert!(bytes.split(|b| *b == b'\n').all(|line| line.len() < 998), "{title}");
    }
}

#[test]
fn nothing_that_somebody_wrote_becomes_a_header_field() {
    let evil = "Sales\r\nBcc: everybody@example.net\r\n\r\n<script>alert(1)</script>";
    let mut scene = Scene::full();
    scene.titled(evil);
    scene.participants = vec![evil.to_owned()];
    scene.engagement.summary = Some(evil.to_owned());
    scene.action_items[0].found.title = evil.to_owned();
    let bytes = scene.composed();
    let message = parsed(&bytes);
    assert_eq!(fields(&message), FIELDS);
    assert_eq!(message.subject(), Some("Recap: Sales Bcc: everybody@example.net <script>alert(1)</script>"));
    assert_eq!(message.parts.len(), 3);
    // What looks like an encoded word stays what it looks like.
    scene.titled("=?utf-8?q?hidden?=");
    let bytes = scene.composed();
    assert_eq!(parsed(&bytes).subject(), Some("Recap: = ?utf-8?q?hidden?="));
}

#[test]
fn a_title_without_a_visible_character_is_what_it_is_about() {
    let mut scene = Scene::minimal();
    scene.titled("\r\n\u{202e}");
    assert_eq!(parsed(&scene.composed()).subject(), Some("Recap: Call"));
}

#[test]
fn any_recipient_of_our_records_can_be_written_to() {
    let unusable = format!("{}@{}.example.com", "[".repeat(64), "a".repeat(63));
    for (text, shown) in [
        ("ada@größe.example", "ada@xn--gre-6ka8i.example"),
        ("jörg@example.com", "jörg@example.com"),
        ("o'neil+x@example.com", "o'neil+x@example.com"),
        ("a[1]@example.com", "\"a[1]\"@example.com"),
        (&unusable, "undisclosed-recipients:;"),
    ] {
        let mut scene = Scene::minimal();
        scene.to = email(text);
        let bytes = scene.composed();
        let message = parsed(&bytes);
        assert_eq!(message.header_raw("To").map(str::trim), Some(shown));
        assert_eq!(fields(&message), FIELDS);
    }
}

#[test]
fn the_settings_are_judged_at_once() {
    let mut settings = ComposerSettings::new("Grüße aus München Inc. <hallo@münchen.example>");
    settings.message_id_domain = Some("mail.example.org".to_owned());
    let scene = Scene::minimal();
    let recap = Recap {
        delivery: delivery(),
        to: &scene.to,
        engagement: &scene.engagement,
        participants: &[],
        action_items: &[],
        at: minutes(90),
    };
    let bytes = RecapMail::new(settings.clone()).unwrap().compose(recap);
    let message = parsed(&bytes);
    let from = message.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Grüße aus München Inc."), Some("hallo@xn--mnchen-3ya.example")));
    assert_eq!(message.message_id(), Some(format!("recap.{}@mail.example.org", delivery()).as_str()));
    settings.message_id_domain = Some("no domain".to_owned());
    assert_eq!(RecapMail::new(settings).unwrap_err(), MailSetupError::MessageIdDomain);
    assert_eq!(RecapMail::new(ComposerSettings::new("nobody")).unwrap_err(), MailSetupError::Sender);
    assert_ne!(composer().compose(recap), bytes);
}

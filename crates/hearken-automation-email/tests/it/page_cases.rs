//! What the reader sees, as text and as HTML.

use mail_parser::MessageParser;

use crate::scene::{Scene, item, minutes};

/// Text and HTML, decoded.
fn read(scene: &Scene) -> (String, String) {
    let bytes = scene.composed();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    let html = message.body_html(0).unwrap().replace("\r\n", "\n");
    (text, html)
}

#[test]
fn a_full_recap() {
    let (text, html) = read(&Scene::full());
    insta::assert_snapshot!("full_text", text);
    insta::assert_snapshot!("full_html", html);
}

#[test]
fn a_recap_of_hardly_anything() {
    let (text, html) = read(&Scene::minimal());
    insta::assert_snapshot!("minimal_text", text);
    insta::assert_snapshot!("minimal_html", html);
}

#[test]
fn what_somebody_wrote_is_text_and_no_markup() {
    let evil = "</p><script>alert('x')</script><img src=x onerror=alert(1)>";
    let mut scene = Scene::full();
    scene.titled(evil);
    scene.participants = vec![evil.to_owned()];
    scene.engagement.summary = Some(evil.to_owned());
    scene.action_items = vec![item(evil, Some(evil), None)];
    scene.linked("https://example.com/\"onmouseover=\"alert(1)");
    let (text, html) = read(&scene);
    assert!(text.contains(evil), "plain text says it as it is: {text}");
    for tag in ["<script", "<img", "\"onmouseover"] {
        assert!(!html.contains(tag), "{tag} in {html}");
    }
    // Title element, heading, preview, summary, participant, item, assignee.
    assert_eq!(html.matches("&#60;script&#62;").count(), 7, "{html}");
}

#[test]
fn nothing_is_loaded_and_only_the_link_can_be_clicked() {
    let (_, html) = read(&Scene::full());
    assert_eq!(html.matches("://").count(), 1);
    assert_eq!(html.matches("<a href=\"https://zoom.example.com/rec/play?id=42&#38;share=1\"").count(), 1);
    for tag in ["<img", "<link", "<style", "<script", "url(", "src="] {
        assert!(!html.contains(tag), "{tag}");
    }
}

#[test]
fn an_apps_own_link_is_shown_and_not_clickable() {
    for url in ["wavv://call/123", "tel:+15550100"] {
        let mut scene = Scene::minimal();
        scene.linked(url);
        let (text, html) = read(&scene);
        assert!(!html.contains("href"), "{html}");
        assert!(html.contains(&format!("Open in dialer: {url}")), "{html}");
        assert!(text.contains(&format!("Open in dialer:\n{url}\n")), "{text}");
    }
    let mut scene = Scene::minimal();
    scene.linked("HTTPS://example.com/x");
    assert!(read(&scene).1.contains("href=\"HTTPS://example.com/x\""));
}

#[test]
fn a_long_list_of_action_items_is_cut_and_counted() {
    let mut scene = Scene::minimal();
    scene.action_items = (1..=52).map(|n| item(&format!("Item number {n}"), None, None)).collect();
    let (text, html) = read(&scene);
    for written in [&text, &html] {
        assert!(written.contains("Item number 50") && !written.contains("Item number 51"));
        assert!(written.contains("… and 2 further action items"));
    }
    scene.action_items.pop();
    assert!(read(&scene).0.contains("… and 1 further action item\n"));
    scene.action_items.pop();
    assert!(!read(&scene).0.contains("further action item"));
}

#[test]
fn a_length_is_shown_where_it_is_known() {
    let mut scene = Scene::minimal();
    assert!(!read(&scene).1.contains("Duration"));
    scene.engagement.end_at = Some(minutes(25));
    assert!(read(&scene).0.contains("(25 minutes)"));
    scene.engagement.duration_seconds = Some(90);
    assert!(read(&scene).0.contains("(1 minute)"));
    scene.engagement.duration_seconds = Some(0);
    assert!(!read(&scene).1.contains("Duration"));
}

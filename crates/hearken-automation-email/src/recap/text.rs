//! The recap as plain text, for whoever reads without HTML.

use super::{flowed::flow, page::Page};

pub(crate) fn written(page: &Page) -> String {
    let mut out = String::new();
    flow(&page.title, &mut out);
    let duration = page.duration.as_deref().map(|duration| format!(" ({duration})")).unwrap_or_default();
    flow(&format!("{} on {}{duration}", page.kind, page.when), &mut out);
    if !page.participants.is_empty() {
        flow(&format!("With {}", page.participants.join(", ")), &mut out);
    }
    summary(page, &mut out);
    action_items(page, &mut out);
    if let Some(link) = &page.link {
        out.push('\n');
        flow(&format!("{}:", link.label), &mut out);
        flow(&link.url, &mut out);
    }
    out.push_str("\n--\n");
    flow(&page.reason, &mut out);
    out
}

fn summary(page: &Page, out: &mut String) {
    if !page.summary.is_empty() {
        out.push_str("\nSUMMARY\n");
    }
    for paragraph in &page.summary {
        out.push('\n');
        for line in paragraph {
            flow(line, out);
        }
    }
}

fn action_items(page: &Page, out: &mut String) {
    if !page.action_items.is_empty() {
        out.push_str("\nACTION ITEMS\n\n");
    }
    for item in &page.action_items {
        let detail = if item.detail.is_empty() { String::new() } else { format!(" ({})", item.detail) };
        flow(&format!("* {}{detail}", item.title), out);
    }
    if let Some(more) = &page.more_items {
        flow(more, out);
    }
}

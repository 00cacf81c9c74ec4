//! What a recap says, in the order in which it says it; text and HTML are two ways to write it down.

use std::time::Duration;

use hearken_domain::{
    engagement::Engagement,
    insight::{ActionItem, ActionItemStatus},
    recap::Recap,
};

use super::words::{beginning, counted, day, kind, moment, one_line, span};

/// More action items are counted only: a mail of more than 102 KiB is cut off by a large provider.
const ITEMS_SHOWN: usize = 50;

/// About as much as a list of mails shows behind the subject.
const PREVIEW_CHARS: usize = 140;

/// Everything that is shown. Each text is one line.
pub(crate) struct Page {
    /// What stands behind the subject in a list of mails.
    pub(crate) preview: String,
    pub(crate) title: String,
    pub(crate) kind: &'static str,
    pub(crate) when: String,
    pub(crate) duration: Option<String>,
    pub(crate) participants: Vec<String>,
    /// Paragraphs of lines.
    pub(crate) summary: Vec<Vec<String>>,
    pub(crate) action_items: Vec<Item>,
    /// How many there are besides.
    pub(crate) more_items: Option<String>,
    pub(crate) link: Option<Link>,
    /// Why the reader gets it.
    pub(crate) reason: String,
}

/// Something to do.
pub(crate) struct Item {
    pub(crate) title: String,
    /// Who and until when; may be empty.
    pub(crate) detail: String,
}

/// Where the engagement came from.
pub(crate) struct Link {
    pub(crate) label: String,
    pub(crate) url: String,
    /// An app's own scheme is shown, and left to the reader.
    pub(crate) is_web: bool,
}

impl Page {
    pub(crate) fn of(recap: &Recap<'_>) -> Self {
        let engagement = recap.engagement;
        let kind = kind(engagement.engagement_type);
        let when = moment(engagement.start_at);
        let summary = paragraphs(engagement.summary.as_deref().unwrap_or_default());
        Self {
            preview: preview(&summary).unwrap_or_else(|| format!("{kind} on {when}")),
            title: Some(one_line(engagement.title.as_str()))
                .filter(|t| !t.is_empty())
                .unwrap_or_else(|| kind.to_owned()),
            kind,
            when,
            duration: duration(engagement),
            participants: lines(recap.participants.iter().map(String::as_str)),
            summary,
            action_items: recap.action_items.iter().take(ITEMS_SHOWN).map(item).collect(),
            more_items: recap.action_items.len().checked_sub(ITEMS_SHOWN).filter(|more| *more > 0).map(more),
            link: link(engagement),
            reason: format!(
                "{} gets this mail because a workflow sends recaps of this workspace's calls and meetings to those who \
                 took part, to their owner, or to this address. It was written automatically and may contain mistakes.",
                recap.to
            ),
        }
    }
}

fn duration(engagement: &Engagement) -> Option<String> {
    let known = engagement.duration_seconds.map(|seconds| Duration::from_secs(seconds.into()));
    let spanned = || engagement.end_at.map(|end| end.since(engagement.start_at));
    known.or_else(spanned).filter(|length| *length >= Duration::from_secs(1)).map(span)
}

fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let all = text.lines().map(one_line).collect::<Vec<_>>();
    let split = all.split(String::is_empty).map(<[String]>::to_vec);
    split.filter(|lines| !lines.is_empty()).collect()
}

fn lines<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts.map(one_line).filter(|text| !text.is_empty()).collect()
}

fn preview(summary: &[Vec<String>]) -> Option<String> {
    Some(beginning(&summary.first()?.join(" "), PREVIEW_CHARS))
}

fn item(item: &ActionItem) -> Item {
    let who = item.found.assignee.as_deref().map(one_line).filter(|name| !name.is_empty());
    let due = item.found.due_at.map(|at| format!("due {}", day(at)));
    let done = (item.status == ActionItemStatus::Done).then(|| "done".to_owned());
    let details: Vec<String> = [who, due, done].into_iter().flatten().collect();
    Item { title: one_line(&item.found.title), detail: details.join(" · ") }
}

fn more(count: usize) -> String {
    format!("… and {}", counted(count as u64, "further action item"))
}

fn link(engagement: &Engagement) -> Option<Link> {
    let url = engagement.external_url.as_ref()?.as_str();
    let scheme = url.split(':').next().unwrap_or_default();
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let source = one_line(engagement.source_system.as_str());
    let label = if source.is_empty() { "Open it where it came from".to_owned() } else { format!("Open in {source}") };
    Some(Link { label, url: url.to_owned(), is_web })
}

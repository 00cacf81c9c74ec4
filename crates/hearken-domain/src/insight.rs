//! What is read out of a conversation: its summary, tags, action items and signals.

use crate::{
    engagement::EngagementType,
    ids::{ActionItemId, EngagementId, SignalId},
    time::Timestamp,
    words::texts_of,
};

/// A conversation as an analyser reads it, whatever it came from: a timeline or a plain transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// The engagement's title.
    pub title: String,
    /// Call or meeting.
    pub engagement_type: EngagementType,
    /// When it began: "by Friday" means the Friday after this.
    pub start_at: Timestamp,
    /// BCP 47, where it is known.
    pub language: Option<String>,
    /// A turn names its speaker by position.
    pub speakers: Vec<ConversationSpeaker>,
    /// In their order; there may be none.
    pub turns: Vec<Turn>,
}

/// Somebody who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationSpeaker {
    /// As the transcript calls them.
    pub name: String,
    /// A user of the workspace, as far as it is known.
    pub is_internal: bool,
}

/// What one speaker says at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The position of the speaker.
    pub speaker: usize,
    /// Start and end in milliseconds from the recording's start, where they are known.
    pub span_ms: Option<(u64, u64)>,
    /// Not empty.
    pub text: String,
}

/// An analyser's result, and which analyser made it, such as `local` or `http (gpt-4o-mini)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Made<T> {
    /// Who made it.
    pub by: String,
    /// What was made.
    pub value: T,
}

/// A summary, and how the conversation felt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Plain text, paragraphs separated by a blank line; empty when nothing was said.
    pub text: String,
    /// −1 to 1; `None` when there is nothing to judge.
    pub overall_sentiment: Option<f64>,
    /// One for each speaker, in their order; −1 to 1.
    pub speaker_sentiments: Vec<Option<f64>>,
}

/// What an extractor finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extraction {
    /// In the conversation's order.
    pub action_items: Vec<FoundActionItem>,
    /// In the conversation's order.
    pub signals: Vec<FoundSignal>,
}

/// An action item as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundActionItem {
    /// What is to be done, 1 to 500 characters.
    pub title: String,
    /// The sentence it was found in.
    pub description: Option<String>,
    /// Who does it: a speaker's name, or another name that was said.
    pub assignee: Option<String>,
    /// Until when.
    pub due_at: Option<Timestamp>,
    /// Where in the recording.
    pub span_ms: Option<(u64, u64)>,
}

/// A signal as found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundSignal {
    /// What it is a sign of.
    pub kind: SignalKind,
    /// A few words, 1 to 200 characters.
    pub title: String,
    /// The sentence, word for word.
    pub quote: String,
    /// Who said it.
    pub speaker: Option<usize>,
    /// Where in the recording.
    pub span_ms: Option<(u64, u64)>,
    /// 0 to 1.
    pub confidence: f64,
}

texts_of! {
    /// What a signal is a sign of.
    SignalKind, UnknownSignalKind {
        /// A doubt about buying or agreeing.
        Objection = "OBJECTION",
        /// Somebody else's product.
        Competitor = "COMPETITOR",
        /// What it costs.
        Pricing = "PRICING",
        /// Something that may go wrong for the relationship or the project.
        Risk = "RISK",
        /// What happens next.
        NextStep = "NEXT_STEP",
        /// Something that was asked.
        Question = "QUESTION",
        /// Something that somebody promised.
        Commitment = "COMMITMENT",
    }
}

texts_of! {
    /// Whether an action item is done.
    ActionItemStatus, UnknownActionItemStatus {
        /// Not yet.
        Open = "OPEN",
        /// Done.
        Done = "DONE",
    }
}

/// A stored action item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionItem {
    /// The id.
    pub id: ActionItemId,
    /// Whose.
    pub engagement: EngagementId,
    /// What was found.
    pub found: FoundActionItem,
    /// Whether it is done.
    pub status: ActionItemStatus,
    /// Which analyser made it.
    pub made_by: String,
    /// When it was found.
    pub created_at: Timestamp,
}

/// A stored signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// The id.
    pub id: SignalId,
    /// Whose.
    pub engagement: EngagementId,
    /// What was found.
    pub found: FoundSignal,
    /// Which analyser made it.
    pub made_by: String,
    /// When it was found.
    pub created_at: Timestamp,
}

/// What was found in an engagement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// In the conversation's order.
    pub action_items: Vec<ActionItem>,
    /// In the conversation's order.
    pub signals: Vec<Signal>,
}

/// The most action items, and the most signals, that are kept of one engagement.
pub const MAX_FINDINGS: usize = 500;

//! The order of changes: what is committed later bears a later moment, whatever the clocks of the processes say.
//!
//! A decision stamps its rows with its process's clock, before its commit. Two processes decide at once, their clocks
//! differ, and the one that stamped earlier may commit later: a reader that has passed its moment would never see it. So
//! a store moves the moments of a changeset, in the commit, behind the last one of every walk that shows any of it. A moment is the
//! clock's wherever that is later, so the moments stay times; where it is not, they count on from the last.

use std::time::Duration;

use bytes::Bytes;

use crate::{
    changeset::Changeset,
    directory::{Company, Contact, User},
    engagement::Engagement,
    tag::Tag,
    time::Timestamp,
    webhook::WebhookEndpoint,
    workflow::Workflow,
};

/// What a store makes of the moments of a changeset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moments {
    /// They are moved behind the last one, where they are not later anyway: what a decision makes and changes comes after
    /// all that was committed before it.
    #[default]
    Ordered,
    /// They stay as they are: for rows that have a history, such as copies and the rows of tests.
    Kept,
}

/// What clients walk through in the order of changes, within a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Walk {
    /// Engagements by their last change.
    Engagements,
    /// Tags by their last change.
    Tags,
    /// Webhook endpoints by their last change.
    Endpoints,
    /// Workflows by their last change.
    Workflows,
    /// Published events.
    Events,
}

/// A row that says when it was made and when it last changed.
pub trait Dated: Sized {
    /// Both.
    fn moments(&mut self) -> [&mut Timestamp; 2];

    /// A row that was just made, as it is stored: nothing of it earlier than this.
    #[must_use]
    fn made_at(mut self, first: Timestamp) -> Self {
        for moment in self.moments() {
            *moment = first.max(*moment);
        }
        self
    }

    /// A row that was just changed, as it is stored.
    #[must_use]
    fn changed_at(mut self, first: Timestamp) -> Self {
        let [_, updated_at] = self.moments();
        *updated_at = first.max(*updated_at);
        self
    }
}

macro_rules! dated {
    ($($row:ident)*) => {$(
        impl Dated for $row {
            fn moments(&mut self) -> [&mut Timestamp; 2] {
                [&mut self.created_at, &mut self.updated_at]
            }
        }
    )*};
}

dated! { Engagement Tag WebhookEndpoint Workflow User Contact Company }

impl Changeset {
    /// The walks in whose order it needs a place: those that show something that it makes or changes.
    pub fn walks(&self) -> Vec<Walk> {
        match self.moments {
            Moments::Ordered => self.last_moments().into_iter().map(|(walk, _)| walk).collect(),
            Moments::Kept => Vec::new(),
        }
    }

    /// The last moment of what it makes and changes, of each walk that shows any of it.
    pub fn last_moments(&self) -> Vec<(Walk, Timestamp)> {
        let engagements = self.changed_engagements.iter().map(|change| change.row.updated_at);
        let engagements = engagements.chain(self.new_engagement.iter().map(|new| new.engagement.updated_at));
        let tags = self.changed_tags.iter().map(|change| change.row.updated_at);
        let tags = tags.chain(self.new_tags.iter().map(|tag| tag.updated_at));
        let endpoints = self.changed_endpoints.iter().map(|change| change.row.updated_at);
        let endpoints = endpoints.chain(self.new_endpoints.iter().map(|endpoint| endpoint.updated_at));
        let workflows = self.changed_workflows.iter().map(|change| change.row.updated_at);
        let workflows = workflows.chain(self.new_workflows.iter().map(|workflow| workflow.updated_at));
        let lasts = [
            (Walk::Engagements, engagements.max()),
            (Walk::Tags, tags.max()),
            (Walk::Endpoints, endpoints.max()),
            (Walk::Workflows, workflows.max()),
            (Walk::Events, self.events.iter().map(|event| event.created_at).max()),
        ];
        lasts.into_iter().filter_map(|(walk, last)| Some((walk, last?))).collect()
    }

    /// Moves every moment of what it makes and changes, also within the bytes of its events, behind the last one of its
    /// [walks](Self::walks). Gives the moment that nothing is earlier than now.
    pub fn follow(&mut self, last: Option<Timestamp>) -> Timestamp {
        let Some(last) = last else { return Timestamp::MIN };
        let mut order = Order { first: last.after(Duration::from_millis(1)), made: Vec::new(), changed: Vec::new() };
        let new_rows = self.new_users.iter_mut().map(Dated::moments);
        let new_rows = new_rows.chain(self.new_contacts.iter_mut().map(Dated::moments));
        let new_rows = new_rows.chain(self.new_companies.iter_mut().map(Dated::moments));
        let new_rows = new_rows.chain(self.new_engagement.iter_mut().map(|new| new.engagement.moments()));
        let new_rows = new_rows.chain(self.new_tags.iter_mut().map(Dated::moments));
        let new_rows = new_rows.chain(self.new_endpoints.iter_mut().map(Dated::moments));
        new_rows.chain(self.new_workflows.iter_mut().map(Dated::moments)).for_each(|moments| order.make(moments));

        let changed = self.changed_users.iter_mut().map(|change| change.row.moments());
        let changed = changed.chain(self.changed_engagements.iter_mut().map(|change| change.row.moments()));
        let changed = changed.chain(self.changed_tags.iter_mut().map(|change| change.row.moments()));
        let changed = changed.chain(self.changed_endpoints.iter_mut().map(|change| change.row.moments()));
        let changed = changed.chain(self.changed_workflows.iter_mut().map(|change| change.row.moments()));
        changed.for_each(|[_, updated_at]| order.change(updated_at));

        for event in &mut self.events {
            let given = event.created_at;
            event.created_at = given.max(order.first);
            event.payload = order.rewritten(&event.payload, given);
        }
        order.first
    }
}

/// How the bytes of an event begin a moment; both have one length.
const CREATED: &[u8] = br#""created_at":""#;
const UPDATED: &[u8] = br#""updated_at":""#;

/// The moments that are moved, and where to.
struct Order {
    first: Timestamp,
    /// What `created_at` said in rows that are made.
    made: Vec<Timestamp>,
    /// What `updated_at` said.
    changed: Vec<Timestamp>,
}

impl Order {
    fn make(&mut self, [created_at, updated_at]: [&mut Timestamp; 2]) {
        move_to(self.first, created_at, &mut self.made);
        self.change(updated_at);
    }

    fn change(&mut self, updated_at: &mut Timestamp) {
        move_to(self.first, updated_at, &mut self.changed);
    }

    /// The bytes of an event with the moments as they are now. A moment has the same length whatever it is, and the
    /// quotes around a member's name cannot stand unescaped in a text that a client sent.
    fn rewritten(&self, payload: &Bytes, happened_at: Timestamp) -> Bytes {
        if happened_at >= self.first && self.made.is_empty() && self.changed.is_empty() {
            return payload.clone();
        }
        let texts = |moments: &[Timestamp]| moments.iter().map(|at| at.to_rfc3339()).collect::<Vec<_>>();
        let (made, changed) = (texts(&self.made), texts(&self.changed));
        let first = self.first.to_rfc3339();
        let mut bytes = payload.to_vec();
        // The first `created_at` is the envelope's.
        let mut moved = vec![happened_at.min(self.first).to_rfc3339()];
        let mut from = 0;
        while let Some(found) = bytes[from..].windows(CREATED.len()).position(|it| it == CREATED || it == UPDATED) {
            let at = from + found + CREATED.len();
            let known = if bytes[from + found..].starts_with(CREATED) { &moved } else { &changed };
            let Some(text) = bytes.get_mut(at..at + first.len()) else { break };
            if known.iter().any(|known| known.as_bytes() == text) {
                text.copy_from_slice(first.as_bytes());
            }
            if bytes[from + found..].starts_with(CREATED) {
                moved.clone_from(&made);
            }
            from = at;
        }
        bytes.into()
    }
}

fn move_to(first: Timestamp, moment: &mut Timestamp, moved: &mut Vec<Timestamp>) {
    if *moment < first {
        if !moved.contains(moment) {
            moved.push(*moment);
        }
        *moment = first;
    }
}

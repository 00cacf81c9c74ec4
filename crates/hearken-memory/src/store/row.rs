//! What tags, endpoints and workflows have in common: they are changed under their version, deleted softly, and listed
//! by their last change.

use std::{collections::BTreeMap, fmt::Debug, hash::Hash};

use hearken_domain::{
    ids::{TagId, WebhookEndpointId, WorkflowId, WorkspaceId},
    query::{Direction, ListQuery, Page, Position},
    tag::Tag,
    time::Timestamp,
    webhook::WebhookEndpoint,
    workflow::Workflow,
};

/// A row of such a table.
pub(super) trait Row: Clone {
    /// Its key.
    type Id: Copy + Debug + Ord + Hash;

    fn id(&self) -> Self::Id;

    fn workspace(&self) -> WorkspaceId;

    fn version(&self) -> u64;

    fn updated_at(&self) -> Timestamp;

    fn is_there(&self) -> bool;

    /// The row as it is stored, whatever it says of these itself.
    fn stored(self, workspace: WorkspaceId, version: u64) -> Self;
}

macro_rules! rows {
    ($($row:ident by $id:ident;)*) => {$(
        impl Row for $row {
            type Id = $id;

            fn id(&self) -> $id {
                self.id
            }

            fn workspace(&self) -> WorkspaceId {
                self.workspace
            }

            fn version(&self) -> u64 {
                self.version
            }

            fn updated_at(&self) -> Timestamp {
                self.updated_at
            }

            fn is_there(&self) -> bool {
                self.deleted_at.is_none()
            }

            fn stored(self, workspace: WorkspaceId, version: u64) -> Self {
                Self { workspace, version, ..self }
            }
        }
    )*};
}

rows! {
    Tag by TagId;
    WebhookEndpoint by WebhookEndpointId;
    Workflow by WorkflowId;
}

/// The row with this id, unless it was deleted.
pub(super) fn one<T: Row>(table: &BTreeMap<T::Id, T>, id: T::Id) -> Option<T> {
    table.get(&id).filter(|row| row.is_there()).cloned()
}

/// Those that were not deleted, oldest id first.
pub(super) fn there<T: Row>(table: &BTreeMap<T::Id, T>) -> impl Iterator<Item = &T> {
    table.values().filter(|row| row.is_there())
}

/// One page of those that were not deleted, sorted by their last change.
pub(super) fn listed<T: Row>(table: &BTreeMap<T::Id, T>, query: &ListQuery<T::Id>) -> Page<T> {
    page(there(table), |row| (row.updated_at(), row.id()), query)
}

/// One page of rows that are sorted by their place: a moment, and then an id.
pub(super) fn page<'a, T, I>(
    rows: impl Iterator<Item = &'a T>,
    place: impl Fn(&T) -> (Timestamp, I),
    query: &ListQuery<I>,
) -> Page<T>
where
    T: Clone + 'a,
    I: Copy + Ord,
{
    let ListQuery { updated_at, direction, after, limit } = query;
    let follows = |place: (Timestamp, I)| {
        after.as_ref().is_none_or(|Position { at, id }| match direction {
            Direction::Ascending => place > (*at, *id),
            Direction::Descending => place < (*at, *id),
        })
    };
    let mut rows: Vec<&T> = rows.filter(|row| updated_at.contains(place(row).0) && follows(place(row))).collect();
    rows.sort_by_key(|row| place(row));
    if *direction == Direction::Descending {
        rows.reverse();
    }
    let has_more = rows.len() > usize::from(*limit);
    rows.truncate(usize::from(*limit));
    Page { items: rows.into_iter().cloned().collect(), has_more }
}

/// The page of a workspace that is not there.
pub(super) fn empty<T>() -> Page<T> {
    Page { items: Vec::new(), has_more: false }
}

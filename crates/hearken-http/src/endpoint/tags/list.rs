//! `GET /v2/tags`: a page of the workspace's tags.

use hearken_domain::access::Caller;
use hearken_wire::{
    query::collection::{self, SortedBy},
    tag, to_bytes,
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let query = call.page(SortedBy::UpdatedAt)?;
    let page = call.state.desk.tags(&caller, &query).await?;
    let shown = collection::page(&query, &page, |row| (row.updated_at, row.id), tag::tag);
    Ok(respond::ok(to_bytes(&shown)))
}

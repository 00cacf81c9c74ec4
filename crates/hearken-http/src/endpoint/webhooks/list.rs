//! `GET /v2/webhook_endpoints`: a page of the workspace's endpoints.

use hearken_domain::access::Caller;
use hearken_wire::{
    query::collection::{self, SortedBy},
    to_bytes,
    webhook::{ShowSecret, endpoint},
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let query = call.page(SortedBy::UpdatedAt)?;
    let page = call.state.desk.endpoints(&caller, &query).await?;
    let view = |row| endpoint(row, ShowSecret::Never);
    Ok(respond::ok(to_bytes(&collection::page(&query, &page, |row| (row.updated_at, row.id), view))))
}

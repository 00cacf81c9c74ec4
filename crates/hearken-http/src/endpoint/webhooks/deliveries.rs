//! `GET /v2/webhook_endpoints/{id}/deliveries`: a page of what was sent to an endpoint, and how that went.

use hearken_domain::access::Caller;
use hearken_wire::{
    query::collection::{self, SortedBy},
    to_bytes,
    webhook::delivery,
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let query = call.page(SortedBy::CreatedAt)?;
    let page = call.state.desk.deliveries(&caller, call.id()?, &query).await?;
    let shown = collection::page(&query, &page, |row| (row.created_at, row.id), delivery);
    Ok(respond::ok(to_bytes(&shown)))
}

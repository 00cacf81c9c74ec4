//! `GET /v2/workflows`: a page of the workspace's workflows.

use hearken_domain::access::Caller;
use hearken_wire::{
    query::collection::{self, SortedBy},
    to_bytes,
    webhook::ShowSecret,
    workflow::workflow,
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let query = call.page(SortedBy::UpdatedAt)?;
    let page = call.state.desk.workflows(&caller, &query).await?;
    let view = |row| workflow(row, ShowSecret::Never, None);
    Ok(respond::ok(to_bytes(&collection::page(&query, &page, |row| (row.updated_at, row.id), view))))
}

//! `GET /v2/workflows/{id}/runs`: a page of a workflow's runs, and how they went.

use hearken_application::desk::RunReport;
use hearken_domain::access::Caller;
use hearken_wire::{
    query::collection::{self, SortedBy},
    to_bytes,
    workflow::{RunView, run, run_action},
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let query = call.page(SortedBy::CreatedAt)?;
    let page = call.state.desk.runs(&caller, call.id()?, &query).await?;
    let place = |report: &RunReport| (report.run.created_at, report.run.id);
    Ok(respond::ok(to_bytes(&collection::page(&query, &page, place, view))))
}

fn view(report: &RunReport) -> RunView<'_> {
    let actions = report.actions.iter().map(|action| run_action(action.kind, action.status, action.error.as_deref()));
    run(&report.run, (report.status, report.finished_at), actions.collect())
}

//! `PATCH /v2/workflows/{id}`: a workflow, changed; the secrets of what is new are shown this once.

use hearken_application::desk::ChangedWorkflow;
use hearken_domain::access::Caller;
use hearken_wire::{body, to_bytes, webhook::ShowSecret, workflow::workflow};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let patch = body::workflow::parse_patch(&call.json().await?, &|url| call.state.judge(url))?;
    let ChangedWorkflow { before, after } = call.state.desk.update_workflow(&caller, call.id()?, patch).await?;
    Ok(respond::ok(to_bytes(&workflow(&after, ShowSecret::Once, Some(&before)))))
}

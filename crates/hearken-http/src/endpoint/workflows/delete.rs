//! `DELETE /v2/workflows/{id}`: a workflow, which runs no more; its runs stay.

use hearken_domain::access::Caller;
use hearken_wire::{deleted::deleted, to_bytes};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let id = call.id()?;
    call.state.desk.delete_workflow(&caller, id).await?;
    Ok(respond::ok(to_bytes(&deleted("workflow", id))))
}

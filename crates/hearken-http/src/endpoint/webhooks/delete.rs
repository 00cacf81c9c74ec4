//! `DELETE /v2/webhook_endpoints/{id}`: an endpoint, to which nothing more is sent.

use hearken_domain::access::Caller;
use hearken_wire::{deleted::deleted, to_bytes};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let id = call.id()?;
    call.state.desk.delete_endpoint(&caller, id).await?;
    Ok(respond::ok(to_bytes(&deleted("webhook_endpoint", id))))
}

//! `GET /v2/workflows/{id}`: one workflow, without its secrets.

use hearken_domain::access::Caller;
use hearken_wire::{to_bytes, webhook::ShowSecret, workflow::workflow};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let found = call.state.desk.workflow(&caller, call.id()?).await?;
    Ok(respond::resource(&call.head.headers, to_bytes(&workflow(&found, ShowSecret::Never, None))))
}

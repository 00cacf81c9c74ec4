//! `GET /v2/webhook_endpoints/{id}`: one endpoint, without its secret.

use hearken_domain::access::Caller;
use hearken_wire::{
    to_bytes,
    webhook::{ShowSecret, endpoint},
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let found = call.state.desk.endpoint(&caller, call.id()?).await?;
    Ok(respond::resource(&call.head.headers, to_bytes(&endpoint(&found, ShowSecret::Never))))
}

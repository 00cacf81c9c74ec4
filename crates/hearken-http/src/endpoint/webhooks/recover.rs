//! `POST /v2/webhook_endpoints/{id}/recover`: what failed since a moment is sent again.

use hearken_domain::access::Caller;
use hearken_wire::{body, to_bytes, webhook::recovery};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let since = body::parse_since(&call.json().await?)?;
    let recovered = call.state.desk.recover(&caller, call.id()?, since).await?;
    Ok(respond::ok(to_bytes(&recovery(recovered))))
}

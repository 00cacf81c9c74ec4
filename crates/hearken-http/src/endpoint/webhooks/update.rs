//! `PATCH /v2/webhook_endpoints/{id}`: an endpoint, changed; its secret stays.

use hearken_domain::access::Caller;
use hearken_wire::{
    body, to_bytes,
    webhook::{ShowSecret, endpoint},
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let patch = body::endpoint::parse_patch(&call.json().await?, &|url| call.state.judge(url))?;
    let changed = call.state.desk.update_endpoint(&caller, call.id()?, patch).await?;
    Ok(respond::ok(to_bytes(&endpoint(&changed, ShowSecret::Never))))
}

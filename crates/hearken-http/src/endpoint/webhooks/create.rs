//! `POST /v2/webhook_endpoints`: an endpoint, with the secret that nobody is shown again.

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
    let new = body::endpoint::parse_new(&call.json().await?, &|url| call.state.judge(url))?;
    let made = call.state.desk.create_endpoint(&caller, new).await?;
    Ok(respond::created("webhook_endpoints", made.id, to_bytes(&endpoint(&made, ShowSecret::Once))))
}

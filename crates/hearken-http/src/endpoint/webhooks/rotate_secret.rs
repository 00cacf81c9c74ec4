//! `POST /v2/webhook_endpoints/{id}/rotate_secret`: a new secret, shown this once; the old one signs for another day.

use hearken_domain::access::Caller;
use hearken_wire::{
    to_bytes,
    webhook::{ShowSecret, endpoint},
};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    call.without_body().await?;
    let rotated = call.state.desk.rotate_secret(&caller, call.id()?).await?;
    Ok(respond::ok(to_bytes(&endpoint(&rotated, ShowSecret::Once))))
}

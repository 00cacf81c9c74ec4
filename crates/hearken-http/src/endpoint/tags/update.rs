//! `PATCH /v2/tags/{id}`: a tag, changed.

use hearken_domain::access::Caller;
use hearken_wire::{body, tag, to_bytes};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let patch = body::tag::parse_patch(&call.json().await?)?;
    let changed = call.state.desk.update_tag(&caller, call.id()?, patch).await?;
    Ok(respond::ok(to_bytes(&tag::tag(&changed))))
}

//! `DELETE /v2/tags/{id}`: a tag, gone from wherever it was.

use hearken_domain::access::Caller;
use hearken_wire::{deleted::deleted, to_bytes};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let id = call.id()?;
    call.state.desk.delete_tag(&caller, id).await?;
    Ok(respond::ok(to_bytes(&deleted("tag", id))))
}

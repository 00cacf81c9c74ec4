//! `POST /v2/tags`: a tag.

use hearken_domain::access::Caller;
use hearken_wire::{body, tag, to_bytes};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let new = body::tag::parse_new(&call.json().await?)?;
    let made = call.state.desk.create_tag(&caller, new).await?;
    Ok(respond::created("tags", made.id, to_bytes(&tag::tag(&made))))
}

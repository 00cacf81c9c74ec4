//! `GET /v2/tags/{id}`: one tag.

use hearken_domain::access::Caller;
use hearken_wire::{tag, to_bytes};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let found = call.state.desk.tag(&caller, call.id()?).await?;
    Ok(respond::resource(&call.head.headers, to_bytes(&tag::tag(&found))))
}

//! `GET /v2/engagements/{id}/transcript_timeline`: who said what, and when.

use hearken_domain::access::Caller;

use crate::{
    call::{Answer, Call},
    endpoint::texts,
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let id = call.id()?;
    let buffer = texts::room_for(&call.state, caller.workspace, id).await?;
    let timeline = call.state.reader.timeline(&caller, id).await?;
    let bytes = hearken_wire::to_bytes(&hearken_wire::timeline::timeline(&timeline));
    drop(timeline);
    Ok(respond::resource(&call.head.headers, respond::Shown::new(bytes, buffer)))
}

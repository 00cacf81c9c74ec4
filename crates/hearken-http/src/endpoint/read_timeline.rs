//! `GET /v2/engagements/{id}/transcript_timeline`: who said what, and when.

use hearken_domain::access::Caller;

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let timeline = call.state.reader.timeline(&caller, call.id()?).await?;
    Ok(respond::resource(&call.head.headers, hearken_wire::to_bytes(&hearken_wire::timeline::timeline(&timeline))))
}

//! `GET /v2/engagements/{id}/transcript_timeline`: who said what, and when.

use hearken_domain::access::{Caller, Scope};

use crate::{
    call::{Answer, Call},
    error::ApiError,
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    if !caller.scopes.allow(Scope::EngagementsRead) {
        return Err(ApiError::Forbidden(Scope::EngagementsRead));
    }
    call.without_parameters()?;
    let timeline = call.state.reader.timeline(&caller, call.id()?).await?;
    Ok(respond::resource(&call.head.headers, hearken_wire::to_bytes(&hearken_wire::timeline::timeline(&timeline))))
}

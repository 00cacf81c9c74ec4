//! `GET /v2/engagements/{id}/transcript_timeline`: who said what, and when.

use hearken_domain::access::{Caller, Scope};

use crate::{
    endpoint::read_engagement::engagement_id,
    error::ApiError,
    respond,
    router::{Answer, Call},
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    if !caller.scopes.allow(Scope::EngagementsRead) {
        return Err(ApiError::Forbidden(Scope::EngagementsRead));
    }
    hearken_wire::query::parse_nothing(call.query()).map_err(ApiError::BadParameters)?;
    let timeline = call.state.reader.timeline(&caller, engagement_id(&call)?).await?;
    Ok(respond::resource(&call.head.headers, hearken_wire::to_bytes(&hearken_wire::timeline::timeline(&timeline))))
}

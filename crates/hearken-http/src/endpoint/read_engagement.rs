//! `GET /v2/engagements/{id}`: one engagement.

use hearken_domain::{access::Caller, ids::EngagementId};

use crate::{
    endpoint::expand,
    error::ApiError,
    respond,
    router::{Answer, Call},
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let wanted = expand::parse(call.query(), &caller)?;
    let id = engagement_id(&call)?;
    let engagement = call.state.reader.engagement(&caller, id).await?;
    let shown = expand::one(&call.state, &caller, &engagement, &wanted).await?;
    Ok(respond::resource(&call.head.headers, shown))
}

/// The path's id. A text that is no id is answered as an id that never existed.
pub(crate) fn engagement_id(call: &Call) -> Result<EngagementId, ApiError> {
    let text = call.parameter.as_deref().unwrap_or_default();
    text.parse().map_err(|_| hearken_application::read::ReadError::NotFound.into())
}

//! `GET /v2/engagements/{id}`: one engagement.

use hearken_domain::access::Caller;

use crate::{
    call::{Answer, Call},
    endpoint::expand,
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let wanted = expand::parse(call.query(), &caller)?;
    let engagement = call.state.reader.engagement(&caller, call.id()?).await?;
    let shown = expand::one(&call.state, &caller, &engagement, &wanted).await?;
    Ok(respond::resource(&call.head.headers, shown))
}

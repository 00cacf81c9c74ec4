//! `PUT /v2/engagements/{id}/tags`: exactly these tags.

use hearken_domain::access::Caller;
use hearken_wire::body;

use crate::{
    call::{Answer, Call},
    endpoint::expand,
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    let wanted = expand::parse(call.query(), &caller)?;
    let tags = body::parse_tag_ids(&call.json().await?)?;
    let engagement = call.state.desk.replace_tags(&caller, call.id()?, (&tags, &expand::parts(&wanted))).await?;
    Ok(respond::ok(expand::one(&call.state, &caller, &engagement, &wanted).await?))
}

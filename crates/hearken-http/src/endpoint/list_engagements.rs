//! `GET /v2/engagements`: a page of the workspace's engagements.

use hearken_domain::access::Caller;

use crate::{
    call::{Answer, Call},
    endpoint::expand,
    error::ApiError,
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let request = hearken_wire::query::parse_engagement_list(call.query(), caller.visibility())
        .map_err(ApiError::BadParameters)?;
    expand::authorise(&request.expand, &caller)?;
    let page = call.state.reader.engagements(&caller, request.query.clone()).await?;
    let expansions = expand::all(&call.state, &caller, &page.items, &request.expand).await?;
    let data = page
        .items
        .iter()
        .zip(&expansions)
        .map(|(engagement, expansions)| hearken_wire::engagement::engagement(engagement, expansions));
    Ok(respond::ok(hearken_wire::to_bytes(&hearken_wire::list::list(data.collect(), request.next(&page)))))
}

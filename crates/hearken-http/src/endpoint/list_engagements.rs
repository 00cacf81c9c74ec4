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
    let mut page = call.state.reader.engagements(&caller, request.query.clone()).await?;
    let expand::Expanded { expansions, buffer } =
        expand::all(&call.state, &caller, &page.items, &request.expand).await?;
    // Texts that are too much for one answer end the page early; the cursor goes on behind what is shown.
    page.has_more |= expansions.len() < page.items.len();
    page.items.truncate(expansions.len());
    let data = page
        .items
        .iter()
        .zip(&expansions)
        .map(|(engagement, expansions)| hearken_wire::engagement::engagement(engagement, expansions));
    let bytes = hearken_wire::to_bytes(&hearken_wire::list::list(data.collect(), request.next(&page)));
    Ok(respond::ok(respond::Shown::new(bytes, buffer)))
}

//! `GET /v2/events`: what was published, in the order of commits. Its rights are those of what each event is about.

use hearken_domain::access::Caller;
use hearken_wire::{published, to_bytes};

use crate::{
    call::{Answer, Call},
    error::ApiError,
    respond,
};

pub(crate) async fn answer(call: Call, caller: Caller) -> Answer {
    let query = published::parse(call.query()).map_err(ApiError::BadParameters)?;
    let page = call.state.reader.events(&caller, &query).await?;
    Ok(respond::ok(to_bytes(&published::page(&query, &page, &call.state.settings.public_url))))
}

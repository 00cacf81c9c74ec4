//! `POST /v2/webhook_endpoints/{id}/test`: a delivery that says nothing but that it was meant to come.

use hearken_domain::access::Caller;
use hearken_wire::{to_bytes, webhook::delivery};
use http::StatusCode;

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    call.without_body().await?;
    let made = call.state.desk.test_endpoint(&caller, call.id()?).await?;
    Ok(respond::json(StatusCode::CREATED, to_bytes(&delivery(&made))))
}

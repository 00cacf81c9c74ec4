//! `POST /v2/deliveries/{id}/resend`: the same bytes once more, under the same id.

use hearken_domain::access::Caller;
use hearken_wire::{to_bytes, webhook::delivery};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    call.without_body().await?;
    let again = call.state.desk.resend(&caller, call.id()?).await?;
    Ok(respond::ok(to_bytes(&delivery(&again))))
}

//! `POST /v2/workflows`: a workflow, with the secrets that nobody is shown again.

use hearken_domain::access::Caller;
use hearken_wire::{body, to_bytes, webhook::ShowSecret, workflow::workflow};

use crate::{
    call::{Answer, Call},
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    call.without_parameters()?;
    let new = body::workflow::parse_new(&call.json().await?, &|url| call.state.judge(url))?;
    let made = call.state.desk.create_workflow(&caller, new).await?;
    Ok(respond::created("workflows", made.id, to_bytes(&workflow(&made, ShowSecret::Once, None))))
}

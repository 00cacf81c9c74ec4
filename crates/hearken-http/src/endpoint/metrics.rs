//! `GET /metrics`: counters and timings in the Prometheus text format.

use crate::{
    call::{Answer, Call},
    error::ApiError,
    respond,
};

#[expect(clippy::unused_async, reason = "every endpoint has the same shape")]
pub(crate) async fn answer(call: Call) -> Answer {
    let handle = call.state.metrics.as_ref().ok_or(ApiError::NotFound("this process records no metrics"))?;
    Ok(respond::text("text/plain; version=0.0.4; charset=utf-8", handle.render()))
}

//! `GET /healthz`: this process runs.

use crate::{
    call::{Answer, Call},
    respond,
};

#[expect(clippy::unused_async, reason = "every endpoint has the same shape")]
pub(crate) async fn answer(_: Call) -> Answer {
    Ok(respond::text("text/plain; charset=utf-8", "ok\n"))
}

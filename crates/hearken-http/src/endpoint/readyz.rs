//! `GET /readyz`: this process takes requests, and its store and its blobs answer.

use hearken_domain::ports::{BlobErrorKind, BlobStore, Registry};

use crate::{
    call::{Answer, Call},
    error::ApiError,
    respond,
};

pub(crate) async fn answer(call: Call) -> Answer {
    if call.state.is_draining() {
        return Err(ApiError::unavailable("the service is shutting down"));
    }
    call.state.ports.registry.ping().await?;
    match call.state.ports.blobs.check_room().await {
        // Full: creates are turned away, but whoever only reads must still be sent here.
        Err(error) if error.kind != BlobErrorKind::Full => return Err(error.into()),
        Ok(()) | Err(_) => {}
    }
    Ok(respond::text("text/plain; charset=utf-8", "ready\n"))
}

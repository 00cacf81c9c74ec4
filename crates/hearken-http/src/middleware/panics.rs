//! A panic in an endpoint is a 500 for its request, and nothing to anybody else.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::{call::Answer, error::ApiError};

/// Runs an endpoint.
pub(crate) async fn caught(answer: impl Future<Output = Answer>) -> Answer {
    // What an endpoint shares with others is behind locks that recover or atomics, so it is sound after a panic.
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(answer) => answer,
        Err(panic) => {
            let message = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            let message = message.unwrap_or_else(|| "a panic without a message".to_owned());
            Err(ApiError::Internal(format!("panicked: {message}").into()))
        }
    }
}

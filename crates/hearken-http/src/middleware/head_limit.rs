//! How large a request's head may be. The connection reads a little more than this, so that the answer can say why.

use http::request::Parts;

use crate::error::ApiError;

/// The most bytes of the target and all header fields together.
pub(crate) const MAX_HEAD: usize = 64 * 1024;

pub(crate) fn check(head: &Parts) -> Result<(), ApiError> {
    // RFC 9113, 10.5.1 counts 32 bytes beside each field's name and value.
    let fields: usize = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if fields + target > MAX_HEAD { Err(ApiError::HeadersTooLarge { limit: MAX_HEAD }) } else { Ok(()) }
}

//! Who asks: RFC 6750, and the raw key without the word `Bearer`.

use hearken_domain::access::Caller;
use http::{HeaderMap, header::AUTHORIZATION};

use crate::{error::ApiError, state::State};

/// The caller of a request. Nothing of its body has been read yet.
pub(crate) async fn caller(state: &State, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let token = token(headers)?;
    let _turn = state.lookups.acquire().await.expect("the semaphore is never closed");
    Ok(state.authenticator.caller(token).await?)
}

fn token(headers: &HeaderMap) -> Result<&str, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(ApiError::NoToken)?;
    if values.next().is_some() {
        return Err(ApiError::BadToken);
    }
    let value = value.to_str().map_err(|_| ApiError::BadToken)?.trim();
    Ok(match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start(),
        _ => value,
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_word_bearer_is_optional_and_its_case_does_not_matter() {
        for (value, token_text) in
            [("Bearer abc", "abc"), ("bearer  abc", "abc"), ("abc", "abc"), ("Basic abc", "Basic abc")]
        {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]);
            assert_eq!(token(&headers).unwrap(), token_text);
        }
        assert!(matches!(token(&HeaderMap::new()), Err(ApiError::NoToken)));
    }
}

//! A caller's credential as header fields.

use base64::{Engine, engine::general_purpose::STANDARD};
use hearken_domain::media::{FetchCode, FetchError, MediaAuth};
use hearken_egress::GetRequest;
use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use secrecy::ExposeSecret;

/// Adds the credential to the request. The guard sends it to the exact origin of the link and nowhere else.
pub(crate) fn with_credential(request: GetRequest, auth: Option<&MediaAuth>) -> Result<GetRequest, FetchError> {
    match auth {
        None => Ok(request),
        Some(MediaAuth::Bearer(token)) => {
            Ok(request.credential(AUTHORIZATION, value(&format!("Bearer {}", token.expose_secret()))?))
        }
        Some(MediaAuth::Basic { username, password }) => {
            let pair = STANDARD.encode(format!("{username}:{}", password.expose_secret()));
            Ok(request.credential(AUTHORIZATION, value(&format!("Basic {pair}"))?))
        }
        Some(MediaAuth::Headers(headers)) => headers.iter().try_fold(request, |request, (name, secret)| {
            if !MediaAuth::may_carry(name) {
                return Err(unusable());
            }
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
            Ok(request.credential(name, value(secret.expose_secret())?))
        }),
    }
}

fn value(text: &str) -> Result<HeaderValue, FetchError> {
    HeaderValue::from_str(text).map_err(|_| unusable())
}

/// The contract has no code of its own for this: a credential is part of the link that it belongs to.
fn unusable() -> FetchError {
    FetchError::new(FetchCode::InvalidUrl, "the link's credential cannot be sent as a header")
}

#[cfg(test)]
mod tests {
    use hearken_egress::{EgressSettings, Guard, TcpDialer};

    use super::*;

    fn request() -> GetRequest {
        let guard = Guard::new(EgressSettings::default(), std::sync::Arc::new(TcpDialer)).unwrap();
        GetRequest::new(guard.judge("https://a.example/x").unwrap())
    }

    #[tokio::test]
    async fn a_credential_must_be_sendable() {
        let bearer = |text: &str| MediaAuth::Bearer(text.to_owned().into());
        assert!(with_credential(request(), Some(&bearer("abc"))).is_ok());
        assert!(with_credential(request(), Some(&bearer("a\r\nHost: b"))).is_err());
        let header = |name: &str| MediaAuth::Headers(vec![(name.to_owned(), "x".to_owned().into())]);
        assert!(with_credential(request(), Some(&header("x-api-key"))).is_ok());
        for name in ["Host", "cookie", "Range", "bad name", ""] {
            assert!(with_credential(request(), Some(&header(name))).is_err(), "{name}");
        }
    }
}

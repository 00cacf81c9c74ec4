//! The server: where it is, how it is asked, and how much of its answers is read.

use std::time::Duration;

use hearken_support::{json, retry_after};
use http::{
    HeaderValue, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use reqwest::{Client, RequestBuilder, Response, redirect::Policy, retry};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use crate::{
    error::{Failure, Fault, Misfit, Refusal},
    settings::ChatSettings,
};

/// The most that is read of an answer, in bytes. What is asked for is some thousand characters.
const MOST_OF_ANSWER: usize = 4 * 1024 * 1024;
/// The most that is read of an answer that says what is wrong.
const MOST_OF_REFUSAL: usize = 64 * 1024;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the answer to a mere look may take, once there is a connection.
const LOOK: Duration = Duration::from_secs(10);

/// A chat server.
#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    completions: Url,
    models: Url,
    authorization: Option<HeaderValue>,
    timeout: Duration,
    look_timeout: Duration,
}

impl Server {
    pub(crate) fn new(settings: &ChatSettings) -> Result<Self, Fault> {
        let mut builder = Client::builder()
            .user_agent("hearken")
            .no_proxy()
            .redirect(Policy::none())
            .retry(retry::never())
            .http1_only()
            // The pause between two questions is as long as a model thinks: a kept connection would often be dead.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT);
        if settings.url.scheme() == "http" {
            // Then no certificate is ever looked at, and a machine may have none.
            builder = builder.tls_certs_only([]);
        }
        let authorization = settings.api_key.as_ref().map(|key| bearer(key.expose_secret())).transpose()?;
        Ok(Self {
            client: builder.build().map_err(Fault::Setup)?,
            completions: within(&settings.url, "chat/completions"),
            models: within(&settings.url, "models"),
            authorization,
            timeout: settings.timeout,
            look_timeout: settings.timeout.min(CONNECT + LOOK),
        })
    }

    /// Sends one request, which is JSON, and reads the body of the answer.
    pub(crate) async fn complete(&self, request: String) -> Result<Vec<u8>, Failure> {
        let request = self.client.post(self.completions.clone()).timeout(self.timeout).body(request);
        let response = self.send(request.header(CONTENT_TYPE, "application/json")).await?;
        if !response.status().is_success() {
            return Err(refusal(response).await.meaning());
        }
        read(response, MOST_OF_ANSWER).await
    }

    /// Looks whether it is there and takes the key. Nothing is refused here that the work itself might do: a server may
    /// have no list of models, not show it for this key, be too busy for it, or redirect it. What counts is a connection,
    /// and that the answer is no refusal of the key.
    pub(crate) async fn look(&self) -> Result<(), Fault> {
        match self.send(self.client.get(self.models.clone()).timeout(self.look_timeout)).await {
            Ok(response) if response.status() == StatusCode::UNAUTHORIZED => {
                Err(Fault::Status(refusal(response).await))
            }
            Err(fault) if fault.is_of_the_connection() => Err(fault),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Fault> {
        let request = match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        };
        request.send().await.map_err(Fault::transport)
    }
}

/// The address of something within `/v1`.
fn within(base: &Url, name: &str) -> Url {
    let path = base.path().trim_end_matches('/');
    let path = path.strip_suffix("/chat/completions").unwrap_or(path);
    let path = path.strip_suffix("/v1").unwrap_or(path);
    let mut url = base.clone();
    url.set_path(&format!("{path}/v1/{name}"));
    url
}

fn bearer(key: &str) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| Fault::Key)?;
    value.set_sensitive(true);
    Ok(value)
}

async fn refusal(response: Response) -> Refusal {
    let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
    let body = read(response, MOST_OF_REFUSAL).await.unwrap_or_default();
    Refusal { status, retry_after, code: code(&body) }
}

/// The name of what is wrong, as OpenAI's servers give it. Their message is not taken: it may quote what was sent.
fn code(body: &[u8]) -> Option<String> {
    let body: Value = json::read(body).ok()?;
    let error = body.get("error").unwrap_or(&body);
    let name = ["code", "type"].iter().find_map(|key| error.get(*key)?.as_str())?;
    let is_name = |text: &str| text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_name(name).then(|| name.to_owned())
}

async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Fault::transport)? {
        if body.len() + chunk.len() > most {
            return Err(Misfit::Endless(most).into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_the_address_means_the_same() {
        let whole = |base: &str| within(&Url::parse(base).unwrap(), "chat/completions").to_string();
        for base in ["http://chat:8000", "http://chat:8000/", "http://chat:8000/v1", "http://chat:8000/v1/"] {
            assert_eq!(whole(base), "http://chat:8000/v1/chat/completions", "{base}");
        }
        assert_eq!(whole("http://chat/v1/chat/completions/"), "http://chat/v1/chat/completions");
        assert_eq!(whole("https://x.org/openai/v1/"), "https://x.org/openai/v1/chat/completions");
        assert_eq!(whole("https://x.org/openai/"), "https://x.org/openai/v1/chat/completions");
    }

    #[test]
    fn only_a_name_is_taken_of_what_is_wrong() {
        let told = br#"{"error": {"code": "model_not_found", "message": "no such model"}}"#;
        assert_eq!(code(told).as_deref(), Some("model_not_found"));
        assert_eq!(code(br#"{"error": {"code": "He said: hello"}}"#), None);
        assert_eq!(code(b"oops"), None);
    }

    #[test]
    fn no_key_is_shown() {
        let mut settings = ChatSettings::new(Url::parse("http://127.0.0.1:1").unwrap());
        settings.api_key = Some("sk-12345".to_owned().into());
        let value = bearer("sk-12345").unwrap();
        assert!(!format!("{settings:?} {value:?}").contains("12345"));
        assert!(bearer("a\nb").is_err());
    }
}

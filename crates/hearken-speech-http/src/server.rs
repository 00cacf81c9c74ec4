//! The server: what it is asked, and how much of its answers is read.

use std::{ops::Range, time::Duration};

use hearken_support::{json, retry_after};
use http::{HeaderValue, StatusCode, header::AUTHORIZATION};
use reqwest::{
    Body, Client, RequestBuilder, Response,
    multipart::{Form, Part},
    redirect::Policy,
};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio_util::io::ReaderStream;
use url::Url;

use crate::{
    answer::Answer,
    error::{Fault, Refusal},
    settings::HttpSettings,
    track::Track,
};

/// The most that is read of an answer, in bytes. Ten minutes of speech with each word and token are below a tenth of it.
const MOST_OF_ANSWER: usize = 8 * 1024 * 1024;
/// The most that is read of an answer that says what is wrong.
const MOST_OF_REFUSAL: usize = 64 * 1024;
/// How long the answer to a mere look may take, once there is a connection.
const LOOK: Duration = Duration::from_secs(10);
/// What is read of the file at a time.
const CHUNK: usize = 64 * 1024;

/// How much a server is asked to tell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Detail {
    Words,
    Segments,
    Text,
}

/// One piece to listen to.
pub(crate) struct Question<'a> {
    pub(crate) track: &'a Track,
    /// In samples.
    pub(crate) piece: Range<u64>,
    pub(crate) language: Option<&'static str>,
    pub(crate) detail: Detail,
}

/// A transcription server.
#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    transcriptions: Url,
    models: Url,
    model: String,
    authorization: Option<HeaderValue>,
    answer_timeout: Duration,
    look_timeout: Duration,
}

impl Detail {
    /// What a server that refuses this may still tell.
    pub(crate) fn less(self) -> Option<Self> {
        match self {
            Self::Words => Some(Self::Segments),
            Self::Segments => Some(Self::Text),
            Self::Text => None,
        }
    }

    fn fields(self) -> &'static [(&'static str, &'static str)] {
        const SEGMENTS: (&str, &str) = ("timestamp_granularities[]", "segment");
        const WORDS: (&str, &str) = ("timestamp_granularities[]", "word");
        const VERBOSE: (&str, &str) = ("response_format", "verbose_json");
        match self {
            Self::Words => &[VERBOSE, SEGMENTS, WORDS],
            Self::Segments => &[VERBOSE, SEGMENTS],
            Self::Text => &[("response_format", "json")],
        }
    }
}

impl Server {
    pub(crate) fn new(settings: &HttpSettings) -> Result<Self, Fault> {
        let mut builder = Client::builder()
            .user_agent("hearken")
            .no_proxy()
            .redirect(Policy::none())
            .http1_only()
            // A piece is sent once: it must not go to a connection that the server has just left.
            .pool_max_idle_per_host(0)
            .connect_timeout(settings.connect_timeout);
        if settings.url.scheme() == "http" {
            // Then no certificate is ever looked at, and a machine may have none.
            builder = builder.tls_certs_only([]);
        }
        let authorization = settings.api_key.as_ref().map(|key| bearer(key.expose_secret())).transpose()?;
        Ok(Self {
            client: builder.build().map_err(Fault::Setup)?,
            transcriptions: within(&settings.url, "audio/transcriptions"),
            models: within(&settings.url, "models"),
            model: settings.model.clone().unwrap_or_else(|| "whisper-1".to_owned()),
            authorization,
            answer_timeout: settings.answer_timeout,
            look_timeout: settings.answer_timeout.min(settings.connect_timeout.saturating_add(LOOK)),
        })
    }

    /// The model that is asked for.
    pub(crate) fn model(&self) -> &str {
        &self.model
    }

    /// Sends one piece and reads what was heard.
    pub(crate) async fn ask(&self, question: Question<'_>) -> Result<Answer, Fault> {
        let form = self.form(question).await?;
        let request = self.client.post(self.transcriptions.clone()).timeout(self.answer_timeout).multipart(form);
        let response = self.send(request).await?;
        if !response.status().is_success() {
            return Err(Fault::Status(refusal(response).await));
        }
        Answer::read(&read(response, MOST_OF_ANSWER).await?)
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

    async fn form(&self, question: Question<'_>) -> Result<Form, Fault> {
        let (wav, length) = question.track.wav(question.piece).await?;
        let body = Body::wrap_stream(ReaderStream::with_capacity(wav, CHUNK));
        let file = Part::stream_with_length(body, length).file_name("audio.wav");
        let file = file.mime_str("audio/wav").expect("it is a media type");
        let mut form = Form::new().percent_encode_noop().text("model", self.model.clone());
        for (name, value) in question.detail.fields() {
            form = form.text(*name, *value);
        }
        if let Some(language) = question.language {
            form = form.text("language", language);
        }
        // Last, so that a server knows what to do with it when it comes.
        Ok(form.part("file", file))
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
    let path = path.strip_suffix("/audio/transcriptions").unwrap_or(path);
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
    let (status, retry_after) = (response.status(), retry_after(response.headers()));
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

async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Fault::transport)? {
        if body.len() + chunk.len() > most {
            return Err(Fault::Endless(most));
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
        let whole = |base: &str| within(&Url::parse(base).unwrap(), "audio/transcriptions").to_string();
        for base in ["http://asr:9000", "http://asr:9000/", "http://asr:9000/v1", "http://asr:9000/v1/"] {
            assert_eq!(whole(base), "http://asr:9000/v1/audio/transcriptions", "{base}");
        }
        assert_eq!(whole("http://asr/v1/audio/transcriptions/"), "http://asr/v1/audio/transcriptions");
        assert_eq!(whole("https://x.org/openai/v1/"), "https://x.org/openai/v1/audio/transcriptions");
        assert_eq!(whole("https://x.org/openai/"), "https://x.org/openai/v1/audio/transcriptions");
    }

    #[test]
    fn only_a_name_is_taken_of_what_is_wrong() {
        assert_eq!(
            code(br#"{"error": {"code": "invalid_api_key", "message": "sk-1"}}"#).as_deref(),
            Some("invalid_api_key")
        );
        assert_eq!(code(br#"{"error": {"code": null, "type": "server_error"}}"#).as_deref(), Some("server_error"));
        assert_eq!(code(br#"{"error": {"code": "He said: hello"}}"#), None);
        assert_eq!(code(b"oops"), None);
    }

    #[test]
    fn no_key_is_shown() {
        let mut settings = HttpSettings::new(Url::parse("http://127.0.0.1:1").unwrap());
        settings.api_key = Some("sk-12345".to_owned().into());
        let value = bearer("sk-12345").unwrap();
        assert!(!format!("{settings:?} {value:?}").contains("12345"));
        assert!(bearer("a\nb").is_err());
    }
}

//! What is logged: that somebody stood in, and nothing that was said.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use hearken_domain::ports::Summariser;
use hearken_insights_http::ChatSettings;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    chat_server::{ChatServer, Reply},
    stage::{SAID, analyser_with, call, settings},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_fallback_is_logged_without_what_was_said() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = ChatServer::start(|_| Reply::Says("{\"summary\": \"WHAT THE MODEL SAID\"}".to_owned())).await;
    let settings = ChatSettings { api_key: Some("sk-12345".to_owned().into()), ..settings(&server.url) };
    let (analyser, local) = analyser_with(&settings);
    analyser.summarise(&call()).await.unwrap();
    assert_eq!(local.calls(), 1);
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("WARN") && logged.contains("insights.turns=4"), "{logged}");
    for secret in ["sk-12345", "WHAT THE MODEL SAID", SAID[1].1, "price", "Renewal", "Ada"] {
        assert!(!logged.contains(secret), "{secret}: {logged}");
    }
}

//! What summarises, tags and extracts: a server where one is set, the embedded analyser else, and behind every server.

use std::sync::Arc;

use hearken_config::{InsightsEngine, Settings};
use hearken_domain::ports::{Extractor, Summariser, Tagger};
use hearken_insights_http::{ChatAnalyser, ChatSettings, Fallback};
use hearken_insights_local::LocalAnalyser;

use crate::failure::{Failure, OrFail};

type Analysers = (Arc<dyn Summariser>, Arc<dyn Tagger>, Arc<dyn Extractor>);

pub(super) fn analysers(settings: &Settings) -> Result<Analysers, Failure> {
    let local = Arc::new(LocalAnalyser::new());
    let server = match settings.insights.engine {
        InsightsEngine::Local => None,
        InsightsEngine::Auto | InsightsEngine::Http => settings.insights.http.as_ref(),
    };
    let Some(server) = server else { return Ok((local.clone(), local.clone(), local)) };
    let chat = ChatSettings {
        model: server.model.clone(),
        api_key: server.api_key.clone(),
        ..ChatSettings::new(server.url.clone())
    };
    let fallback = Fallback { summariser: local.clone(), tagger: local.clone(), extractor: local };
    let analyser = Arc::new(ChatAnalyser::new(&chat, fallback).or_fail("insights.http cannot be used")?);
    Ok((analyser.clone(), analyser.clone(), analyser))
}

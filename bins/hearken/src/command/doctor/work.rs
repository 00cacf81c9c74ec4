//! What the doctor sees of the work that follows a create: the queue, and each engine.

use hearken_config::{InsightsEngine, Settings, SpeechEngine};
use hearken_domain::{
    job::{JobQuery, JobState, Step},
    ports::{JobQueue, Ports},
};
use hearken_insights_http::{ChatAnalyser, ChatSettings, Fallback};
use hearken_insights_local::LocalAnalyser;
use hearken_media_symphonia::Enforcement;

use super::{Finding, failed, note, ok};
use crate::{
    engines,
    failure::{Failure, OrFail},
};

/// More jobs than this are not counted one by one.
const MOST_COUNTED: u16 = 10_000;

/// What waits and what was given up.
pub(super) async fn jobs(ports: &Ports) -> Result<Finding, Failure> {
    let count = async |state: JobState| {
        let query = JobQuery { states: vec![state], limit: MOST_COUNTED, ..JobQuery::default() };
        ports.queue.records(&query).await.or_fail("the jobs could not be read")
    };
    let (queued, dead) = (count(JobState::Queued).await?, count(JobState::Dead).await?);
    let recordings = queued.iter().filter(|record| record.job.step == Step::Transcribe).count();
    let detail = format!("{} queued ({recordings} to transcribe), {} dead", queued.len(), dead.len());
    Ok(if dead.is_empty() {
        ok("jobs", detail)
    } else {
        note("jobs", detail, "`hearken jobs list` says why; `hearken jobs retry` drives them again")
    })
}

/// What recordings can be read.
pub(super) fn decoding() -> Finding {
    match engines::ffmpeg() {
        Some(program) => ok("decoding", format!("built in, and {}", program.display())),
        None => note(
            "decoding",
            "built in: mp3, wav, m4a and mp4, flac, ogg, opus, webm".to_owned(),
            "install ffmpeg to read amr, gsm and other recordings as well",
        ),
    }
}

/// How far the processes that decode are kept from everything else.
pub(super) async fn confinement() -> Finding {
    let found = match engines::decoder() {
        Ok(decoder) => hearken_media_symphonia::confinement(&decoder).await.or_fail("no decoder can be started"),
        Err(failure) => Err(failure),
    };
    let found = match found {
        Ok(found) => found,
        Err(failure) => {
            let advice = "recordings wait until this program can start itself; is it still where it was started from?";
            return failed("decoders", failure.to_string(), advice);
        }
    };
    let mut missing = Vec::new();
    match found.files_and_network {
        Enforcement::Full => {}
        Enforcement::Partial => missing.push("Landlock in part"),
        Enforcement::None => missing.push("no Landlock"),
    }
    if !found.is_system_call_filtered {
        missing.push("no seccomp");
    }
    if !found.is_low_priority {
        missing.push("no low priority");
    }
    if missing.is_empty() {
        return ok("decoders", "decoders have limits, low priority, no files, no network, few system calls".to_owned());
    }
    let advice = "a kernel from Linux 6.12 on has all of it; a container's profile may forbid it";
    note("decoders", format!("decoders have limits, but {}", missing.join(", ")), advice)
}

/// Who listens, or what each engine lacks.
pub(super) async fn speech(settings: &Settings) -> Finding {
    let wanted = settings.speech.engine;
    if wanted == SpeechEngine::None {
        return ok("speech", "none: recordings are kept and served, not transcribed".to_owned());
    }
    let candidates = match engines::speech::by_name(settings) {
        Ok(candidates) => candidates,
        Err(failure) => return failed("speech", failure.to_string(), "check the settings speech.*"),
    };
    let mut reasons = Vec::new();
    for (name, engine) in candidates {
        if wanted != SpeechEngine::Auto && wanted.as_str() != name {
            continue;
        }
        match engine.check().await {
            Ok(()) => return ok("speech", format!("{name} is ready")),
            Err(error) => reasons.push(format!("{name}: {error}")),
        }
    }
    let advice = "recordings wait until an engine is there: `hearken models pull`, or set speech.http.url or \
                  speech.command.program; speech.engine = \"none\" does without";
    note("speech", reasons.join("; "), advice)
}

/// Who analyses.
pub(super) async fn insights(settings: &Settings) -> Finding {
    let server = match settings.insights.engine {
        InsightsEngine::Local => None,
        InsightsEngine::Auto | InsightsEngine::Http => settings.insights.http.as_ref(),
    };
    let Some(server) = server else { return ok("insights", "the embedded analyser".to_owned()) };
    let local = std::sync::Arc::new(LocalAnalyser::new());
    let fallback = Fallback { summariser: local.clone(), tagger: local.clone(), extractor: local };
    let chat = ChatSettings { api_key: server.api_key.clone(), ..ChatSettings::new(server.url.clone()) };
    let asked = async { ChatAnalyser::new(&chat, fallback)?.look().await };
    match asked.await {
        Ok(()) => ok("insights", "the chat server can be reached; behind it, the embedded analyser".to_owned()),
        Err(error) => failed("insights", error.to_string(), "check the settings insights.http.* and that server"),
    }
}

/// Who sends mails.
pub(super) async fn email(settings: &Settings) -> Finding {
    let mail = match engines::mail(settings) {
        Ok(Some((dispatcher, _))) => dispatcher,
        Ok(None) => {
            let advice = "set email.smtp_url and email.from to send recaps; e-mail actions of workflows fail without";
            return note("email", "no mail is sent".to_owned(), advice);
        }
        Err(failure) => return failed("email", failure.to_string(), "check email.smtp_url and email.from"),
    };
    match mail.check().await {
        Ok(()) => ok("email", "the mail server answers".to_owned()),
        Err(error) => failed("email", error, "check email.smtp_url and that server"),
    }
}

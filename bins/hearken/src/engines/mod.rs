//! Puts the engines together, as the settings say: what reads recordings, listens, analyses, calls and mails.

mod insights;
mod programs;
pub(crate) mod speech;

use std::{ffi::OsString, path::PathBuf, sync::Arc};

use hearken_automation_email::{ComposerSettings, RecapMail, SmtpDispatcher, SmtpSettings};
use hearken_automation_webhook::{WebhookDispatcher, WebhookSettings};
use hearken_config::Settings;
use hearken_domain::ports::{Engines, Mail};
use hearken_media_symphonia::{ChildCommand, ProbeLimits, ProbeSettings, SymphoniaProbe};

use crate::{
    compose,
    failure::{Failure, OrFail},
};

/// The hidden command that decodes a recording in a process of its own.
const DECODE_MEDIA: &str = "decode-media";

/// All engines of a worker.
pub(crate) fn engines(settings: &Settings) -> Result<Engines, Failure> {
    let (summariser, tagger, extractor) = insights::analysers(settings)?;
    let webhooks = WebhookSettings::default();
    let guard = compose::guard(settings, |egress| webhooks.egress(egress))?;
    Ok(Engines {
        probe: Arc::new(probe(settings)?),
        transcriber: speech::transcriber(settings)?,
        summariser,
        tagger,
        extractor,
        webhooks: Arc::new(WebhookDispatcher::new(guard, webhooks)),
        mail: mail(settings)?
            .map(|(dispatcher, composer)| Mail { dispatcher: Arc::new(dispatcher), composer: Arc::new(composer) }),
    })
}

/// Where recordings are while they are decoded and listened to.
fn scratch(settings: &Settings) -> PathBuf {
    settings.server.data_dir.join("scratch")
}

fn probe(settings: &Settings) -> Result<SymphoniaProbe, Failure> {
    let probe = SymphoniaProbe::new(ProbeSettings {
        scratch: scratch(settings),
        ffmpeg: programs::find("ffmpeg"),
        child: decoder()?,
        limits: ProbeLimits::default(),
    });
    probe.or_fail("recordings cannot be read here")
}

/// How a process that decodes is started: this program again, with its hidden command.
pub(crate) fn decoder() -> Result<ChildCommand, Failure> {
    let program = std::env::current_exe().or_fail("the path of this program could not be found")?;
    Ok(ChildCommand { program, args: vec![OsString::from(DECODE_MEDIA)] })
}

/// Whether ffmpeg is there, for what this program cannot read itself.
pub(crate) fn ffmpeg() -> Option<PathBuf> {
    programs::find("ffmpeg")
}

/// What sends and writes mails; `None` where none is set up.
pub(crate) fn mail(settings: &Settings) -> Result<Option<(SmtpDispatcher, RecapMail)>, Failure> {
    let Some(email) = &settings.email else { return Ok(None) };
    let ca_pem = match &email.ca_file {
        Some(file) => Some(std::fs::read(file).or_fail(format!("email.ca_file {} could not be read", file.display()))?),
        None => None,
    };
    let smtp = SmtpSettings { ca_pem, ..SmtpSettings::new(email.smtp_url.clone(), email.from.clone()) };
    let dispatcher = SmtpDispatcher::new(smtp).or_fail("email.smtp_url and email.from cannot be used")?;
    let composer = RecapMail::new(ComposerSettings::new(email.from.clone())).or_fail("email.from cannot be used")?;
    Ok(Some((dispatcher, composer)))
}

//! `hearken doctor`: what is configured, what works, what is missing and how to get it.

mod work;

use bytes::Bytes;
use hearken_config::{BlobLocation, DatabaseLocation, Settings};
use hearken_domain::{
    ports::{BlobStore, Clock, IdSource, Registry},
    upload::BlobKey,
};
use serde::Serialize;

use crate::{
    cli::Global,
    clock::SystemClock,
    compose,
    failure::{Failure, OrFail},
    ids::RandomIds,
    output::Format,
    settings,
};

/// One thing looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Note,
    Failed,
}

pub(crate) async fn run(global: &Global, format: Format) -> Result<(), Failure> {
    let settings = settings::load(global, Vec::new())?;
    let mut findings = vec![listening(&settings)];
    findings.extend(database(&settings).await);
    findings.push(blobs(&settings).await);
    findings.push(egress(&settings));
    findings.push(work::decoding());
    findings.push(work::confinement().await);
    findings.push(work::speech(&settings).await);
    findings.push(work::insights(&settings).await);
    findings.push(work::email(&settings).await);
    format.many(&findings, |finding| {
        let mark = match finding.state {
            State::Ok => "ok    ",
            State::Note => "note  ",
            State::Failed => "FAILED",
        };
        let advice =
            finding.advice.as_ref().map_or_else(String::new, |advice| format!("\n                    → {advice}"));
        format!("{mark}  {:<10}  {}{advice}", finding.what, finding.detail)
    })?;
    let failed = findings.iter().filter(|finding| finding.state == State::Failed).count();
    if failed > 0 { Err(Failure::plain(format!("{failed} of {} checks failed", findings.len()))) } else { Ok(()) }
}

fn listening(settings: &Settings) -> Finding {
    let address = settings.server.listen;
    let detail = match &settings.server.tls {
        Some(tls) => match hearken_http::tls_acceptor(&tls.cert_file, &tls.key_file) {
            Ok(_) => format!("https on {address}"),
            Err(error) => return failed("listen", error.to_string(), "mend tls.cert_file and tls.key_file"),
        },
        None if address.ip().is_loopback() => format!("http on {address}"),
        None => {
            let advice =
                "set tls.cert_file and tls.key_file, or put a proxy with TLS in front: keys travel in clear otherwise";
            return Finding {
                what: "listen",
                state: State::Note,
                detail: format!("http on {address}, without TLS"),
                advice: Some(advice.to_owned()),
            };
        }
    };
    ok("listen", detail)
}

async fn database(settings: &Settings) -> Vec<Finding> {
    let name = compose::database_name(settings);
    if let DatabaseLocation::Sqlite { path } = &settings.database.location
        && !path.exists()
    {
        let advice = "`hearken serve` makes it";
        return vec![Finding {
            what: "database",
            state: State::Note,
            detail: format!("{name} is not there yet"),
            advice: Some(advice.to_owned()),
        }];
    }
    let opened = async {
        let store = compose::open_store(settings).await?;
        let ports = compose::ports(settings, &store)?;
        ports.registry.ping().await.or_fail("the database does not answer")?;
        let workspaces = ports.registry.workspaces().await.or_fail("the workspaces could not be read")?;
        let jobs = work::jobs(&ports).await?;
        let titles = titles(&store).await?;
        store.close().await;
        Ok::<_, Failure>((workspaces.len(), jobs, titles))
    };
    match opened.await {
        Ok((0, _, titles)) => vec![
            ok("database", name),
            titles,
            Finding {
                what: "workspaces",
                state: State::Note,
                detail: "there are none".to_owned(),
                advice: Some("`hearken serve` makes the first one".to_owned()),
            },
        ],
        Ok((count, jobs, titles)) => {
            vec![ok("database", name), titles, ok("workspaces", count.to_string()), jobs]
        }
        Err(failure) => vec![failed(
            "database",
            format!("{name}: {failure}"),
            "check database.url, that the server runs, and `hearken migrate`",
        )],
    }
}

async fn titles(store: &compose::Store) -> Result<Finding, Failure> {
    let what = "search";
    Ok(if store.has_title_index().await? {
        ok(what, "titles have an index".to_owned())
    } else {
        note(what, "titles have no index".to_owned(), compose::TITLE_INDEX_ADVICE)
    })
}

async fn blobs(settings: &Settings) -> Finding {
    let name = match &settings.blobs.location {
        BlobLocation::File { path } => path.display().to_string(),
        BlobLocation::S3 { bucket, prefix, .. } => format!("s3://{bucket}/{prefix}"),
    };
    let checked = async {
        let blobs = compose::blobs(settings)?;
        blobs.check_room().await.or_fail("recordings cannot be stored")?;
        probe(&*blobs).await
    };
    match checked.await {
        Ok(()) => ok("recordings", name),
        Err(failure) => failed(
            "recordings",
            format!("{name}: {failure}"),
            "free some space, or check blobs.url, blobs.endpoint and the AWS variables",
        ),
    }
}

/// Stores a few bytes under a key that nobody has, reads them back and removes them.
async fn probe(blobs: &dyn BlobStore) -> Result<(), Failure> {
    const BYTES: &[u8] = b"hearken doctor";
    let key = BlobKey {
        workspace: RandomIds.ulid(SystemClock.now()).into(),
        upload: RandomIds.ulid(SystemClock.now()).into(),
    };
    let body = futures_util::stream::iter([Ok(Bytes::from_static(BYTES))]);
    blobs.put(key, Box::pin(body)).await.or_fail("a recording could not be stored")?;
    let read = blobs.open(key, 0..BYTES.len() as u64).await.or_fail("a stored recording could not be read");
    blobs.delete(key).await.or_fail("a stored recording could not be removed")?;
    read.map(drop)
}

fn egress(settings: &Settings) -> Finding {
    let servers = match settings.egress.nameservers.as_slice() {
        [] => "the system's nameservers".to_owned(),
        servers => servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    match compose::fetcher(settings) {
        Ok(_) if settings.egress.allow.is_empty() => ok("egress", format!("public addresses only, by {servers}")),
        Ok(_) => {
            let allowed = settings.egress.allow.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let advice = "callers can have anything there fetched; keep egress.allow as narrow as it can be".to_owned();
            Finding {
                what: "egress",
                state: State::Note,
                detail: format!("public addresses, and {allowed}, by {servers}"),
                advice: Some(advice),
            }
        }
        Err(failure) => failed("egress", failure.to_string(), "check egress.ca_file and egress.nameservers"),
    }
}

fn ok(what: &'static str, detail: String) -> Finding {
    Finding { what, state: State::Ok, detail, advice: None }
}

fn failed(what: &'static str, detail: String, advice: &str) -> Finding {
    Finding { what, state: State::Failed, detail, advice: Some(advice.to_owned()) }
}

fn note(what: &'static str, detail: String, advice: &str) -> Finding {
    Finding { what, state: State::Note, detail, advice: Some(advice.to_owned()) }
}

//! Checks of the guard: what may not be fetched from sees no packet, and what may cannot keep a fetch for ever.

use std::{fs, net::Ipv4Addr, time::Duration};

use hearken_e2e::{bodies, certificates::Authority, recording};
use hearken_faults::{
    installation::Installation,
    name_server::NameServer,
    raw_host::{RawHost, Script, head},
    settings::Settings,
    verdict::Verdict,
};

/// Also this machine, and on no allow list.
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Far more than the second that a body may be silent here, and far less than for ever.
const FOR_EVER: Duration = Duration::from_mins(1);

/// A server that may fetch from 127.0.0.1 at this port.
fn installation(authority: &Authority, port: u16) -> Installation {
    let settings = Settings::new().with("egress.allow", "127.0.0.1/32").with("egress.ports", port.to_string());
    let installation = Installation::empty(settings);
    let file = installation.folder().join("authority.pem");
    fs::write(&file, authority.pem()).expect("files can be written");
    installation.with("egress.ca_file", file.display().to_string())
}

fn audio(length: usize) -> Vec<u8> {
    head("200 OK", &["content-type: audio/mpeg".to_owned(), format!("content-length: {length}")])
}

fn a_recording() -> Script {
    let bytes = recording::of("/guarded");
    Script::Says([audio(bytes.len()), bytes.to_vec()].concat())
}

/// Sends a create for a link, and tells what was answered and how many connections a host then saw.
async fn seen_by(host: &RawHost, installation: &Installation, (faults, link): (&str, &str)) -> Verdict {
    let (_life, client) = installation.live(faults).await;
    let answer = client.create(&bodies::with_media("guarded", link)).await;
    let seen = host.seen();
    Verdict::when(answer.status == 422 && seen == 0, || {
        format!("the host saw {seen} connections, the create was answered {}", answer.status)
    })
}

/// An address in the link itself is judged like one from a resolver.
pub(super) async fn a_forbidden_literal_is_not_dialled(faults: &str) -> Verdict {
    let authority = Authority::new();
    let host = RawHost::start(FORBIDDEN, &authority, a_recording()).await;
    let link = format!("https://{FORBIDDEN}:{}/guarded", host.port());
    seen_by(&host, &installation(&authority, host.port()), (faults, &link)).await
}

/// A name with one forbidden address is refused as a whole: not even its good addresses are dialled.
pub(super) async fn no_address_of_a_refused_name_is_dialled(faults: &str) -> Verdict {
    let authority = Authority::new();
    let host = RawHost::start(Ipv4Addr::LOCALHOST, &authority, a_recording()).await;
    let names = NameServer::start(vec![Ipv4Addr::LOCALHOST, FORBIDDEN]).await;
    let installation = installation(&authority, host.port()).with("egress.nameservers", names.address().to_string());
    let link = format!("https://calls.recorder-vendor.com:{}/guarded", host.port());
    seen_by(&host, &installation, (faults, &link)).await
}

/// What a caller could not name, here by its port, cannot be reached by a redirect either.
pub(super) async fn a_redirect_is_judged_like_the_first_link(faults: &str) -> Verdict {
    let authority = Authority::new();
    let target = RawHost::start(Ipv4Addr::LOCALHOST, &authority, a_recording()).await;
    let location = format!("location: https://127.0.0.1:{}/guarded", target.port());
    let leads = head("302 Found", &[location, "content-length: 0".to_owned()]);
    let host = RawHost::start(Ipv4Addr::LOCALHOST, &authority, Script::Says(leads)).await;
    let link = format!("https://127.0.0.1:{}/leads", host.port());
    let verdict = seen_by(&target, &installation(&authority, host.port()), (faults, &link)).await;
    assert!(host.seen() > 0, "the first link was not fetched");
    verdict
}

/// A host that stops in the middle of a body does not keep the request.
pub(super) async fn a_stalled_body_ends_in_time(faults: &str) -> Verdict {
    let authority = Authority::new();
    let bytes = recording::of("/guarded");
    let stalls = Script::FallsSilentAfter([audio(2 * bytes.len()), bytes.to_vec()].concat());
    let host = RawHost::start(Ipv4Addr::LOCALHOST, &authority, stalls).await;
    let installation = installation(&authority, host.port()).with("media.timeouts.idle", "1s");
    let (_life, client) = installation.live(faults).await;
    let body = bodies::with_media("guarded", &format!("https://127.0.0.1:{}/guarded", host.port()));
    match tokio::time::timeout(FOR_EVER, client.create(&body)).await {
        Ok(answer) => Verdict::when(answer.status == 422, || format!("answered {} {}", answer.status, answer.text())),
        Err(_) => Verdict::Broken(format!("not answered after {} s", FOR_EVER.as_secs())),
    }
}

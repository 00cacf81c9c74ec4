//! `hearken demo`: the real service on loopback, a media host of its own, and one engagement created and shown.

mod client;
mod media_host;

use std::{net::Ipv4Addr, time::Duration};

use hearken_domain::ports::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::{client::Client, media_host::MediaHost};
use crate::{
    cli::{Demo, Global},
    clock::SystemClock,
    command::serve::{Service, Shutdown},
    failure::{Failure, OrFail},
    logging, settings,
};

pub(crate) async fn run(global: &Global, options: Demo) -> Result<(), Failure> {
    let scratch = TempDir::with_prefix("hearken-demo-").or_fail("a folder for the demo could not be made")?;
    let host = MediaHost::start().await.or_fail("the demo's media host could not be started")?;
    let ca_file = scratch.path().join("demo-ca.pem");
    std::fs::write(&ca_file, host.ca_pem()).or_fail("the demo's CA could not be written")?;
    let data = global.data_dir.clone().unwrap_or_else(|| scratch.path().join("data"));
    let listen = options.listen.map_or_else(|| "127.0.0.1:0".to_owned(), |address| address.to_string());
    let settings = settings::load_apart(
        global,
        vec![
            // The one address that is allowed beside the public ones, on the one port that the sample is served from.
            ("egress.allow".to_owned(), format!("{}/32", Ipv4Addr::LOCALHOST)),
            ("egress.ports".to_owned(), format!("443,8443,{}", host.port())),
            ("egress.ca_file".to_owned(), ca_file.display().to_string()),
            ("listen".to_owned(), listen),
            ("data_dir".to_owned(), data.display().to_string()),
            ("database.url".to_owned(), format!("sqlite://{}", data.join("hearken.db").display())),
            ("blobs.url".to_owned(), format!("file://{}", data.join("blobs").display())),
        ],
    )?;
    if settings.server.tls.is_some() || settings.server.public_url.is_some() {
        return Err(Failure::plain(
            "the demo serves plain HTTP under its own address: leave tls and public_url out of its settings",
        ));
    }
    logging::start(&settings.log)?;
    let key_file = settings.server.data_dir.join("admin.key");
    let shutdown = Shutdown::listen()?;
    let service = Service::open(settings).await?;
    let token = match service.first_start().await? {
        Some(token) => token,
        None => std::fs::read_to_string(&key_file)
            .or_fail(format!("the key in {} could not be read", key_file.display()))?
            .trim()
            .to_owned(),
    };
    let listener = service.bind().await?;
    let address = listener.local_addr().or_fail("the listener has no address")?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(service.serve_on(listener, async {
        let _ = stopped.await;
    }));
    let client = Client::new(address, token);
    let shown = show(&client, &host).await;
    if shown.is_ok() && !options.once {
        println!("\nServing on http://{address} until you press Ctrl-C.");
        shutdown.requested().await;
    }
    drop(stop);
    server.await.or_fail("the service ended badly")??;
    host.stop();
    shown
}

/// Creates the sample engagement, creates it again, reads it and fetches its recording.
async fn show(client: &Client, host: &MediaHost) -> Result<(), Failure> {
    let started = hearken_wire::time::format(SystemClock.now().before(Duration::from_mins(5)));
    let body = json!({
        "type": "CALL",
        "title": "Ada calls Sam about the proposal",
        "source_system": "demo",
        "external_id": "demo-call-1",
        "media_url": host.sample_url(),
        "run_workflows": false,
        "start_at": started,
        "participants": [
            {"name": "Ada Park", "email": "ada@initech.example"},
            {"name": "Sam Rivera", "email": "sam@globex.example", "phone": "+1 555 010 0199"},
        ],
    });
    println!("\nThe sample recording is at {}\n", host.sample_url());
    let first = client.post("/api/v2/engagements", &body).await?;
    announce("The first POST fetches it over HTTPS, stores it, and answers", &first);
    let again = client.post("/api/v2/engagements", &body).await?;
    announce("The same POST again changes nothing, and answers", &again);
    let id = first.json.get("id").and_then(Value::as_str).unwrap_or_default();
    let path = format!("/api/v2/engagements/{id}?expand=media_url,contacts,companies,owner");
    let read = client.read(&path).await?;
    let link = read.json.get("media_url").and_then(Value::as_str).unwrap_or_default();
    let recording = client.fetch(link).await?;
    if !matches!((first.status, again.status), (201 | 200, 200)) || recording != media_host::SAMPLE {
        return Err(Failure::plain("the demo did not go as it must; the log above says why"));
    }
    println!("The recording comes back from its signed link, all {} bytes the same:\n  {link}\n", recording.len());
    println!("Try it yourself:\n");
    println!("  export TOKEN='{}'", client.token());
    println!(
        "  curl -i {} -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n    -d '{body}'",
        client.url("/api/v2/engagements")
    );
    println!("  curl {} -H \"Authorization: Bearer $TOKEN\"", client.url("/api/v2/engagements"));
    println!("  curl '{}' -H \"Authorization: Bearer $TOKEN\"", client.url(&path));
    println!("  curl -o sample.mp3 '{link}'");
    Ok(())
}

fn announce(what: &str, answer: &client::Answer) {
    let replayed = if answer.replayed { "  (Idempotent-Replayed: true)" } else { "" };
    println!("{what} {}{replayed}\n{:#}\n", answer.status, answer.json);
}

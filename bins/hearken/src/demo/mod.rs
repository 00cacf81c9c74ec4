//! `hearken demo`: the real service on loopback, a media host of its own, and an engagement created, processed and shown.

mod client;
mod media_host;
mod sample;
mod show;

use std::net::Ipv4Addr;

use tempfile::TempDir;

use self::{client::Client, media_host::MediaHost};
use crate::{
    cli::{Demo, Global},
    command::serve::{Service, Shutdown},
    engines,
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
            // It is a host of this process, which on a busy machine is no slow host.
            ("media.timeouts.connect".to_owned(), "1m".to_owned()),
            ("media.timeouts.tls".to_owned(), "1m".to_owned()),
            ("media.timeouts.head".to_owned(), "1m".to_owned()),
            ("media.timeouts.idle".to_owned(), "1m".to_owned()),
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
    let settings_of_engines = settings.clone();
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
    let hears = engines::speech::is_usable(&settings_of_engines).await;
    let shown = show::show(&client, &host, hears).await;
    if shown.is_ok() && !options.once {
        println!("\nServing on http://{address} until you press Ctrl-C.");
        shutdown.requested().await;
    }
    drop(stop);
    server.await.or_fail("the service ended badly")??;
    host.stop();
    shown
}

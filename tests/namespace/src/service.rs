//! The service itself, as its operator starts it, and what a create came to.

use std::{collections::BTreeSet, path::PathBuf};

use hearken_e2e::{bodies, client::Client, files, process::Process, server::Server, setup::Setup};
use tempfile::TempDir;

use crate::{own::PROXY_PORTS, scene::NAMESERVER};

/// A running service.
pub(crate) struct Service {
    server: Server,
    client: Client,
    _folder: TempDir,
}

impl Service {
    /// Starts it, trusting this authority, with settings of its own. Its environment names proxies, as a company's
    /// machines do.
    pub(crate) async fn start(ca_pem: &str, settings: &[(&str, String)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, ca_pem).expect("a file can be written");
        let setup = Setup::new()
            .with("egress.ca_file", ca_file.display().to_string())
            .with("egress.nameservers", format!("{NAMESERVER}:53"))
            .with("media.max_bytes", "1MiB")
            // A busy machine is no reason for another code.
            .with("media.timeouts.dns", "2m")
            .with("media.timeouts.connect", "2m")
            .with("media.timeouts.tls", "2m")
            .with("media.timeouts.head", "2m")
            .with("media.timeouts.idle", "2m");
        let setup = settings.iter().fold(setup, |setup, (key, value)| setup.with(key, value.clone()));
        let mut command = setup.command(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
        let [http, socks] = PROXY_PORTS;
        for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] {
            command.env(name, format!("http://127.0.0.1:{http}"));
        }
        for name in ["ALL_PROXY", "all_proxy"] {
            command.env(name, format!("socks5://127.0.0.1:{socks}"));
        }
        let server = Server::ready(Process::start(command), setup, folder.path().to_owned()).await;
        let client = server.admin();
        Self { server, client, _folder: folder }
    }

    /// Sends a create; the id, or the code of the refusal.
    pub(crate) async fn create(&self, external_id: &str, url: &str) -> Result<String, String> {
        let answer = self.client.create(&bodies::with_media(external_id, url)).await;
        if answer.status == 201 {
            return Ok(answer.id());
        }
        let json = answer.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let code = errors.iter().find(|error| error["field"] == "media_url").and_then(|error| error["code"].as_str());
        Err(code.map_or_else(|| format!("{}: {}", answer.status, answer.text()), str::to_owned))
    }

    /// The bytes that were stored.
    pub(crate) async fn recording(&self, id: &str) -> Vec<u8> {
        let engagement = self.client.read_engagement(id, "?expand=media_url").await.expect(200).json();
        let link = engagement["media_url"].as_str().expect("a stored recording has a link");
        self.client.recording(link).await.expect(200).body.to_vec()
    }

    /// Whether there is an engagement with this external id.
    pub(crate) async fn has(&self, external_id: &str) -> bool {
        !self.client.all_engagements(&format!("&filter[external_id][eq]={external_id}")).await.is_empty()
    }

    /// Every file of recordings, finished or not.
    pub(crate) fn files(&self) -> BTreeSet<PathBuf> {
        files::below(&self.server.data_dir().join("blobs")).into_iter().collect()
    }

    /// Everything that it logged.
    pub(crate) fn log(&self) -> String {
        self.server.log().text()
    }
}

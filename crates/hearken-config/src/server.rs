//! The keys without a section, and `tls`: where the service listens, what it does, and under which name it is reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use url::Url;

use crate::error::ConfigError;
use crate::form::{Form, PATH, SOCKET, WEB_BASE, choice};
use crate::merged::Merged;
use crate::page::Page;

const ROLE: Form<Role> = Form {
    accepted: "all, api or worker",
    example: "all",
    parse: |text| choice(text, &[Role::All, Role::Api, Role::Worker], Role::as_str),
};

/// Where the service listens and keeps its data.
#[derive(Debug, Clone)]
pub struct Server {
    /// What to bind. Port 0 lets the system pick.
    pub listen: SocketAddr,
    /// The folder of everything that is kept on this machine. It may not exist yet.
    pub data_dir: PathBuf,
    /// The base of links to this service as configured; see [`Server::public_url_for`] for the effective one.
    pub public_url: Option<Url>,
    /// Which parts of the service this process runs.
    pub role: Role,
    /// What to serve HTTPS with; without it, HTTP is served.
    pub tls: Option<Tls>,
}

/// Which parts of the service a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Both.
    All,
    /// Only the HTTP interface.
    Api,
    /// Only jobs and deliveries.
    Worker,
}

/// A certificate chain and its private key, both PEM files, not yet opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate chain, the server's own first.
    pub cert_file: PathBuf,
    /// The private key.
    pub key_file: PathBuf,
}

impl Role {
    /// The word for it in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Api => "api",
            Self::Worker => "worker",
        }
    }
}

impl Server {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        Ok(Self {
            listen: merged.required("listen", &SOCKET)?,
            data_dir: merged.required("data_dir", &Form { example: "./hearken-data", ..PATH })?,
            public_url: merged.optional("public_url", &WEB_BASE)?,
            role: merged.required("role", &ROLE)?,
            tls: Tls::read(merged)?,
        })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.text("listen", self.listen);
        page.text("data_dir", self.data_dir.display());
        page.optional("public_url", self.public_url.as_ref());
        page.text("role", self.role.as_str());
        page.optional("tls.cert_file", self.tls.as_ref().map(|tls| tls.cert_file.display()));
        page.optional("tls.key_file", self.tls.as_ref().map(|tls| tls.key_file.display()));
    }

    /// The base of links to this service, with a path that ends in a slash.
    ///
    /// Without `public_url` it is the address that was bound, because only then is the port known; an address that
    /// stands for all interfaces becomes the loopback one, which at least works on this machine.
    pub fn public_url_for(&self, bound: SocketAddr) -> Url {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        self.public_url.clone().unwrap_or_else(|| url_of_address(scheme, bound))
    }
}

impl Tls {
    fn read(merged: &Merged) -> Result<Option<Self>, ConfigError> {
        if !merged.has("tls.cert_file") && !merged.has("tls.key_file") {
            return Ok(None);
        }
        let cert = Form { example: "/etc/hearken/cert.pem", ..PATH };
        let key = Form { example: "/etc/hearken/key.pem", ..PATH };
        Ok(Some(Self {
            cert_file: merged.needed("tls.cert_file", &cert, "tls.key_file")?,
            key_file: merged.needed("tls.key_file", &key, "tls.cert_file")?,
        }))
    }
}

fn url_of_address(scheme: &str, bound: SocketAddr) -> Url {
    let ip = match bound.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    // Made anew from address and port: an IPv6 scope, which `bound` may have, is not allowed in a URL.
    let address = SocketAddr::new(ip, bound.port());
    Url::parse(&format!("{scheme}://{address}/")).expect("an IP address and a port are a valid authority")
}

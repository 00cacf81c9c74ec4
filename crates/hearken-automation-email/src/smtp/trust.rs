//! Whose certificates are believed: the public authorities, and those of the settings.

use std::sync::Arc;

use lettre::transport::smtp::client::{Certificate, TlsParameters};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

use crate::settings::MailSetupError;

/// How to encrypt a connection to one host.
#[derive(Clone)]
pub(crate) struct Trust {
    /// From the start.
    pub(crate) implicit: Arc<ClientConfig>,
    /// By STARTTLS, which is the library's.
    pub(crate) starttls: TlsParameters,
    /// Whom the certificate must be for.
    pub(crate) name: ServerName<'static>,
}

impl Trust {
    pub(crate) fn new(host: &str, ca_pem: Option<&[u8]>) -> Result<Self, MailSetupError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| MailSetupError::Url("names no usable host"))?;
        let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let mut starttls = TlsParameters::builder(host.to_owned());
        if let Some(pem) = ca_pem {
            let authorities = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
            let authorities = authorities.ok().filter(|found| !found.is_empty()).ok_or(MailSetupError::Authorities)?;
            for authority in authorities {
                roots.add(authority).map_err(|_| MailSetupError::Authorities)?;
            }
            let certificates = Certificate::from_pem(pem).map_err(|_| MailSetupError::Authorities)?;
            starttls = starttls.add_root_certificate(certificates);
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows the versions that rustls calls safe")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let starttls = starttls.build().map_err(|_| MailSetupError::Authorities)?;
        Ok(Self { implicit: Arc::new(config), starttls, name })
    }
}

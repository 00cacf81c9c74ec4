//! What follows a death: the next life, the clients' second try, and the audit.

use hearken_e2e::media_host::MediaHost;
use hearken_faults::{audit, installation::Installation, ledger::Ledger, traffic};

/// Whatever became of the two creates of a name, sent again they are there once, and nothing else is.
pub(crate) async fn succeeds(installation: &Installation, host: &MediaHost, name: &str, ledger: &mut Ledger) {
    let (life, client) = installation.live("").await;
    ledger.join(traffic::insist_on_both(&client, host, name).await);
    audit::nothing_is_wrong(installation, (life, client), ledger).await;
}

//! Signed links to recordings: who has one may listen until it expires, and nobody can make or change one.
//!
//! `v1.<payload>.<signature>`: the payload names workspace, engagement and expiry; the signature is HMAC-SHA256.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearken_domain::{
    ids::{EngagementId, Id, Ulid, WorkspaceId},
    time::Timestamp,
};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

const VERSION: &str = "v1";
const PAYLOAD: usize = 16 + 16 + 8;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MediaLink {
    pub(crate) workspace: WorkspaceId,
    pub(crate) engagement: EngagementId,
    pub(crate) expires_at: Timestamp,
}

/// Makes and reads the tokens of links.
pub(crate) struct LinkSigner {
    key: SecretSlice<u8>,
    ttl: Duration,
}

impl LinkSigner {
    pub(crate) fn new(key: SecretSlice<u8>, ttl: Duration) -> Self {
        Self { key, ttl }
    }

    /// The token of a link that works for about the configured time from now.
    ///
    /// The expiry is a multiple of a fifteenth of that time, so that reading an engagement twice in a row gives the
    /// same representation, and its entity tag a meaning.
    pub(crate) fn sign(&self, workspace: WorkspaceId, engagement: EngagementId, now: Timestamp) -> String {
        let step = i64::try_from(self.ttl.as_millis() / 15).unwrap_or(i64::MAX).max(1);
        let end = now.after(self.ttl).unix_millis();
        let expires_at = Timestamp::from_unix_millis(end - end.rem_euclid(step)).unwrap_or(Timestamp::MAX);
        let payload = URL_SAFE_NO_PAD.encode(encode(MediaLink { workspace, engagement, expires_at }));
        let signature = URL_SAFE_NO_PAD.encode(self.mac(&payload).finalize().into_bytes());
        format!("{VERSION}.{payload}.{signature}")
    }

    /// What a token opens at this moment; nothing once it expired, was altered or was never ours.
    pub(crate) fn open(&self, token: &str, now: Timestamp) -> Option<MediaLink> {
        let (payload, signature) = token.strip_prefix(VERSION)?.strip_prefix('.')?.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(payload).verify_slice(&signature).ok()?;
        let link = decode(URL_SAFE_NO_PAD.decode(payload).ok()?.try_into().ok()?)?;
        (now < link.expires_at).then_some(link)
    }

    fn mac(&self, payload: &str) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(self.key.expose_secret()).expect("HMAC takes keys of any length");
        mac.chain_update(VERSION).chain_update(".").chain_update(payload)
    }
}

fn encode(link: MediaLink) -> [u8; PAYLOAD] {
    let mut bytes = [0; PAYLOAD];
    bytes[..16].copy_from_slice(&link.workspace.ulid().to_bytes());
    bytes[16..32].copy_from_slice(&link.engagement.ulid().to_bytes());
    bytes[32..].copy_from_slice(&link.expires_at.unix_millis().to_be_bytes());
    bytes
}

fn decode(bytes: [u8; PAYLOAD]) -> Option<MediaLink> {
    let (workspace, rest) = bytes.split_first_chunk::<16>()?;
    let (engagement, rest) = rest.split_first_chunk::<16>()?;
    Some(MediaLink {
        workspace: Ulid::from_bytes(*workspace).into(),
        engagement: Ulid::from_bytes(*engagement).into(),
        expires_at: Timestamp::from_unix_millis(i64::from_be_bytes(rest.try_into().ok()?))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(key: u8) -> LinkSigner {
        LinkSigner::new(SecretSlice::from(vec![key; 32]), Duration::from_mins(15))
    }

    fn moment(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(millis).unwrap()
    }

    #[test]
    fn a_link_opens_until_it_expires() {
        let now = moment(1_700_000_000_000);
        let token = signer(1).sign(Ulid::from_parts(1, 2).into(), Ulid::from_parts(3, 4).into(), now);
        let link = signer(1).open(&token, now).unwrap();
        assert_eq!(link.engagement, Ulid::from_parts(3, 4).into());
        assert!(
            link.expires_at > now.after(Duration::from_mins(13))
                && link.expires_at <= now.after(Duration::from_mins(15))
        );
        assert!(signer(1).open(&token, link.expires_at).is_none());
        assert!(signer(2).open(&token, now).is_none());
    }

    #[test]
    fn every_changed_character_closes_it() {
        let now = moment(1_700_000_000_000);
        let token = signer(1).sign(Ulid::from_parts(1, 2).into(), Ulid::from_parts(3, 4).into(), now);
        for i in 0..token.len() {
            for replacement in [b'A', b'B', b'.', b'_'] {
                let mut changed = token.clone().into_bytes();
                if changed[i] != replacement {
                    changed[i] = replacement;
                    assert!(signer(1).open(std::str::from_utf8(&changed).unwrap(), now).is_none(), "{i}");
                }
            }
        }
    }
}

//! Signatures as of Standard Webhooks: pure functions of a secret and a message.

use base64::{Engine, engine::general_purpose::STANDARD};
use hearken_domain::webhook::SigningSecret;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;

/// One signature: `v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`.
///
/// `id` is the `webhook-id`, `timestamp_seconds` the `webhook-timestamp` in seconds since the Unix epoch.
pub fn sign(secret: &SigningSecret, id: &str, timestamp_seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose()).expect("hmac takes a key of any length");
    mac.update(format!("{id}.{timestamp_seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The `webhook-signature`: one signature for each secret in their order, with a space between them. A receiver takes
/// the message when any of them is right, so that it may change its secret at any moment of a rotation.
pub fn sign_all(secrets: &[SigningSecret], id: &str, timestamp_seconds: i64, body: &[u8]) -> String {
    let signatures: Vec<_> = secrets.iter().map(|secret| sign(secret, id, timestamp_seconds, body)).collect();
    signatures.join(" ")
}

/// How a secret is written for its receiver: `whsec_` and base64.
pub fn encode_secret(secret: &SigningSecret) -> SecretString {
    SecretString::from(format!("whsec_{}", STANDARD.encode(secret.expose())))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// The example that the libraries of Standard Webhooks are tested with.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = SigningSecret::new(STANDARD.decode(SECRET).unwrap());
        let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(encode_secret(&secret).expose_secret(), &format!("whsec_{SECRET}"));
    }

    #[test]
    fn each_secret_signs_in_order() {
        let [old, new] = [1, 2].map(|byte| SigningSecret::new([byte; 24]));
        let both = sign_all(&[new.clone(), old.clone()], "evt_1", 7, b"{}");
        assert_eq!(both, format!("{} {}", sign(&new, "evt_1", 7, b"{}"), sign(&old, "evt_1", 7, b"{}")));
    }
}

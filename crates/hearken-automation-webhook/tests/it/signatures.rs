//! Signatures as they arrive, held against the Rust library of Standard Webhooks.

use hearken_automation_webhook::signature::encode_secret;
use hearken_domain::{
    ports::{AutomationDispatcher, Outcome},
    webhook::SigningSecret,
};
use http::{HeaderMap, HeaderValue};
use secrecy::ExposeSecret;
use standardwebhooks::Webhook;

use crate::{
    receiver::{Call, Receiver},
    stage::{Terms, parcel, secret},
};

/// What a receiver is sent that has these secrets.
pub(crate) async fn call_signed_by(receiver: &Receiver, secrets: &[SigningSecret]) -> Call {
    let dispatcher = Terms::new(&[receiver.port()]).dispatcher();
    let dispatched = dispatcher.dispatch(parcel(&receiver.url(), secrets.to_vec())).await;
    assert_eq!(dispatched.outcome, Outcome::Accepted, "{dispatched:?}");
    receiver.calls().pop().unwrap()
}

fn verifier(secret: &SigningSecret) -> Webhook {
    Webhook::new(encode_secret(secret).expose_secret()).unwrap()
}

#[tokio::test]
async fn the_rust_library_takes_what_arrives() {
    for receiver in [Receiver::answering("200 OK", "").await, Receiver::over_http2().await] {
        let call = call_signed_by(&receiver, &[secret(1)]).await;
        verifier(&secret(1)).verify(&call.body, &call.headers).unwrap();
        assert!(verifier(&secret(2)).verify(&call.body, &call.headers).is_err());
        for part in ["id", "timestamp", "signature"] {
            assert_eq!(call.headers[format!("svix-{part}")], call.headers[format!("webhook-{part}")]);
        }
    }
}

#[tokio::test]
async fn both_secrets_verify_during_a_rotation() {
    let receiver = Receiver::answering("200 OK", "").await;
    let call = call_signed_by(&receiver, &[secret(2), secret(1)]).await;
    for seed in [1, 2] {
        verifier(&secret(seed)).verify(&call.body, &call.headers).unwrap();
    }
    assert!(verifier(&secret(3)).verify(&call.body, &call.headers).is_err());
    let signatures = call.headers["webhook-signature"].to_str().unwrap();
    let newest = call_signed_by(&receiver, &[secret(2)]).await.headers["webhook-signature"].to_str().unwrap().len();
    assert_eq!(signatures.len(), 2 * newest + 1, "{signatures}");
}

/// The same with one byte replaced by any other, at every place.
fn with_one_byte_changed(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..bytes.len()).flat_map(move |place| {
        (1..=u8::MAX).map(move |change| {
            let mut changed = bytes.to_vec();
            changed[place] ^= change;
            changed
        })
    })
}

#[tokio::test]
async fn a_change_of_any_byte_is_noticed() {
    let receiver = Receiver::answering("200 OK", "").await;
    let call = call_signed_by(&receiver, &[secret(1)]).await;
    let verifier = verifier(&secret(1));
    verifier.verify(&call.body, &call.headers).unwrap();
    for changed in with_one_byte_changed(&call.body) {
        assert!(verifier.verify(&changed, &call.headers).is_err(), "{changed:?}");
    }
    let mut tried = 0;
    for name in ["webhook-id", "webhook-timestamp"] {
        for changed in with_one_byte_changed(call.headers[name].as_bytes()) {
            // What no header can carry cannot arrive.
            let Ok(value) = HeaderValue::from_bytes(&changed) else { continue };
            let mut headers: HeaderMap = call.headers.clone();
            headers.insert(name, value);
            assert!(verifier.verify(&call.body, &headers).is_err(), "{name} {changed:?}");
            tried += 1;
        }
    }
    assert!(tried > 40 * 200, "only {tried} changes of headers were tried");
}

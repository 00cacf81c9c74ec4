//! What a subscriber can do: test, rotate the secret, send again, recover; and what becomes of one that is gone.

use hearken_e2e::{
    bodies,
    receivers::{Behaviour, Call},
    subscriber::Subscriber,
    until::until,
    work,
};
use serde_json::{Value, json};

use super::scene::Scene;
use hearken_e2e::outside::Outside;

#[tokio::test(flavor = "multi_thread")]
async fn a_test_a_rotated_secret_and_a_resend() {
    let scene = Scene::with(Outside::without_engines).await;
    let (client, receivers) = (scene.client(), &scene.outside.receivers);
    let subscriber = Subscriber::new(&client, receivers, "/tested").await;
    let tested = client.post_nothing(&subscriber.route("/test")).await.expect(201).json();
    receivers.reached("/tested", 1).await;
    let [call] = receivers.calls_of("/tested").try_into().expect("there is one call");
    call.check(&subscriber.secret);
    assert_eq!((call.kind().as_str(), call.id()), ("v1.webhook_endpoint.test", tested["event_id"].as_str().unwrap()));

    let rotated = client.post_nothing(&subscriber.route("/rotate_secret")).await.expect(200).json();
    let newer = rotated["secret"].as_str().expect("a rotation shows the secret").to_owned();
    assert_ne!(newer, subscriber.secret);
    client.post("/api/v2/tags", &json!({"name": "New"})).await.expect(201);
    receivers.reached("/tested", 2).await;
    let call = receivers.calls_of("/tested").pop().expect("there are two");
    assert!(call.is_signed_with(&newer) && call.is_signed_with(&subscriber.secret));
    assert_eq!(call.header("webhook-signature").split(' ').count(), 2);
    let shown = client.read(&subscriber.route("")).await.expect(200).json();
    assert_eq!(shown.get("secret"), None);

    let delivery = delivery_of(&subscriber.settled(&client).await, &call);
    let path = format!("/api/v2/deliveries/{}/resend", delivery["id"].as_str().unwrap());
    client.post_nothing(&path).await.expect(200);
    let again = receivers
        .calls()
        .until("it is sent again", |calls| calls.iter().filter(|other| other.id() == call.id()).nth(1).cloned())
        .await;
    assert_eq!(again.body, call.body);
    again.check(&newer);
    let attempts = until("both attempts are in the log", async || {
        let delivery = delivery_of(&subscriber.settled(&client).await, &call);
        let attempts = delivery["attempts"].as_array().expect("attempts").clone();
        (attempts.len() == 2).then_some(attempts)
    })
    .await;
    assert!(attempts.iter().all(|attempt| attempt["status_code"] == 204), "{attempts:?}");
}

#[track_caller]
fn delivery_of(log: &[Value], call: &Call) -> Value {
    log.iter().find(|delivery| delivery["event_id"] == call.id()).expect("it is in the log").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_gone_is_disabled_and_can_recover_what_it_missed() {
    let scene = Scene::with(Outside::without_engines).await;
    let (client, receivers) = (scene.client(), &scene.outside.receivers);
    let subscriber = Subscriber::new(&client, receivers, "/gone").await;
    let since = client.read(&subscriber.route("")).await.expect(200).json()["created_at"].clone();
    receivers.behave("/gone", Behaviour::Answers(410));
    let id = client.create(&bodies::with_timeline("missed", "Hello.")).await.expect(201).id();
    work::completed(&client, &id).await;
    let missed = subscriber.settled(&client).await;
    let shown = client.read(&subscriber.route("")).await.expect(200).json();
    assert_eq!((&shown["enabled"], &shown["disabled_reason"]), (&json!(false), &json!("GONE")));
    assert!(!missed.is_empty() && missed.iter().all(|delivery| delivery["status"] == "FAILED"), "{missed:?}");
    let first = missed.iter().find(|delivery| delivery["attempts"][0]["status_code"] == 410);
    assert_eq!(first.expect("one was answered")["attempts"][0]["error"], "the receiver answered 410 Gone");
    client.post_nothing(&subscriber.route("/test")).await.expect(409);
    let heard = receivers.calls_of("/gone");
    // What happens while it is disabled is not for it.
    client.post("/api/v2/tags", &json!({"name": "Unheard"})).await.expect(201);
    assert_eq!(subscriber.settled(&client).await.len(), missed.len());

    receivers.behave("/gone", Behaviour::Accepts);
    client.patch(&subscriber.route(""), &json!({"enabled": true})).await.expect(200);
    let recovery = client.post(&subscriber.route("/recover"), &json!({"since": since})).await.expect(200).json();
    assert_eq!(recovery["recovered"], missed.len());
    receivers.reached("/gone", missed.len()).await;
    let log = subscriber.settled(&client).await;
    assert!(log.iter().all(|delivery| delivery["status"] == "DELIVERED"), "{log:?}");
    for call in receivers.calls_of("/gone") {
        call.check(&subscriber.secret);
        let earlier = heard.iter().find(|earlier| earlier.id() == call.id());
        assert!(earlier.is_none_or(|earlier| earlier.body == call.body), "{} came with other bytes", call.id());
    }
}

//! Receivers that are dead, hang, never end, redirect or close: each is bounded, stands in the log, and harms nobody.

use hearken_e2e::{
    bodies,
    receivers::Behaviour,
    subscriber::{ENDPOINTS, Subscriber},
    until::until,
    work,
};
use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket};

use super::scene::Scene;

/// How many attempts one receiver has at a time, at most.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn receivers_that_misbehave_harm_nobody_and_stand_in_the_log() {
    // Beside 127.0.0.1, so that the guard does not allow it.
    let forbidden = TcpListener::bind("127.0.0.2:0").await.expect("loopback has many addresses");
    let there = forbidden.local_addr().expect("a bound socket has an address");
    // Bound and not listening: the port is taken, so that no other process listens there.
    let dead = TcpSocket::new_v4().expect("a socket can be made");
    dead.bind("127.0.0.1:0".parse().expect("it is an address")).expect("loopback has a free port");
    let dead_port = dead.local_addr().expect("a bound socket has an address").port();
    let scene = Scene::with(|outside| {
        outside.also_at(&[dead_port, there.port()]).with("speech.engine", "none").with("insights.engine", "local")
    })
    .await;
    let (client, receivers) = (scene.client(), &scene.outside.receivers);
    let plays = [
        ("/hangs", Behaviour::Hangs, "did not answer within 15 s"),
        ("/drips", Behaviour::Drips, "answered 500"),
        ("/floods", Behaviour::Floods, "answered 500"),
        ("/closes", Behaviour::Closes, "broke off"),
        ("/later", Behaviour::Later(3600), "answered 429"),
        ("/redirects", Behaviour::Redirects(format!("https://{there}/inside")), "redirects are not followed"),
    ];
    let mut bad = vec![(
        Subscriber::at(&client, &format!("https://127.0.0.1:{dead_port}/"), "/dead").await,
        "refused the connection",
    )];
    for (path, behaviour, error) in plays {
        receivers.behave(path, behaviour);
        bad.push((Subscriber::new(&client, receivers, path).await, error));
    }
    let healthy = Subscriber::new(&client, receivers, "/healthy").await;
    let inside = serde_json::json!({"url": format!("https://{there}/")});
    let refused = client.post(ENDPOINTS, &inside).await.expect(422);
    assert_eq!(refused.messages("url", "media_url_not_allowed").len(), 1);

    let mut ids = Vec::new();
    for number in 0..8 {
        let body = bodies::with_timeline(&format!("talk-{number}"), "Hello.");
        ids.push(client.create(&body).await.expect(201).id());
    }
    for id in &ids {
        work::completed(&client, id).await;
    }
    // Everything arrives where it can, each at its first attempt, while the others are still being waited for.
    let log = healthy.settled(&client).await;
    assert!(log.len() >= 6 * ids.len(), "{}", log.len());
    for delivery in &log {
        assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(1), "{delivery}");
        assert_eq!(delivery["status"], "DELIVERED", "{delivery}");
    }
    assert_eq!(receivers.calls_of("/healthy").len(), log.len());

    for (subscriber, error) in &bad {
        let attempt = first_attempt(&scene, subscriber).await;
        let told = attempt["error"].as_str().unwrap_or_default();
        assert!(told.contains(error), "{}: {told}", subscriber.path);
        let shown = attempt["response_body"].as_str().unwrap_or_default();
        assert!(shown.len() <= 1024, "{}: {} bytes are shown", subscriber.path, shown.len());
        let counts = receivers.counts(&subscriber.path);
        assert!(counts.most_at_once <= AT_ONCE, "{}: {counts:?}", subscriber.path);
        let endpoint = client.read(&subscriber.route("")).await.expect(200).json();
        assert_eq!(endpoint["enabled"], true, "{}", subscriber.path);
    }
    assert_later_is_honoured(&scene, &bad).await;
    let visited = std::future::poll_fn(|context| std::task::Poll::Ready(forbidden.poll_accept(context).is_ready()));
    assert!(!visited.await, "somebody followed the redirect");
    scene.server.stop().await;
}

/// The first attempt of any delivery, once it is over.
async fn first_attempt(scene: &Scene, subscriber: &Subscriber) -> Value {
    let client = scene.client();
    until(&format!("an attempt for {} is over", subscriber.path), async || {
        let log = subscriber.deliveries(&client).await;
        log.iter().map(|delivery| delivery["attempts"][0].clone()).find(|attempt| !attempt.is_null())
    })
    .await
}

/// The next attempt is not before what the receiver asked for.
async fn assert_later_is_honoured(scene: &Scene, bad: &[(Subscriber, &str)]) {
    let (subscriber, _) = bad.iter().find(|(subscriber, _)| subscriber.path == "/later").expect("it is there");
    let log = subscriber.deliveries(&scene.client()).await;
    let tried: Vec<&Value> = log.iter().filter(|delivery| !delivery["attempts"][0].is_null()).collect();
    assert!(!tried.is_empty());
    for delivery in tried {
        // An hour later the hour is another one.
        let hour = |time: &Value| time.as_str().unwrap_or_default()[..13].to_owned();
        assert_ne!(hour(&delivery["next_attempt_at"]), hour(&delivery["attempts"][0]["at"]), "{delivery}");
    }
}

//! What must never stand in a log of the pipeline, whatever goes well or wrong: what was said, who took part, where
//! receivers are beyond their host, and keys.

use hearken_e2e::{
    manner::Manner,
    receivers::Behaviour,
    sound::PHRASES,
    subscriber::{ENDPOINTS, Subscriber},
    work,
};
use serde_json::json;

use super::scene::{ADA, SAM, Scene};

const SPEECH_KEY: &str = "speechkeymarker51c2";
const CHAT_KEY: &str = "chatkeymarker9d0e";
const RECEIVER: &str = "receivermarker7f31";
const TITLE: &str = "titlemarker2b6a";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_conversation_and_no_secret_is_logged() {
    let scene = Scene::with(|outside| {
        let keys = outside.setup().with("speech.http.api_key", SPEECH_KEY).with("insights.http.api_key", CHAT_KEY);
        keys.with("log.level", "debug")
    })
    .await;
    let mut secrets = [SPEECH_KEY, CHAT_KEY, RECEIVER, TITLE, ADA, SAM].map(str::to_owned).to_vec();
    secrets.extend(PHRASES.map(str::to_owned));
    secrets.extend(use_everything(&scene).await);
    let log = scene.server.log().clone();
    scene.server.stop().await;
    for line in ["a step has no result", "webhook not acknowledged", "the chat server's answer cannot be used"] {
        assert!(log.contains(line), "`{line}` was not logged, so there is nothing to look through");
    }
    for secret in &secrets {
        let line = log.text().lines().find(|line| line.contains(secret)).map(str::to_owned);
        assert_eq!(line, None, "{secret} is in the log");
    }
}

/// Every engine and every way out, good and bad. Gives the secrets that were made.
async fn use_everything(scene: &Scene) -> Vec<String> {
    let (client, outside) = (scene.client(), &scene.outside);
    let mut secrets = Vec::new();
    for (path, behaviour) in
        [("/good", Behaviour::Accepts), ("/bad", Behaviour::Answers(500)), ("/cut", Behaviour::Closes)]
    {
        outside.receivers.behave(path, behaviour);
        let url = format!("{}?token={RECEIVER}", outside.receivers.url(path));
        let subscriber = Subscriber::at(&client, &url, path).await;
        let rotated = client.post_nothing(&format!("{ENDPOINTS}/{}/rotate_secret", subscriber.id)).await.expect(200);
        secrets.push(subscriber.secret);
        secrets.push(rotated.json()["secret"].as_str().expect("it shows the secret").to_owned());
    }
    let url = format!("{}?token={RECEIVER}", outside.receivers.url("/workflow"));
    let actions = json!([{"type": "webhook", "url": url}, {"type": "email", "to": ["participants"]}]);
    let (workflow, made) = work::workflow(&client, "Everything", actions).await;
    secrets.extend(made);
    outside.mail.manner(SAM).set(Manner::Answers(550));
    outside.asr.manner().set_for(1, Manner::Answers(500));
    outside.chat.manner().set(Manner::Nonsense);
    let mut body = scene.call("logged");
    body["title"] = json!(TITLE);
    body["run_workflows"] = json!(true);
    let id = client.create(&body).await.expect(201).id();
    work::completed(&client, &id).await;
    work::finished_runs(&client, &workflow, 1).await;
    assert_eq!(outside.asr.asked().all()[0].token.as_deref(), Some(SPEECH_KEY));

    outside.chat.manner().set(Manner::Well);
    outside.asr.manner().set(Manner::Answers(400));
    let failed = client.create(&scene.call("failed")).await.expect(201).id();
    assert_eq!(work::ended(&client, &failed).await["processing_status"], "FAILED");
    secrets
}

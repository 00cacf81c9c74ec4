//! The service ends in the middle of a recording, in good order or killed, and goes on where it was.

use hearken_e2e::{manner::Manner, server::Server, subscriber::Subscriber, work};
use serde_json::{Value, json};

use super::scene::Scene;

/// Subscribers and a workflow, and a call whose recording is being listened to.
struct InTheMiddle {
    scene: Scene,
    subscriber: Subscriber,
    workflow: String,
    id: String,
}

impl InTheMiddle {
    async fn start() -> Self {
        let scene = Scene::with(|outside| outside.setup().with("limits.drain_timeout", "1s")).await;
        let client = scene.client();
        let subscriber = Subscriber::new(&client, &scene.outside.receivers, "/events").await;
        let url = scene.outside.receivers.url("/workflow");
        let actions = json!([{"type": "webhook", "url": url}, {"type": "email", "to": ["participants"]}]);
        let (workflow, _) = work::workflow(&client, "Everything", actions).await;
        scene.outside.asr.manner().set(Manner::Hangs);
        let mut body = scene.call("cut-off");
        body["run_workflows"] = json!(true);
        let id = client.create(&body).await.expect(201).id();
        let asked = |asked: &[_]| (!asked.is_empty()).then_some(());
        scene.outside.asr.asked().until("somebody listens", asked).await;
        // What has happened so far is delivered, so that nothing is under way but the listening.
        subscriber.settled(&client).await;
        Self { scene, subscriber, workflow, id }
    }

    /// Starts again with an engine that works, and checks that everything is there once.
    async fn goes_on(&self) -> Server {
        self.scene.outside.asr.manner().set(Manner::Well);
        let server = self.scene.setup.start(self.scene.folder.path()).await;
        self.ends_well(&server).await;
        server
    }

    async fn ends_well(&self, server: &Server) {
        let client = server.admin();
        let whole = work::completed(&client, &self.id).await;
        assert!(whole["transcript"].is_string() && whole["summary"].is_string(), "{whole}");
        let runs = work::finished_runs(&client, &self.workflow, 1).await;
        work::idle(server).await;
        let log = self.subscriber.settled(&client).await;
        assert_eq!((runs.len(), &runs[0]["status"]), (1, &json!("COMPLETED")));
        let outside = &self.scene.outside;
        assert_eq!(outside.receivers.calls_of("/workflow").len(), 1);
        assert_eq!(outside.mail.taken().all().len(), 2);
        assert_eq!(outside.receivers.calls_of("/events").len(), log.len());
        let is_delivered = |delivery: &Value| delivery["status"] == "DELIVERED";
        assert!(log.iter().all(is_delivered), "{log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_in_good_order_gives_its_job_back() {
    let mut middle = InTheMiddle::start().await;
    middle.scene.server.terminate();
    let status = middle.scene.server.ended().await;
    assert!(status.success(), "{status}");
    assert!(middle.scene.server.log().contains("a job is given back"));
    let server = middle.goes_on().await;
    let job = work::job(&server, "done", (&middle.id, "transcribe"));
    assert_eq!((&job["attempt"], &job["crashes"]), (&json!(1), &json!(0)), "{job}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_costs_an_attempt_and_nothing_else() {
    let mut middle = InTheMiddle::start().await;
    middle.scene.server.kill();
    let server = middle.goes_on().await;
    let job = work::job(&server, "done", (&middle.id, "transcribe"));
    assert_eq!((&job["attempt"], &job["crashes"]), (&json!(2), &json!(0)), "{job}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_everybody_dies_of_is_given_up() {
    let mut middle = InTheMiddle::start().await;
    middle.scene.server.kill();
    for life in 2..=3 {
        let mut server = middle.scene.setup.start(middle.scene.folder.path()).await;
        let asked = |asked: &[_]| (asked.len() >= life).then_some(());
        middle.scene.outside.asr.asked().until("somebody listens again", asked).await;
        server.kill();
    }
    let server = middle.scene.setup.start(middle.scene.folder.path()).await;
    let failed = work::ended(&server.admin(), &middle.id).await;
    assert_eq!(failed["processing_error"]["code"], "crash_loop", "{failed}");
    middle.scene.outside.asr.manner().set(Manner::Well);
    server.command(&["jobs", "retry"]);
    middle.ends_well(&server).await;
}

//! Whom recaps go to, and mail servers that do not take them at once.

use hearken_e2e::{bodies, manner::Manner, work};
use serde_json::json;

use super::scene::{ADA, SAM, Scene, people};

#[tokio::test(flavor = "multi_thread")]
async fn of_a_private_engagement_nobody_outside_hears_unless_the_workflow_says_so() {
    let scene = Scene::start().await;
    let client = scene.client();
    let all = json!([{"type": "email", "to": ["participants", "internal", "owner"]}]);
    let (workflow, _) = work::workflow(&client, "To those who took part", all).await;
    let private = |external_id: &str| {
        let mut body = bodies::with_timeline(external_id, "Nobody else needs to know.");
        body["participants"] = people();
        body["is_private"] = json!(true);
        body["run_workflows"] = json!(true);
        body
    };
    let id = client.create(&private("secret")).await.expect(201).id();
    work::completed(&client, &id).await;
    let runs = work::finished_runs(&client, &workflow, 1).await;
    assert_eq!(runs[0]["status"], "COMPLETED", "{runs:?}");
    let to: Vec<String> = scene.outside.mail.taken().all().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [ADA]);

    let outsiders = json!([{"type": "email", "to": ["external"]}]);
    let (explicit, _) = work::workflow(&client, "To those outside", outsiders).await;
    client.create(&private("told")).await.expect(201);
    work::finished_runs(&client, &workflow, 2).await;
    work::finished_runs(&client, &explicit, 1).await;
    let mut to: Vec<String> = scene.outside.mail.taken().all().into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, [ADA, ADA, SAM]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_not_taken_now_is_sent_again_and_one_that_is_refused_is_not() {
    let scene = Scene::start().await;
    let (client, mail) = (scene.client(), &scene.outside.mail);
    let [fine, late, gone] = ["fine@x.example", "late@x.example", "gone@x.example"];
    mail.manner(late).set_for(1, Manner::Answers(451));
    mail.manner(gone).set(Manner::Answers(550));
    let actions = json!([{"type": "email", "to": [fine, late]}, {"type": "email", "to": [gone]}]);
    let (workflow, _) = work::workflow(&client, "To three", actions).await;
    let mut body = bodies::with_timeline("three", "Let us see who gets it.");
    body["run_workflows"] = json!(true);
    client.create(&body).await.expect(201);
    let runs = work::finished_runs(&client, &workflow, 1).await;
    assert_eq!(runs[0]["status"], "FAILED", "{runs:?}");
    assert_eq!(runs[0]["actions"][0], json!({"type": "email", "status": "COMPLETED"}));
    assert_eq!(runs[0]["actions"][1]["status"], "FAILED");
    assert_eq!(runs[0]["actions"][1]["error"], "the mail server refuses the mail (550)");
    let mut to: Vec<String> = mail.taken().all().into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, [fine, late]);
}

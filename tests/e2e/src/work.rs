//! Waiting for what follows a create.

use serde_json::{Value, json};

use crate::{client::Client, server::Server, until::until};

/// Where workflows are.
pub const WORKFLOWS: &str = "/api/v2/workflows";
/// Every part of an engagement but the recording's link.
pub const PARTS: &str = "?expand=transcript,companies,contacts,owner,action_items,signals,tags";

/// Waits until an engagement is complete, and gives it with every part. One that failed ends the test.
pub async fn completed(client: &Client, id: &str) -> Value {
    let engagement = ended(client, id).await;
    assert_eq!(engagement["processing_status"], "COMPLETED", "{engagement}");
    engagement
}

/// Waits until an engagement is complete or has failed, and gives it with every part.
pub async fn ended(client: &Client, id: &str) -> Value {
    until(&format!("{id} is processed"), async || {
        let engagement = client.read_engagement(id, PARTS).await.expect(200).json();
        let status = engagement["processing_status"].as_str().unwrap_or_default();
        matches!(status, "COMPLETED" | "FAILED").then_some(engagement)
    })
    .await
}

/// The jobs in a state, as the command line shows them.
pub fn jobs(server: &Server, state: &str) -> Vec<Value> {
    let jobs = server.command(&["jobs", "list", "--state", state]);
    jobs.as_array().expect("it is a list").clone()
}

/// The one job of an engagement for a step, in a state.
#[track_caller]
pub fn job(server: &Server, state: &str, (engagement, step): (&str, &str)) -> Value {
    let of_step = |job: &Value| job["engagement_id"] == engagement && job["step"] == step;
    let mut found: Vec<Value> = jobs(server, state).into_iter().filter(of_step).collect();
    assert_eq!(found.len(), 1, "{step} of {engagement} in {state}: {found:?}");
    found.remove(0)
}

/// Waits until no job is waiting or running; the dead ones remain.
pub async fn idle(server: &Server) {
    until("no job is left", async || jobs(server, "queued,running").is_empty().then_some(())).await;
}

/// Makes a workflow for every completed engagement, and gives its id and its webhooks' secrets.
pub async fn workflow(client: &Client, name: &str, actions: Value) -> (String, Vec<String>) {
    let made = client.post(WORKFLOWS, &json!({"name": name, "actions": actions})).await.expect(201);
    let json = made.json();
    let actions = json["actions"].as_array().expect("a workflow has actions");
    let secrets = actions.iter().filter_map(|action| action["secret"].as_str().map(str::to_owned)).collect();
    (made.id(), secrets)
}

/// Every run of a workflow.
pub async fn runs(client: &Client, workflow: &str) -> Vec<Value> {
    client.all(&format!("{WORKFLOWS}/{workflow}/runs")).await
}

/// Waits until every run of a workflow is over, at least so many, and gives them.
pub async fn finished_runs(client: &Client, workflow: &str, least: usize) -> Vec<Value> {
    until(&format!("{least} runs are over"), async || {
        let runs = runs(client, workflow).await;
        (runs.len() >= least && runs.iter().all(|run| run["status"] != "PENDING")).then_some(runs)
    })
    .await
}

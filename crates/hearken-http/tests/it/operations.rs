//! A process that only works in the background: its operator can ask it, and nobody else.

use hearken_http::{ApiSettings, Serves};
use http::{Method, StatusCode};

use crate::harness::{House, recording, settings};

#[tokio::test]
async fn a_process_for_the_background_has_routes_for_its_operator_only() {
    let house = House::with(ApiSettings { serves: Serves::OperationsOnly, ..settings() }, |ports| ports).await;
    for path in ["/healthz", "/readyz", "/errors/not_found"] {
        assert_eq!(house.read_openly(path).await.status, StatusCode::OK, "{path}");
    }
    let metrics = house.read_openly("/metrics").await.problem(404, "not_found");
    assert_eq!(metrics["detail"], "this process records no metrics", "the route is there");
    let nowhere = house.read("/v2/nothing").await;
    for path in ["/v2/engagements", "/api/v2/engagements", "/v2/tags/tag_1", "/media/v1.token"] {
        let answer = house.read(path).await;
        assert_eq!(answer.problem(404, "not_found")["detail"], nowhere.json()["detail"], "{path}");
        house.ask(Method::DELETE, path, &serde_json::Value::Null).await.problem(404, "not_found");
    }
    house.post(&recording("call-1")).await.problem(404, "not_found");
    assert_eq!(house.memory.media.fetches(), 0);
}

//! What anybody may ask: health, readiness, metrics and the pages of errors.

use hearken_domain::{ids::Ulid, ports::BlobErrorKind};
use hearken_http::Api;
use http::StatusCode;
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::harness::{House, settings};

#[tokio::test]
async fn a_process_is_healthy_while_it_runs_and_ready_while_it_takes_requests() {
    let house = House::new().await;
    assert_eq!(house.read_openly("/healthz").await.status, StatusCode::OK);
    assert_eq!(house.read_openly("/readyz").await.status, StatusCode::OK);
    house.memory.blobs.refuse(BlobErrorKind::Unavailable);
    house.read_openly("/readyz").await.problem(503, "unavailable");
    house.memory.blobs.refuse(BlobErrorKind::Full);
    let full = house.read_openly("/readyz").await;
    assert_eq!(full.status, StatusCode::OK, "reads go on where nothing more can be stored");
    house.memory.blobs.recover();
    assert_eq!(house.read_openly("/readyz").await.status, StatusCode::OK);
    house.api.begin_draining();
    let draining = house.read_openly("/readyz").await;
    draining.problem(503, "unavailable");
    assert!(draining.headers.contains_key("retry-after"));
    assert_eq!(house.read_openly("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_never_by_path() {
    let mut house = House::new().await;
    house.read_openly("/metrics").await.problem(404, "not_found");
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    house.api = Api::new(house.memory.ports(), Ulid::from_parts(1, 1).into(), settings(), Some(handle));
    house.read("/v2/engagements").await;
    house.read_openly("/media/v1.secret.token").await;
    let answer = house.read_openly("/metrics").await;
    let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
    assert!(answer.header("content-type").starts_with("text/plain"));
    assert!(text.contains("hearken_http_requests_total{route=\"/v2/engagements\",status=\"200\"} 1"), "{text}");
    assert!(text.contains("route=\"/media/{token}\"") && !text.contains("secret"), "{text}");
}

#[tokio::test]
async fn every_problem_has_a_page_at_its_type() {
    let house = House::new().await;
    let problem = house.read_openly("/v2/engagements").await.problem(401, "unauthorized");
    let path = problem["type"].as_str().unwrap().strip_prefix(crate::harness::PUBLIC).unwrap();
    let page = house.read_openly(path).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(String::from_utf8_lossy(&page.bytes).contains("401"));
    for kind in hearken_wire::problem::ProblemKind::ALL {
        assert_eq!(house.read_openly(&format!("/errors/{}", kind.slug())).await.status, StatusCode::OK, "{kind:?}");
    }
    house.read_openly("/errors/teapot").await.problem(404, "not_found");
}

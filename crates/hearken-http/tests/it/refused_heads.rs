//! What is refused by its address, its method or its header.

use http::{Method, Request, StatusCode};

use crate::harness::{House, asking, nothing, posting, recording};

#[tokio::test]
async fn an_address_that_is_not_there_is_not_found() {
    let house = House::new().await;
    for path in ["/", "/v2", "/v2/nothing", "/v3/engagements", "/api/healthz", "/v2/engagements/"] {
        house.read(path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn another_method_is_told_which_there_are() {
    let house = House::new().await;
    let answer = house.send(asking(Method::DELETE, "/v2/engagements", &house.token).body(nothing()).unwrap()).await;
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST, GET, HEAD");
    let one = house.send(asking(Method::PUT, "/v2/engagements/x", &house.token).body(nothing()).unwrap()).await;
    one.problem(405, "method_not_allowed");
    assert_eq!(one.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn a_client_that_takes_no_json_is_told_so() {
    let house = House::new().await;
    let with = |accept: &str| {
        asking(Method::GET, "/v2/engagements", &house.token).header("accept", accept).body(nothing()).unwrap()
    };
    house.send(with("text/html")).await.problem(406, "not_acceptable");
    house.send(with("application/json;q=0, text/html")).await.problem(406, "not_acceptable");
    assert_eq!(house.send(with("text/html, */*;q=0.1")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_told_so() {
    let house = House::new().await;
    let long = "x".repeat(65 * 1024);
    let request = asking(Method::GET, "/v2/engagements", &house.token).header("x-long", &long).body(nothing()).unwrap();
    house.send(request).await.problem(431, "headers_too_large");
    let many =
        (0..2_000).fold(asking(Method::GET, "/v2/engagements", &house.token), |request, i| request.header("x-many", i));
    house.send(many.body(nothing()).unwrap()).await.problem(431, "headers_too_large");
}

#[tokio::test]
async fn an_unknown_parameter_is_named() {
    let house = House::new().await;
    for (path, field) in [
        ("/v2/engagements?colour=red", "colour"),
        ("/v2/engagements?filter[title][eq]=x", "filter[title][eq]"),
        ("/v2/engagements?filter[start_at][near]=x", "filter[start_at][near]"),
        ("/v2/engagements/ngmt_00000000000000000000000001?limit=1", "limit"),
    ] {
        let path = path.replace('[', "%5B").replace(']', "%5D");
        let problem = house.read(&path).await.problem(400, "bad_request");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn a_parameter_out_of_range_is_named_and_all_of_them_come_at_once() {
    let house = House::new().await;
    let problem = house.read("/v2/engagements?limit=101&order_by=title&expand=notes").await.problem(400, "bad_request");
    let errors: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        errors,
        [("limit", "invalid_range"), ("order_by", "invalid_enum_value"), ("expand", "invalid_enum_value")]
    );
}

#[tokio::test]
async fn the_prefix_is_optional() {
    let house = House::new().await;
    house.created(&recording("call-1")).await;
    let with = house.read("/api/v2/engagements").await;
    assert_eq!((with.status, with.header("x-api-version")), (StatusCode::OK, "v2"));
    assert_eq!(with.bytes, house.read("/v2/engagements").await.bytes);
    let unprefixed = Request::builder().method(Method::POST).uri("/v2/engagements");
    let head = posting(&house.token).body(nothing()).unwrap().headers().clone();
    let mut request = unprefixed.body(http_body_util::Full::from(recording("call-2").to_string())).unwrap();
    *request.headers_mut() = head;
    assert_eq!(house.send(request).await.status, StatusCode::CREATED);
}

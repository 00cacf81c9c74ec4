//! Lists: pages, cursors that carry the whole query, and filters.

use std::time::Duration;

use hearken_domain::access::Scope;
use hearken_http::ApiSettings;
use serde_json::Value;

use crate::harness::{House, recording, settings, timeline};

/// The external ids of a page.
fn ids(page: &Value) -> Vec<String> {
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|row| row["external_id"].as_str().unwrap().to_owned()).collect()
}

/// Some engagements, a second apart.
async fn five(house: &House) {
    for id in ["a", "b", "c", "d", "e"] {
        house.created(&timeline(id)).await;
        house.memory.clock.advance(Duration::from_secs(1));
    }
}

/// Every page of a list, by its cursors alone.
async fn walk(house: &House, query: &str) -> Vec<String> {
    let mut page = house.read(&format!("/v2/engagements?{query}")).await.json();
    let mut all = ids(&page);
    while page["has_more"] == true {
        let cursor = page["next_cursor"].as_str().unwrap();
        page = house.read(&format!("/v2/engagements?cursor={cursor}")).await.json();
        all.extend(ids(&page));
    }
    assert_eq!((&page["has_more"], &page["object"]), (&Value::Bool(false), &Value::from("list")));
    all
}

#[tokio::test]
async fn a_walk_shows_every_row_once_in_the_order_asked_for() {
    let house = House::new().await;
    five(&house).await;
    assert_eq!(walk(&house, "limit=2").await, ["e", "d", "c", "b", "a"]);
    assert_eq!(walk(&house, "limit=2&order_by=updated_at:asc").await, ["a", "b", "c", "d", "e"]);
    assert_eq!(walk(&house, "limit=1&order_by=start_at:asc").await, ["a", "b", "c", "d", "e"]);
    assert_eq!(walk(&house, "limit=5").await.len(), 5);
}

#[tokio::test]
async fn a_walk_neither_skips_nor_repeats_rows_of_one_moment_or_new_rows() {
    let house = House::new().await;
    for id in ["a", "b", "c"] {
        house.created(&timeline(id)).await;
    }
    let page = house.read("/v2/engagements?limit=2&order_by=updated_at:asc").await.json();
    house.memory.clock.advance(Duration::from_secs(1));
    house.created(&timeline("d")).await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = house.read(&format!("/v2/engagements?cursor={cursor}")).await.json();
    assert_eq!((ids(&page), ids(&rest)), (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned(), "d".to_owned()]));
}

#[tokio::test]
async fn a_cursor_carries_its_filter_and_its_parts() {
    let house = House::new().await;
    five(&house).await;
    house.created(&recording("call")).await;
    let query = "filter%5Bengagement_type%5D%5Beq%5D=MEETING&expand=tags&limit=3";
    let page = house.read(&format!("/v2/engagements?{query}")).await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = house.read(&format!("/v2/engagements?cursor={cursor}")).await.json();
    assert_eq!(ids(&rest), ["b", "a"]);
    assert_eq!(rest["data"][0]["tags"], Value::Array(Vec::new()));
    let same = house.read(&format!("/v2/engagements?cursor={cursor}&{query}")).await.json();
    assert_eq!(same, rest, "the same parameters beside it contradict nothing");
}

/// A timeline of so many MiB.
fn long(external_id: &str, mebibytes: usize) -> Value {
    let mut body = timeline(external_id);
    let entry = &mut body["transcript_timeline"]["entries"][0];
    entry["text"] = "x".repeat(8 * 1024).into();
    let entries = vec![entry.clone(); mebibytes * 128];
    body["transcript_timeline"]["entries"] = entries.into();
    body
}

#[tokio::test]
async fn long_transcripts_end_a_page_early_and_the_walk_goes_on() {
    const MIB: usize = 1024 * 1024;
    let settings = ApiSettings { max_body_bytes: 32 * MIB, max_buffered_bytes: 256 * MIB, ..settings() };
    let house = House::with(settings, |ports| ports).await;
    for (id, mebibytes) in [("a", 1), ("b", 5), ("c", 5), ("d", 5), ("e", 12)] {
        house.created(&long(id, mebibytes)).await;
        house.memory.clock.advance(Duration::from_secs(1));
    }
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = house.read(&format!("/v2/engagements?expand=transcript&limit=100{cursor}")).await;
        assert!(answer.bytes.len() < 14 * MIB, "{}", answer.bytes.len());
        let page = answer.json();
        pages.push(ids(&page));
        assert_eq!(page["has_more"], page["next_cursor"].is_string());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(pages, [vec!["e"], vec!["d", "c"], vec!["b", "a"]], "at least one each, and none for nothing");
    let all = house.read("/v2/engagements?limit=100").await.json();
    assert_eq!((ids(&all).len(), &all["has_more"]), (5, &Value::Bool(false)), "without texts nothing is long");
}

#[tokio::test]
async fn long_transcripts_are_shown_within_the_memory_for_them() {
    const MIB: usize = 1024 * 1024;
    let settings = ApiSettings { max_body_bytes: 32 * MIB, max_buffered_bytes: 8 * MIB, ..settings() };
    let house = House::with(settings, |ports| ports).await;
    for id in ["a", "b", "c"] {
        house.created(&long(id, 1)).await;
        house.memory.clock.advance(Duration::from_secs(1));
    }
    let walked = walk(&house, "expand=transcript").await;
    assert_eq!(walked, ["c", "b", "a"]);
    let lists = (0..16).map(|_| house.read("/v2/engagements?expand=transcript"));
    for answer in futures_util::future::join_all(lists).await {
        assert_eq!(answer.status, http::StatusCode::OK, "they take turns");
    }
}

#[tokio::test]
async fn a_cursor_that_is_contradicted_or_invented_is_refused() {
    let house = House::new().await;
    five(&house).await;
    let page = house.read("/v2/engagements?limit=2").await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    for query in [
        format!("cursor={cursor}&order_by=updated_at:asc"),
        format!("cursor={cursor}&filter%5Bengagement_type%5D%5Beq%5D=CALL&limit=3"),
        format!("cursor={cursor}&search=x"),
        "cursor=nonsense".to_owned(),
        "cursor=".to_owned(),
        format!("cursor={}", &cursor[1..]),
    ] {
        let problem = house.read(&format!("/v2/engagements?{query}")).await.problem(400, "bad_request");
        assert_eq!(problem["errors"][0]["field"], "cursor", "{query}: {problem}");
    }
}

#[tokio::test]
async fn parts_beside_a_cursor_are_shown_from_then_on_within_the_keys_rights() {
    let house = House::new().await;
    five(&house).await;
    let page = house.read("/v2/engagements?limit=2&expand=owner").await.json();
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    let next = house.read(&format!("/v2/engagements?cursor={cursor}&expand=tags")).await.json();
    let last = house.read(&format!("/v2/engagements?cursor={}", next["next_cursor"].as_str().unwrap())).await.json();
    for page in [&next, &last] {
        assert!(page["data"][0].get("tags").is_some() && page["data"][0].get("owner").is_none(), "{page}");
    }
    let reader = house.key(&[Scope::EngagementsRead]).await;
    house.read_as(&reader, &format!("/v2/engagements?cursor={cursor}")).await.problem(403, "insufficient_scope");
    let free = house.read_as(&reader, &format!("/v2/engagements?cursor={cursor}&expand=tags")).await;
    assert_eq!(free.json(), next, "a cursor holds no right, and what it is not asked for needs none");
    let forbidden = house.read_as(&reader, &format!("/v2/engagements?cursor={cursor}&expand=contacts")).await;
    forbidden.problem(403, "insufficient_scope");
}

#[tokio::test]
async fn eq_and_in_of_one_field_add_up() {
    let house = House::new().await;
    five(&house).await;
    house.created(&recording("call")).await;
    let found = async |query: &str| {
        let query = query.replace('[', "%5B").replace(']', "%5D");
        let mut found = ids(&house.read(&format!("/v2/engagements?{query}")).await.json());
        found.sort_unstable();
        found
    };
    let everything = ["a", "b", "c", "call", "d", "e"];
    assert_eq!(found("filter[engagement_type][eq]=CALL").await, ["call"]);
    assert_eq!(found("filter[engagement_type][eq]=CALL&filter[engagement_type][in]=MEETING").await, everything);
    assert_eq!(found("filter[engagement_type][in]=NOTE,CALL&filter[engagement_type][in]=MEETING").await, everything);
    assert_eq!(found("filter[engagement_type][in]=NOTE&filter[engagement_type][in]=CALL").await, ["call"]);
    let completed = "filter[engagement_type][in]=CALL,MEETING&filter[processing_status][eq]=COMPLETED";
    assert_eq!(found(completed).await, Vec::<String>::new(), "another field is joined by AND");
}

#[tokio::test]
async fn a_cursor_of_another_workspace_shows_nothing_of_it() {
    let house = House::new().await;
    five(&house).await;
    let page = house.read("/v2/engagements?limit=2").await.json();
    let stranger = house.key_elsewhere().await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let answer = house.read_as(&stranger, &format!("/v2/engagements?cursor={cursor}")).await;
    assert!(ids(&answer.json()).is_empty(), "{answer:?}");
}

//! Walks through lists: as the one public client of the published API walks, and with a cursor that is kept for later.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{House, timeline};

/// A list, its parameters, and how a row is made in it.
struct Walk {
    path: String,
    query: &'static str,
    ascending: &'static str,
    maker: (&'static str, fn(usize) -> Value),
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(id).collect()
}

/// Every list of the API, each with five rows, a second apart.
async fn lists(house: &House) -> Vec<Walk> {
    let endpoint = house.made("/v2/webhook_endpoints", &json!({"url": "https://receiver.example/"})).await;
    let mut all = vec![
        Walk {
            path: "/v2/engagements".to_owned(),
            query: "search=meeting&filter[engagement_type][eq]=MEETING&filter[engagement_type][in]=CALL&expand=owner,tags",
            ascending: "order_by=start_at:asc",
            maker: ("/v2/engagements", |n| timeline(&format!("call-{n}"))),
        },
        Walk {
            path: "/v2/tags".to_owned(),
            query: "filter[updated_at][gte]=2024-01-01T00:00:00Z",
            ascending: "order_by=updated_at:asc",
            maker: ("/v2/tags", |n| json!({"name": format!("tag {n}")})),
        },
        Walk {
            path: "/v2/webhook_endpoints".to_owned(),
            query: "filter[updated_at][lt]=2100-01-01T00:00:00Z",
            ascending: "order_by=updated_at:asc",
            maker: ("/v2/webhook_endpoints", |n| json!({"url": format!("https://receiver.example/{n}")})),
        },
        Walk {
            path: "/v2/workflows".to_owned(),
            query: "order_by=updated_at:desc",
            ascending: "order_by=updated_at:asc",
            maker: (
                "/v2/workflows",
                |n| json!({"name": format!("flow {n}"), "actions": [{"type": "email", "to": ["owner"]}]}),
            ),
        },
    ];
    for walk in &all {
        for number in 0..5 {
            house.memory.clock.advance(Duration::from_secs(1));
            walk.make(house, number).await;
        }
    }
    all.push(Walk {
        path: format!("/v2/webhook_endpoints/{}/deliveries", id(&endpoint)),
        query: "filter[created_at][gte]=2024-01-01T00:00:00Z",
        ascending: "order_by=created_at:asc",
        maker: ("/v2/tags", |n| json!({"name": format!("another {n}")})),
    });
    all
}

impl Walk {
    async fn make(&self, house: &House, number: usize) {
        house.made(self.maker.0, &(self.maker.1)(number)).await;
    }

    async fn page(&self, house: &House, query: &str) -> Value {
        let answer = house.read(&format!("{}?{}", self.path, query.replace('[', "%5B").replace(']', "%5D"))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}?{query}: {answer:?}", self.path);
        answer.json()
    }

    /// As many rows as are wanted, and no more: every parameter on every page, and on the last one a smaller limit.
    async fn as_the_public_client(&self, house: &House, wanted: usize) -> Vec<String> {
        let mut walked = Vec::new();
        let mut cursor = String::new();
        loop {
            let limit = usize::min(2, wanted - walked.len());
            let page = self.page(house, &format!("{}&limit={limit}{cursor}", self.query)).await;
            assert!(ids(&page).len() <= limit, "{page}");
            walked.extend(ids(&page));
            match page["next_cursor"].as_str() {
                Some(next) if walked.len() < wanted => cursor = format!("&cursor={next}"),
                _ => return walked,
            }
        }
    }
}

#[tokio::test]
async fn the_public_client_gets_what_it_asks_for() {
    let house = House::new().await;
    for walk in lists(&house).await {
        let whole = ids(&walk.page(&house, &format!("{}&limit=100", walk.query)).await);
        assert!(whole.len() >= 5, "{}", walk.path);
        for wanted in [1, 3, 4, 5] {
            assert_eq!(walk.as_the_public_client(&house, wanted).await, whole[..wanted], "{}", walk.path);
        }
        assert_eq!(walk.as_the_public_client(&house, 1000).await, whole, "{}", walk.path);
    }
}

#[tokio::test]
async fn a_limit_beside_a_cursor_holds_from_then_on() {
    let house = House::new().await;
    for walk in lists(&house).await {
        let whole = ids(&walk.page(&house, "limit=100").await);
        let first = walk.page(&house, "limit=1").await;
        let second = walk.page(&house, &format!("limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await;
        let third = walk.page(&house, &format!("cursor={}", second["next_cursor"].as_str().unwrap())).await;
        assert_eq!([ids(&first), ids(&second), ids(&third)].concat(), whole[..5], "{}", walk.path);
    }
}

#[tokio::test]
async fn an_ascending_walk_can_be_gone_on_with_later() {
    let house = House::new().await;
    for walk in lists(&house).await {
        let mut page = walk.page(&house, &format!("{}&limit=2", walk.ascending)).await;
        let mut walked = ids(&page);
        while page["has_more"] == true {
            page = walk.page(&house, &format!("cursor={}", page["next_cursor"].as_str().unwrap())).await;
            walked.extend(ids(&page));
        }
        let mut kept = page["next_cursor"].as_str().unwrap().to_owned();
        for number in [100, 101] {
            let nothing = walk.page(&house, &format!("cursor={kept}")).await;
            assert_eq!((ids(&nothing), &nothing["has_more"]), (Vec::new(), &json!(false)), "{}", walk.path);
            kept = nothing["next_cursor"].as_str().unwrap().to_owned();
            house.memory.clock.advance(Duration::from_secs(1));
            walk.make(&house, number).await;
            let news = walk.page(&house, &format!("cursor={kept}")).await;
            assert_eq!((ids(&news).len(), &news["has_more"]), (1, &json!(false)), "{}", walk.path);
            walked.extend(ids(&news));
            kept = news["next_cursor"].as_str().unwrap().to_owned();
        }
        assert_eq!(walked, ids(&walk.page(&house, &format!("{}&limit=100", walk.ascending)).await), "{}", walk.path);
        let descending = walk.page(&house, "limit=100").await;
        assert_eq!((&descending["has_more"], &descending["next_cursor"]), (&json!(false), &Value::Null));
    }
}

#[tokio::test]
async fn an_ascending_walk_may_begin_before_the_first_row() {
    let house = House::new().await;
    for (path, new) in [("/v2/tags", json!({"name": "red"})), ("/v2/engagements", timeline("call-1"))] {
        let nothing = house.read(&format!("{path}?order_by=updated_at:asc")).await.json();
        assert_eq!((ids(&nothing), &nothing["has_more"]), (Vec::new(), &json!(false)));
        let kept = nothing["next_cursor"].as_str().unwrap();
        let made = house.ask(Method::POST, path, &new).await.json();
        let news = house.read(&format!("{path}?cursor={kept}")).await.json();
        assert_eq!(ids(&news), [id(&made)]);
    }
}

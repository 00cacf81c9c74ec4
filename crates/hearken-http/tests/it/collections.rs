//! What tags, webhook endpoints and workflows have in common: how they come and go, who may see them, and their lists.

use std::time::Duration;

use hearken_domain::access::Scope;
use http::{Method, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use crate::harness::{House, asking, nothing};

/// A kind of resource.
struct Kind {
    path: &'static str,
    object: &'static str,
    never: &'static str,
    read: Scope,
    write: Scope,
    new: fn(usize) -> Value,
    patch: fn() -> Value,
}

const KINDS: [Kind; 3] = [
    Kind {
        path: "/v2/tags",
        object: "tag",
        never: "tag_00000000000000000000000001",
        read: Scope::TagsRead,
        write: Scope::TagsWrite,
        new: |number| json!({"name": format!("tag {number}")}),
        patch: || json!({"description": "another"}),
    },
    Kind {
        path: "/v2/webhook_endpoints",
        object: "webhook_endpoint",
        never: "whep_00000000000000000000000001",
        read: Scope::WebhooksRead,
        write: Scope::WebhooksWrite,
        new: |number| json!({"url": format!("https://receiver.example/{number}")}),
        patch: || json!({"description": "another"}),
    },
    Kind {
        path: "/v2/workflows",
        object: "workflow",
        never: "wfl_00000000000000000000000001",
        read: Scope::WorkflowsRead,
        write: Scope::WorkflowsWrite,
        new: |number| json!({"name": format!("flow {number}"), "actions": [{"type": "email", "to": ["owner"]}]}),
        patch: || json!({"name": "another"}),
    },
];

/// A request that is good for a resource that is there.
struct Asked {
    method: Method,
    path: String,
    body: Value,
    scope: Scope,
}

impl Kind {
    /// The routes of the whole.
    fn of_all(&self) -> Vec<Asked> {
        let asked = |method, body, scope| Asked { method, path: self.path.to_owned(), body, scope };
        vec![asked(Method::GET, Value::Null, self.read), asked(Method::POST, (self.new)(100), self.write)]
    }

    /// The routes of one; the one that deletes it comes last.
    fn of_one(&self, id: &str) -> Vec<Asked> {
        let asked =
            |method, rest: &str, body, scope| Asked { method, path: format!("{}/{id}{rest}", self.path), body, scope };
        let mut all =
            vec![asked(Method::GET, "", Value::Null, self.read), asked(Method::PATCH, "", (self.patch)(), self.write)];
        match self.object {
            "webhook_endpoint" => all.extend([
                asked(Method::POST, "/rotate_secret", Value::Null, self.write),
                asked(Method::POST, "/test", Value::Null, self.write),
                asked(Method::POST, "/recover", json!({"since": "2025-01-01T00:00:00Z"}), self.write),
                asked(Method::GET, "/deliveries", Value::Null, self.read),
            ]),
            "workflow" => all.push(asked(Method::GET, "/runs", Value::Null, self.read)),
            _ => {}
        }
        all.push(asked(Method::DELETE, "", Value::Null, self.write));
        all
    }

    async fn made(&self, house: &House) -> String {
        id(&house.made(self.path, &(self.new)(1)).await)
    }
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn each_is_made_found_changed_and_deleted() {
    let house = House::new().await;
    for kind in KINDS {
        let made = house.ask(Method::POST, kind.path, &(kind.new)(1)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let id = id(&made.json());
        assert_eq!(made.header("location"), format!("/api{}/{id}", kind.path));
        let found = house.read(made.header("location")).await.json();
        assert_eq!((&found["id"], &found["object"]), (&made.json()["id"], &json!(kind.object)));
        assert!(house.read(kind.path).await.json()["data"].as_array().unwrap().contains(&found));

        let path = format!("{}/{id}", kind.path);
        let changed = house.ask(Method::PATCH, &path, &(kind.patch)()).await;
        assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        assert_eq!(house.read(&path).await.json(), changed.json());
        let moved = |row: &Value| row["updated_at"].as_str().unwrap().to_owned();
        assert!(moved(&changed.json()) > moved(&found), "{changed:?}");

        let deleted = house.ask(Method::DELETE, &path, &Value::Null).await;
        assert_eq!(deleted.status, StatusCode::OK);
        assert_eq!(deleted.json(), json!({"id": id, "object": kind.object, "deleted": true}));
        assert!(!ids(&house.read(kind.path).await.json()).contains(&id));
        for asked in kind.of_one(&id) {
            house.ask(asked.method, &asked.path, &asked.body).await.problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let house = House::new().await;
    for kind in KINDS {
        let path = format!("{}/{}", kind.path, kind.made(&house).await);
        let first = house.read(&path).await;
        let tag = first.header("etag").to_owned();
        let request = asking(Method::GET, &path, &house.token).header("if-none-match", &tag);
        let known = house.send(request.body(nothing()).unwrap()).await;
        assert_eq!((known.status, known.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        house.ask(Method::PATCH, &path, &(kind.patch)()).await;
        assert_ne!(house.read(&path).await.header("etag"), tag, "{path}");
    }
}

#[tokio::test]
async fn each_route_needs_its_scope_and_no_other_will_do() {
    let house = House::new().await;
    for kind in KINDS {
        let id = kind.made(&house).await;
        for asked in kind.of_all().into_iter().chain(kind.of_one(&id)) {
            let others = |scope: &&Scope| **scope != asked.scope && **scope != Scope::WorkspaceAdmin;
            let others: Vec<Scope> = Scope::ALL.iter().filter(others).copied().collect();
            let answer =
                house.ask_as(&house.key(&others).await, (asked.method.clone(), &asked.path), &asked.body).await;
            let problem = answer.problem(403, "insufficient_scope");
            assert!(problem["detail"].as_str().unwrap().ends_with(asked.scope.as_str()), "{problem}");
            let own = house.key(&[asked.scope]).await;
            let answer = house.ask_as(&own, (asked.method, &asked.path), &asked.body).await;
            assert!(answer.status.is_success(), "{}: {answer:?}", asked.path);
        }
    }
}

#[tokio::test]
async fn what_belongs_to_another_workspace_looks_exactly_like_what_never_was() {
    let house = House::new().await;
    let stranger = house.key_elsewhere().await;
    for kind in KINDS {
        let foreign = kind.made(&house).await;
        let before = house.read(&format!("{}/{foreign}", kind.path)).await.bytes;
        let never: Vec<Asked> = kind.of_one(kind.never);
        for other in [foreign.as_str(), "nonsense", "ngmt_00000000000000000000000001", &foreign.to_lowercase()] {
            for (never, asked) in never.iter().zip(kind.of_one(other)) {
                let never = house.ask_as(&stranger, (never.method.clone(), &never.path), &never.body).await;
                never.problem(404, "not_found");
                let answer = house.ask_as(&stranger, (asked.method, &asked.path), &asked.body).await;
                assert_eq!(answer.masked(), never.masked(), "{}", asked.path);
            }
        }
        assert!(!ids(&house.read_as(&stranger, kind.path).await.json()).contains(&foreign));
        assert_eq!(house.read(&format!("{}/{foreign}", kind.path)).await.bytes, before);
    }
}

#[tokio::test]
async fn a_parameter_that_is_not_there_is_named() {
    let house = House::new().await;
    for kind in KINDS {
        let id = kind.made(&house).await;
        for asked in kind.of_all().into_iter().chain(kind.of_one(&id)) {
            let answer = house.ask(asked.method, &format!("{}?colour=red", asked.path), &asked.body).await;
            answer.problem(400, "bad_request");
            assert_eq!(answer.faults()[0].0, "colour", "{}", asked.path);
        }
    }
}

#[tokio::test]
async fn a_body_is_json_and_is_left_out_where_none_is_needed() {
    let house = House::new().await;
    for kind in KINDS {
        let id = kind.made(&house).await;
        for asked in kind.of_all().into_iter().chain(kind.of_one(&id)).filter(|asked| asked.method != Method::GET) {
            let send = async |content_type: &str, body: &str| {
                let request = asking(asked.method.clone(), &asked.path, &house.token);
                let request = request.header("content-type", content_type).body(Full::from(body.to_owned()));
                house.send(request.unwrap()).await
            };
            if asked.body.is_null() {
                continue;
            }
            send("text/plain", &asked.body.to_string()).await.problem(415, "unsupported_media_type");
            send("application/json", "[]").await.problem(400, "bad_request");
            send("application/json", "").await.problem(400, "bad_request");
        }
    }
    let id = KINDS[1].made(&house).await;
    let path = format!("/v2/webhook_endpoints/{id}/test");
    let send = async |content_type: &str, body: &'static str| {
        let request = asking(Method::POST, &path, &house.token).header("content-type", content_type);
        house.send(request.body(Full::from(body)).unwrap()).await
    };
    assert_eq!(house.ask(Method::POST, &path, &Value::Null).await.status, StatusCode::CREATED);
    assert_eq!(send("application/x-www-form-urlencoded", "").await.status, StatusCode::CREATED);
    assert_eq!(send("application/json", "{}").await.status, StatusCode::CREATED);
    send("text/plain", "hello").await.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_walk_shows_every_row_once_in_the_order_asked_for() {
    let house = House::new().await;
    for kind in KINDS {
        for number in 0..5 {
            house.memory.clock.advance(Duration::from_secs(1));
            house.made(kind.path, &(kind.new)(number)).await;
        }
        let newest_first = ids(&house.read(&format!("{}?limit=100", kind.path)).await.json());
        let oldest_first: Vec<String> = newest_first.iter().rev().cloned().collect();
        assert!(newest_first.len() >= 5);
        for (query, expected) in [("limit=2", &newest_first), ("limit=2&order_by=updated_at:asc", &oldest_first)] {
            let mut page = house.read(&format!("{}?{query}", kind.path)).await.json();
            let mut walked = ids(&page);
            while page["has_more"] == true {
                assert_eq!(ids(&page).len(), 2);
                let cursor = page["next_cursor"].as_str().unwrap();
                page = house.read(&format!("{}?cursor={cursor}", kind.path)).await.json();
                walked.extend(ids(&page));
            }
            assert_eq!((&walked, &page["has_more"]), (expected, &json!(false)), "{}?{query}", kind.path);
        }
        let last = house.read(&format!("{}?limit=1", kind.path)).await.json();
        let bound = last["data"][0]["updated_at"].as_str().unwrap().to_owned();
        let since = house.read(&format!("{}?filter%5Bupdated_at%5D%5Bgte%5D={bound}", kind.path)).await.json();
        assert_eq!(ids(&since), newest_first[..1]);
    }
}

#[tokio::test]
async fn a_cursor_of_another_kind_of_list_is_refused() {
    let house = House::new().await;
    for number in 0..2 {
        house.made("/v2/tags", &(KINDS[0].new)(number)).await;
    }
    let page = house.read("/v2/tags?limit=1").await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    for path in ["/v2/webhook_endpoints", "/v2/workflows", "/v2/engagements"] {
        let answer = house.read(&format!("{path}?cursor={cursor}")).await;
        answer.problem(400, "bad_request");
        assert_eq!(answer.faults()[0].0, "cursor", "{path}");
    }
}

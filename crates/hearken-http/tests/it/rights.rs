//! What an answer shows needs the right to read it, whatever was asked for: a create, its repeat, a change or a read.

use hearken_application::administer::{NewKey, Privacy};
use hearken_domain::access::Scope;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, House, LINK, recording, timeline};

const PARTS: [(&str, Scope); 8] = [
    ("transcript", Scope::EngagementsRead),
    ("media_url", Scope::EngagementsRead),
    ("action_items", Scope::EngagementsRead),
    ("signals", Scope::EngagementsRead),
    ("tags", Scope::EngagementsRead),
    ("companies", Scope::CompaniesRead),
    ("contacts", Scope::ContactsRead),
    ("owner", Scope::UsersRead),
];
/// What writing takes, also of private engagements.
const WRITING: [Scope; 2] = [Scope::EngagementsWrite, Scope::EngagementsPrivateWrite];

#[track_caller]
fn assert_lacks(answer: &Answer, scope: Scope, about: &str) {
    let problem = answer.problem(403, "insufficient_scope");
    assert_eq!(problem["detail"], format!("the token lacks the scope {scope}"), "{about}");
}

fn private(external_id: &str) -> Value {
    let mut body = recording(external_id);
    body["is_private"] = json!(true);
    body
}

async fn key(house: &House, scopes: &[Scope]) -> String {
    house.key(&[&WRITING[..], scopes].concat()).await
}

async fn replace_tags(house: &House, token: &str, path: &str) -> Answer {
    house.ask_as(token, (Method::PUT, path), &json!({"tag_ids": []})).await
}

/// The external ids of everything that is there.
async fn all(house: &House) -> Vec<String> {
    let page = house.read("/v2/engagements?limit=100&order_by=start_at:asc").await.json();
    page["data"].as_array().unwrap().iter().map(|row| row["external_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_part_needs_its_right_on_every_route_and_nothing_is_done_without_it() {
    let house = House::new().await;
    let id = house.created(&recording("there")).await;
    let tagged = house.made("/v2/tags", &json!({"name": "red"})).await["id"].clone();
    let tags = format!("/v2/engagements/{id}/tags");
    house.ask(Method::PUT, &tags, &json!({"tag_ids": [tagged]})).await;
    let (before, fetched) =
        (house.read(&format!("/v2/engagements/{id}?expand=tags")).await, house.memory.media.fetches());
    let writer = key(&house, &[]).await;
    for (part, scope) in PARTS {
        assert_lacks(&house.post_expanding(&writer, &recording("new"), part).await, scope, part);
        assert_lacks(&house.post_expanding(&writer, &recording("there"), part).await, scope, part);
        assert_lacks(&replace_tags(&house, &writer, &format!("{tags}?expand={part}")).await, scope, part);
        let nonsense =
            house.ask_as(&writer, (Method::POST, &format!("/v2/engagements?expand={part}")), &json!([])).await;
        assert_lacks(&nonsense, scope, "who asks comes before what is asked");
    }
    assert_eq!((all(&house).await, house.memory.media.fetches()), (vec!["there".to_owned()], fetched));
    assert_eq!(house.read(&format!("/v2/engagements/{id}?expand=tags")).await.bytes, before.bytes, "no tag was taken");

    let replay = house.post_as(&writer, &recording("there")).await;
    assert_eq!(
        (replay.status, replay.header("idempotent-replayed")),
        (StatusCode::OK, "true"),
        "the plain one is shown"
    );
    for (number, (part, scope)) in PARTS.into_iter().enumerate() {
        let own = key(&house, &[scope]).await;
        let made = house.post_expanding(&own, &recording(&format!("new {number}")), part).await;
        let again = house.post_expanding(&own, &recording("there"), part).await;
        let changed = replace_tags(&house, &own, &format!("{tags}?expand={part}")).await;
        for (answer, status) in [(made, StatusCode::CREATED), (again, StatusCode::OK), (changed, StatusCode::OK)] {
            assert_eq!(answer.status, status, "{part}: {answer:?}");
            assert!(answer.json().get(part).is_some(), "{part}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn parts_of_a_private_engagement_need_the_private_right_too() {
    let house = House::new().await;
    for (part, scope) in PARTS.into_iter().filter(|(part, _)| *part != "owner") {
        let creator = key(&house, &[scope, Scope::EngagementsRead]).await;
        let id = house.post_as(&creator, &private(part)).await.json()["id"].as_str().unwrap().to_owned();
        let fetched = house.memory.media.fetches();
        let tags = format!("/v2/engagements/{id}/tags?expand={part}");
        let missing = Scope::EngagementsPrivateRead;
        assert_lacks(&house.post_expanding(&creator, &private("new"), part).await, missing, part);
        assert_lacks(&house.post_expanding(&creator, &private(part), part).await, missing, part);
        assert_lacks(&replace_tags(&house, &creator, &tags).await, missing, part);
        assert_eq!(house.memory.media.fetches(), fetched, "{part}: nothing was fetched for what cannot be shown");
        assert!(!all(&house).await.contains(&"new".to_owned()), "{part}");
        assert_eq!(house.post_as(&creator, &private(part)).await.status, StatusCode::OK, "its own plain replay");

        let insider = key(&house, &[scope, Scope::EngagementsRead, Scope::EngagementsPrivateRead]).await;
        for answer in [
            house.post_expanding(&insider, &private(&format!("{part} too")), part).await,
            house.post_expanding(&insider, &private(part), part).await,
            replace_tags(&house, &insider, &tags).await,
        ] {
            assert!(answer.status.is_success() && answer.json().get(part).is_some(), "{part}: {answer:?}");
        }
    }
    // Whose it is stands in the plain representation.
    let owner = key(&house, &[Scope::UsersRead]).await;
    assert_eq!(house.post_expanding(&owner, &private("owned"), "owner").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn the_workspaces_default_makes_a_create_private_before_it_is_made() {
    let house = House::new().await;
    let closed = house.administrator.create_workspace("Closed".try_into().unwrap(), Privacy::Private).await.unwrap();
    let user = hearken_application::administer::NewUser {
        email: "eve@closed.test".try_into().unwrap(),
        phone: None,
        first_name: None,
        last_name: None,
        role: hearken_domain::directory::Role::User,
    };
    let user = house.administrator.add_user(closed.id, user).await.unwrap();
    let scopes = [Scope::EngagementsRead, Scope::EngagementsWrite].into_iter().collect();
    let key = NewKey { user: user.id, scopes, name: None, life: None };
    let token = house.administrator.create_key(closed.id, key).await.unwrap().token.expose().to_owned();
    let refused = house.post_expanding(&token, &recording("call-1"), "transcript").await;
    assert_lacks(&refused, Scope::EngagementsPrivateRead, "the default");
    assert_eq!(house.memory.media.fetches(), 0);
    let mut open = recording("call-1");
    open["is_private"] = json!(false);
    assert_eq!(house.post_expanding(&token, &open, "transcript").await.status, StatusCode::CREATED);
    let replay = house.post_expanding(&token, &recording("call-1"), "transcript").await;
    assert_eq!(replay.status, StatusCode::OK, "what is there decides about a repeat, and it is not private");
}

#[tokio::test]
async fn a_refused_replay_tells_a_stranger_nothing_more() {
    let house = House::new().await;
    house.created(&private("secret")).await;
    let bob = hearken_application::administer::NewUser {
        email: "bob@initech.test".try_into().unwrap(),
        phone: None,
        first_name: None,
        last_name: None,
        role: hearken_domain::directory::Role::User,
    };
    let bob = house.administrator.add_user(house.workspace.id, bob).await.unwrap();
    let scopes = [Scope::EngagementsRead, Scope::EngagementsWrite].into_iter().collect();
    let key = NewKey { user: bob.id, scopes, name: None, life: None };
    let stranger = house.administrator.create_key(house.workspace.id, key).await.unwrap().token.expose().to_owned();
    let plain = house.post_as(&stranger, &private("secret")).await;
    assert_lacks(&plain, Scope::EngagementsPrivateRead, "plain");
    for (body, part) in
        [(private("secret"), "transcript"), (recording("secret"), "media_url"), (private("never"), "transcript")]
    {
        let answer = house.post_expanding(&stranger, &body, part).await;
        assert_eq!(answer.masked(), plain.masked(), "{part}: {body}");
    }
}

#[tokio::test]
async fn a_timeline_needs_its_own_right_alone_and_a_private_one_those_of_its_engagement_too() {
    use Scope::{EngagementsPrivateRead, EngagementsRead, TranscriptTimelinesRead};

    let house = House::new().await;
    let mut body = timeline("open");
    body["media_url"] = json!(LINK);
    let open = house.created(&body).await;
    body["external_id"] = json!("private");
    body["is_private"] = json!(true);
    let private = house.created(&body).await;
    let ask = async |scopes: &[Scope], id: &str| {
        let path = format!("/v2/engagements/{id}/transcript_timeline");
        house.read_as(&house.key(scopes).await, &path).await
    };
    assert_eq!(ask(&[TranscriptTimelinesRead], &open).await.status, StatusCode::OK);
    for (scopes, missing) in [
        (&[EngagementsRead, EngagementsPrivateRead][..], TranscriptTimelinesRead),
        (&[TranscriptTimelinesRead], EngagementsRead),
        (&[TranscriptTimelinesRead, EngagementsPrivateRead], EngagementsRead),
        (&[TranscriptTimelinesRead, EngagementsRead], EngagementsPrivateRead),
    ] {
        assert_lacks(&ask(scopes, &private).await, missing, "private");
    }
    let all = [TranscriptTimelinesRead, EngagementsRead, EngagementsPrivateRead];
    assert_eq!(ask(&all, &private).await.status, StatusCode::OK);
}

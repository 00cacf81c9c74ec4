//! Two workspaces on one server never see each other: what belongs to the other one looks as if it had never been.

use hearken_e2e::{
    answer::Answer,
    bodies,
    client::{Client, ENGAGEMENTS},
    media_host::MediaHost,
    server::Server,
    setup::Setup,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Well-formed, and nobody's.
const NOBODYS: &str = "ngmt_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// A workspace beside the first one, made by the command line while the server runs, and its administrator's client.
fn other_workspace(server: &Server) -> Client {
    let workspace = server.command(&["workspaces", "create", "--name", "Other"]);
    let workspace = workspace["id"].as_str().expect("a workspace has an id");
    let user = ["users", "add", "--workspace", workspace, "--email", "boss@other.example", "--role", "OWNER"];
    server.command(&user);
    let key = server.new_key(workspace, "workspace:admin", &[]);
    server.client(key["token"].as_str().expect("a new key has a token"))
}

fn external_ids(engagements: &[Value]) -> Vec<&str> {
    engagements.iter().filter_map(|engagement| engagement["external_id"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_do_not_see_each_other() {
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    // Nobody works on the engagements: what a repeat shows is what the create has shown.
    let server = Setup::new().fetching_from(&host).without_worker().start(folder.path()).await;
    let (ours, theirs) = (server.admin(), other_workspace(&server));
    let with_people = |external_id: &str, path: &str| {
        let mut body = bodies::with_media(external_id, &host.link(path));
        body["participants"] = json!([{"name": "Sam Rivera", "email": "sam@globex.example"}]);
        body
    };
    let mine = ours.create(&with_people("same-key", "/instant/mine")).await.expect(201);
    // The key is unique in a workspace: for another one it is free.
    let yours = theirs.create(&with_people("same-key", "/instant/yours")).await.expect(201);
    assert_ne!(mine.id(), yours.id());
    ours.create(&bodies::with_timeline("talk", "Hello.")).await.expect(201);
    let repeated = theirs.create(&with_people("same-key", "/instant/mine")).await.expect(200);
    assert_eq!(repeated.json(), yours.json());

    assert_eq!(external_ids(&theirs.all_engagements("").await), ["same-key"]);
    assert_eq!(ours.all_engagements("").await.len(), 2);
    let people = |client: &Client, id: String| {
        let client = client.clone();
        async move { client.read_engagement(&id, "?expand=contacts,companies,owner").await.expect(200).json() }
    };
    let (my_people, your_people) = (people(&ours, mine.id()).await, people(&theirs, yours.id()).await);
    for (part, what) in [("contacts", "a contact"), ("companies", "a company")] {
        assert!(my_people[part][0]["id"].is_string() && your_people[part][0]["id"].is_string(), "{part}");
        assert_ne!(my_people[part][0]["id"], your_people[part][0]["id"], "{what} is shared");
    }
    the_others_resources_look_like_none(&theirs, &mine).await;
    filters_and_cursors_stay_inside(&ours, &theirs, &my_people).await;
}

/// Byte for byte what an id gets that never existed, but for the request's own.
async fn the_others_resources_look_like_none(theirs: &Client, mine: &Answer) {
    for tail in ["", "?expand=media_url,transcript", "/transcript_timeline"] {
        let foreign = theirs.read(&format!("{ENGAGEMENTS}/{}{tail}", mine.id())).await.expect(404);
        let nobodys = theirs.read(&format!("{ENGAGEMENTS}/{NOBODYS}{tail}")).await.expect(404);
        assert_eq!(foreign.masked(), nobodys.masked(), "{tail}");
        assert_eq!(foreign.body.len(), nobodys.body.len(), "{tail}");
        let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&foreign), names(&nobodys), "{tail}");
    }
}

async fn filters_and_cursors_stay_inside(ours: &Client, theirs: &Client, my_people: &Value) {
    let of = |value: &Value| value.as_str().expect("it is an id").to_owned();
    for (field, id) in [
        ("owner_user_id][eq]", of(&my_people["owner_user_id"])),
        ("contact_ids][in]", of(&my_people["contacts"][0]["id"])),
        ("company_ids][in]", of(&my_people["companies"][0]["id"])),
    ] {
        let query = format!("&filter[{field}={id}");
        assert!(!ours.all_engagements(&query).await.is_empty(), "{field}");
        assert_eq!(theirs.all_engagements(&query).await, Vec::<Value>::new(), "{field}");
    }
    let page = ours.read(&format!("{ENGAGEMENTS}?limit=1")).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().expect("there is a second page");
    let elsewhere = theirs.read(&format!("{ENGAGEMENTS}?cursor={cursor}")).await.expect(200).json();
    let items = elsewhere["data"].as_array().expect("a list has data");
    let own = theirs.all_engagements("").await;
    assert!(items.iter().all(|item| own.contains(item)), "{elsewhere}");
}

//! Two processes on one PostgreSQL and one folder of recordings are one service.

use hearken_e2e::{
    bodies,
    client::Client,
    database::{on_postgres, postgres_for},
    media_host::MediaHost,
    recording,
    server::{Server, admin_token},
    setup::Setup,
    until::within_patience,
};
use tempfile::TempDir;

struct Pair {
    host: MediaHost,
    first: Server,
    second: Server,
    token: String,
    _folders: [TempDir; 3],
}

impl Pair {
    /// Nothing when there is no PostgreSQL.
    async fn start(test: &str) -> Option<Self> {
        let postgres = postgres_for(test)?;
        let host = MediaHost::start().await;
        let folders = [(); 3].map(|()| TempDir::new().expect("a temporary folder can be made"));
        let shared = format!("file://{}", folders[2].path().display());
        let setup = Setup::new().without_worker().fetching_from(&host).with("blobs.url", shared);
        let setup = on_postgres(postgres, setup, folders[0].path());
        // One after the other: the first one makes the workspace and the key.
        let first = setup.start(folders[0].path()).await;
        let second = setup.start(folders[1].path()).await;
        let token = admin_token(folders[0].path());
        Some(Self { host, first, second, token, _folders: folders })
    }

    fn clients(&self) -> (Client, Client) {
        (self.first.client(&self.token), self.second.client(&self.token))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_process_waits_for_the_first() {
    let Some(pair) = Pair::start("the_second_process_waits_for_the_first").await else { return };
    let (first, second) = pair.clients();
    let path = "/hold/shared";
    let body = bodies::with_media("shared", &pair.host.link(path));
    let creating = tokio::spawn({
        let body = body.clone();
        async move { first.create(&body).await }
    });
    pair.host.asked(path, 1).await;
    let waiting = tokio::spawn({
        let (second, body) = (second.clone(), body.clone());
        async move { second.create(&body).await }
    });
    pair.host.release(path);
    let created = within_patience("the first is answered", creating).await.expect("it did not panic").expect(201);
    let waited = within_patience("the second is answered", waiting).await.expect("it did not panic").expect(200);
    assert_eq!(created.json(), waited.json());
    assert_eq!(pair.host.counts(path).requests, 1);

    // The link that one process signs opens at the other.
    let shown = pair.clients().0.read_engagement(&created.id(), "?expand=media_url").await.expect(200).json();
    let link = shown["media_url"].as_str().expect("a recording has a link");
    assert_eq!(second.recording(link).await.expect(200).body, recording::of(path));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_creates_at_once_one_makes_it() {
    let Some(pair) = Pair::start("of_two_creates_at_once_one_makes_it").await else { return };
    let (first, second) = pair.clients();
    for number in 0..12 {
        let key = format!("race-{number}");
        // Every other one without a recording: there no claim stands between the two, only the unique index.
        let body = match number % 2 {
            0 => bodies::with_media(&key, &pair.host.link(&format!("/slow/{key}?ms=50"))),
            _ => bodies::with_timeline(&key, "Hello."),
        };
        let (one, other) = tokio::join!(first.create(&body), second.create(&body));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201], "{key}: {} {}", one.text(), other.text());
        assert_eq!(one.id(), other.id(), "{key}");
    }
    assert_eq!(second.all_engagements("").await.len(), 12);
}

//! SIGTERM lets what is under way finish, takes nothing new, and ends with status 0.

use hearken_e2e::{
    bodies,
    media_host::MediaHost,
    recording,
    setup::Setup,
    until::{until, within_patience},
};
use tempfile::TempDir;
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_is_under_way_is_finished() {
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    // What is under way ends by itself, and not because its time is over.
    let setup = Setup::new().fetching_from(&host).with("limits.drain_timeout", "5m");
    let mut server = setup.start(folder.path()).await;
    let path = "/hold/drained";
    let creating = tokio::spawn({
        let (client, body) = (server.admin(), bodies::with_media("drained", &host.link(path)));
        async move { client.create(&body).await }
    });
    host.asked(path, 1).await;

    server.terminate();
    let address = server.address();
    until("new connections are refused", async || TcpStream::connect(address).await.is_err().then_some(())).await;
    host.release(path);
    let created = within_patience("the create is answered", creating).await.expect("it did not panic").expect(201);
    let status = server.ended().await;
    assert!(status.success(), "{status}:\n{}", server.log().text());

    let again = setup.start(folder.path()).await;
    let client = again.admin();
    let shown = client.read_engagement(&created.id(), "?expand=media_url").await.expect(200).json();
    let link = shown["media_url"].as_str().expect("a recording has a link");
    assert_eq!(client.recording(link).await.expect(200).body, recording::of(path));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lasts_longer_than_the_drain_timeout_is_cut_off_and_can_be_sent_again() {
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let setup = Setup::new().fetching_from(&host).with("limits.drain_timeout", "1s");
    let mut server = setup.start(folder.path()).await;
    let path = "/hold/cut-off";
    let body = bodies::with_media("cut-off", &host.link(path));
    let creating = tokio::spawn({
        let (client, body) = (server.admin(), body.clone());
        async move { client.try_create(&body).await.map(|answer| answer.status) }
    });
    host.asked(path, 1).await;
    server.terminate();
    let status = server.ended().await;
    assert!(status.success(), "{status}:\n{}", server.log().text());
    let answered = within_patience("the create ends", creating).await.expect("it did not panic");
    assert!(!matches!(answered, Ok(200 | 201)), "nothing was made, but the answer was {answered:?}");

    host.release(path);
    let again = setup.start(folder.path()).await;
    again.admin().create(&body).await.expect(201);
}

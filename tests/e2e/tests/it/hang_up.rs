//! A client that hangs up does not undo the work: its retry gets the engagement, and the recording is fetched once.

use hearken_e2e::{
    bodies,
    client::ENGAGEMENTS,
    media_host::MediaHost,
    raw,
    server::Server,
    setup::Setup,
    until::{until, within_patience},
};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpStream};

const PATH: &str = "/hold/hung-up";
const KEY: &str = "hung-up";

/// Sends a create, waits until its recording is being fetched, and hangs up.
async fn hang_up_during_the_fetch(server: &Server, host: &MediaHost) {
    let body = bodies::with_media(KEY, &host.link(PATH)).to_string();
    let length = format!("content-length: {}", body.len());
    let head = raw::create_head(server.address(), &server.admin_token(), &[&length]);
    let mut stream = TcpStream::connect(server.address()).await.expect("the server accepts connections");
    stream.write_all(format!("{head}{body}").as_bytes()).await.expect("the server takes what is sent");
    host.asked(PATH, 1).await;
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_the_work_was_done_gets_the_engagement() {
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    // One place: once it is free again, the server has noticed that the client is gone.
    let setup = Setup::new().fetching_from(&host).with("limits.max_in_flight", "1");
    let server = setup.start(folder.path()).await;
    let client = server.admin();
    hang_up_during_the_fetch(&server, &host).await;
    until("the server notices", async || (client.read(ENGAGEMENTS).await.status == 200).then_some(())).await;
    host.release(PATH);
    until("the work is done", async || (client.all_engagements("").await.len() == 1).then_some(())).await;
    let retried = client.create(&bodies::with_media(KEY, &host.link(PATH))).await.expect(200);
    assert!(retried.is_replay());
    assert_eq!(host.counts(PATH).requests, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_during_the_work_waits_for_it() {
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server = Setup::new().fetching_from(&host).with("limits.max_in_flight", "1").start(folder.path()).await;
    let client = server.admin();
    hang_up_during_the_fetch(&server, &host).await;
    until("the server notices", async || (client.read(ENGAGEMENTS).await.status == 200).then_some(())).await;
    let retry = tokio::spawn({
        let (client, body) = (client.clone(), bodies::with_media(KEY, &host.link(PATH)));
        async move {
            // The one place may be taken by the question whether it is.
            loop {
                let retried = client.create(&body).await;
                if retried.status != 503 {
                    return retried;
                }
            }
        }
    });
    // The retry has the one place when another request finds none.
    until("the retry is at work", async || (client.read(ENGAGEMENTS).await.status == 503).then_some(())).await;
    host.release(PATH);
    let retried = within_patience("the retry is answered", retry).await.expect("the retry did not panic").expect(200);
    assert!(retried.is_replay());
    assert_eq!(host.counts(PATH).requests, 1);
    assert_eq!(client.all_engagements("").await.len(), 1);
}

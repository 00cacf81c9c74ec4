//! What must never stand in a log: tokens, signed links, media credentials, the queries of links, transcripts.

use hearken_e2e::{
    bodies,
    client::{ENGAGEMENTS, path_of},
    media_host::MediaHost,
    server::Server,
    setup::Setup,
};
use serde_json::json;
use tempfile::TempDir;

const QUERY: &str = "querymarker7d1f";
const CREDENTIAL: &str = "credentialmarker83ac";
const SPOKEN: &str = "spokenmarker51be";

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_no_transcript_is_logged() {
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let setup = Setup::new().fetching_from(&host);
    // The first start prints the key, as it must; what is looked through is the log of the second.
    setup.start(folder.path()).await.stop().await;
    let server = setup.with("log.level", "debug").start(folder.path()).await;
    let mut secrets = [QUERY, CREDENTIAL, SPOKEN].map(str::to_owned).to_vec();
    let token = server.admin_token();
    secrets.push(token.split_once('.').expect("a token has a secret").1.to_owned());
    secrets.push(use_everything(&server, &host).await);

    let log = server.log().clone();
    server.stop().await;
    for route in ["\"/v2/engagements\"", "\"/v2/engagements/{id}\"", "\"/media/{token}\""] {
        assert!(log.contains(route), "{route} was not logged, so there is nothing to look through");
    }
    for secret in &secrets {
        let line = log.text().lines().find(|line| line.contains(secret)).map(str::to_owned);
        assert_eq!(line, None, "{secret} is in the log");
    }
}

/// Requests of every kind, good and bad. Gives the token of a signed link.
async fn use_everything(server: &Server, host: &MediaHost) -> String {
    let client = server.admin();
    let link = |path: &str| host.link(&format!("{path}?X-Signature={QUERY}"));
    let mut body = bodies::with_media("logged", &link("/instant/logged"));
    body["transcript"] = json!(format!("Ada: {SPOKEN}"));
    body["media_auth"] = json!({"type": "bearer", "token": CREDENTIAL});
    let created = client.create(&body).await.expect(201);
    client.create(&body).await.expect(200);
    for path in ["/forbidden/x", "/page/x", "/first-fails/x", "/nothing/x"] {
        body["external_id"] = json!(path);
        body["media_url"] = json!(link(path));
        client.create(&body).await.expect(422);
    }
    body["media_url"] = json!(format!("https://no-such-host.invalid/x.mp3?s={QUERY}"));
    client.create(&body).await.expect(422);
    body["media_url"] = json!(format!("http://10.0.0.1/x.mp3?s={QUERY}"));
    client.create(&body).await.expect(422);
    client.create(&bodies::with_timeline("talked", SPOKEN)).await.expect(201);
    let mut wrong = bodies::with_timeline("talked-wrong", SPOKEN);
    wrong["transcript_timeline"]["entries"][0]["speaker_index"] = json!(9);
    client.create(&wrong).await.expect(422);

    client.read(&format!("{ENGAGEMENTS}?expand=transcript,media_url&search={SPOKEN}")).await.expect(200);
    client.read(&format!("{ENGAGEMENTS}/{}/transcript_timeline", created.id())).await.expect(404);
    let shown = client.read_engagement(&created.id(), "?expand=transcript,media_url").await.expect(200).json();
    let media = shown["media_url"].as_str().expect("a recording has a link").to_owned();
    client.recording(&media).await.expect(200);
    client.recording(&format!("{media}x")).await.expect(404);
    let altered = server.admin_token().replace('.', ".x");
    server.client(&altered).read(ENGAGEMENTS).await.expect(401);
    server.client(CREDENTIAL).read(ENGAGEMENTS).await.expect(401);
    path_of(&media).trim_start_matches("/media/").to_owned()
}

//! Pulls from a host on loopback, well-behaved and not.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use hearken_speech_whisper::{KnownModel, ModelFile, ModelHost, PullError, pull};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

use crate::host::{Host, Reply};

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";
/// Of the weights: more than one packet has, so that a break can be within them.
const SIZE: usize = 300_000;
/// SHA-256 of `{}`, `[]`, and of [`weights`].
const DIGESTS: [&str; 3] = [
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
    "3c65ea93424a9c362fec0e3a69ea36031e8a358441479dd665cc6110eabe7b08",
];

fn weights() -> Vec<u8> {
    (0..SIZE).map(|at| (at % 251) as u8).collect()
}

fn model() -> KnownModel {
    let file = |name, size, sha256| ModelFile { name, size, sha256 };
    KnownModel::new(
        "made",
        ("some/where", REVISION),
        [
            file("config.json", 2, DIGESTS[0]),
            file("tokenizer.json", 2, DIGESTS[1]),
            file("model.safetensors", SIZE as u64, DIGESTS[2]),
        ],
    )
}

struct Stage {
    host: Host,
    from: ModelHost,
    dir: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let host = Host::start(files(), None).await;
        // No connection is made with it, but building a client asks for it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let from = ModelHost::new(&format!("http://{}/mirror", host.address)).unwrap();
        Self { host, from, dir: tempfile::tempdir().unwrap() }
    }

    async fn pull(&self) -> Result<(), PullError> {
        pull(&model(), &self.from, self.dir.path(), &|_, _| {}).await.map(drop)
    }

    fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join("made").join(file)
    }

    fn put(&self, file: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path("")).unwrap();
        fs::write(self.path(file), bytes).unwrap();
    }

    fn holds_the_model(&self) {
        holds_the_model(self.dir.path());
    }

    /// The ranges in which the weights were asked for.
    fn ranges(&self) -> Vec<Option<String>> {
        let asked = self.host.asked().into_iter();
        asked.filter(|(file, _)| file == "model.safetensors").map(|(_, range)| range).collect()
    }
}

fn files() -> HashMap<String, Bytes> {
    let path = |file: &str| format!("/mirror/some/where/resolve/{REVISION}/{file}");
    HashMap::from([
        (path("config.json"), Bytes::from_static(b"{}")),
        (path("tokenizer.json"), Bytes::from_static(b"[]")),
        (path("model.safetensors"), weights().into()),
    ])
}

fn holds_the_model(dir: &Path) {
    let mut names: Vec<_> = fs::read_dir(dir.join("made"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["config.json", "model.safetensors", "tokenizer.json"]);
    assert!(fs::read(dir.join("made/model.safetensors")).unwrap() == weights());
    assert_eq!(fs::read(dir.join("made/config.json")).unwrap(), b"{}");
}

fn start(range: Option<&str>) -> usize {
    range.map_or(0, |range| range["bytes=".len()..range.len() - 1].parse().unwrap())
}

fn proper() -> [Reply; 2] {
    [Reply::Proper, Reply::Proper]
}

#[tokio::test]
async fn a_model_comes_over_tls_with_its_progress_and_is_not_fetched_twice() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = CertificateDer::from(made.cert.der().to_vec());
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider));
    let server = server.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let server = server.with_single_cert(vec![certificate.clone()], key).unwrap();
    let host = Host::start(files(), Some(TlsAcceptor::from(Arc::new(server)))).await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trusted = reqwest::Certificate::from_der(&certificate).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([trusted]).build().unwrap();
    let address = format!("https://localhost:{}/mirror/", host.address.port());
    let from = ModelHost::with_client(&address, client).unwrap();

    let dir = tempfile::tempdir().unwrap();
    let told = Mutex::new(Vec::new());
    let progress = |done, total| told.lock().unwrap().push((done, total));
    let folder = pull(&model(), &from, dir.path(), &progress).await.unwrap();
    assert_eq!((folder.path(), folder.missing()), (dir.path().join("made").as_path(), vec![]));
    holds_the_model(dir.path());
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted() && told.iter().all(|(_, total)| *total == SIZE as u64 + 4));
    assert_eq!(told.last(), Some(&(SIZE as u64 + 4, SIZE as u64 + 4)));

    assert_eq!(host.asked().len(), 3);
    pull(&model(), &from, dir.path(), &|_, _| {}).await.unwrap();
    assert_eq!(host.asked(), []);
    // A host that is not trusted gives nothing.
    let other = ModelHost::new(&address).unwrap();
    let refused = pull(&model(), &other, tempfile::tempdir().unwrap().path(), &|_, _| {}).await;
    assert!(matches!(refused, Err(PullError::Host(_))));
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_was() {
    let stage = Stage::new().await;
    stage.host.script(proper());
    stage.host.script([Reply::BreaksOff(100_000), Reply::BreaksOff(50_000)]);
    stage.pull().await.unwrap();
    stage.holds_the_model();
    // How much of what was sent before a break arrives is for the network to say.
    let starts: Vec<usize> = stage.ranges().iter().map(|range| start(range.as_deref())).collect();
    assert!(matches!(starts[..], [0, first, second] if 0 < first && first < second && second <= 150_000), "{starts:?}");
}

#[tokio::test]
async fn a_host_that_keeps_breaking_off_is_left_and_the_next_pull_goes_on() {
    let stage = Stage::new().await;
    stage.host.script(proper());
    stage.host.script([Reply::BreaksOff(70_000), Reply::BreaksOff(0), Reply::BreaksOff(0), Reply::BreaksOff(0)]);
    assert!(matches!(stage.pull().await, Err(PullError::Host(_))));
    let here = fs::read(stage.path("model.safetensors.part")).unwrap();
    assert!(!here.is_empty() && here.len() <= 70_000 && here[..] == weights()[..here.len()]);
    assert!(!stage.path("model.safetensors").exists());
    assert_eq!(stage.ranges().len(), 4);
    stage.pull().await.unwrap();
    stage.holds_the_model();
    assert_eq!(stage.ranges(), [Some(format!("bytes={}-", here.len()))]);
}

#[tokio::test]
async fn a_host_that_knows_no_parts_or_the_wrong_ones_is_asked_for_the_whole() {
    for reply in [Reply::Whole, Reply::WrongPart, Reply::Status(416)] {
        let stage = Stage::new().await;
        stage.put("model.safetensors.part", &weights()[..1000]);
        stage.host.script(proper());
        stage.host.script([reply]);
        stage.pull().await.unwrap();
        stage.holds_the_model();
    }
}

#[tokio::test]
async fn what_is_not_the_file_of_the_catalogue_is_removed() {
    let cases: [(&str, &'static [u8]); 4] =
        [("sha-256", b"[}"), ("size", b"{"), ("size", b"{}\n"), ("size", b"<html>a page that explains it</html>")];
    for (what, other) in cases {
        let stage = Stage::new().await;
        stage.host.script([Reply::Other(other)]);
        match stage.pull().await {
            Err(PullError::Wrong { file: "config.json", what: found }) => assert_eq!(found, what),
            answer => panic!("{answer:?}"),
        }
        assert_eq!(fs::read_dir(stage.path("")).unwrap().count(), 0);
        stage.pull().await.unwrap();
        stage.holds_the_model();
    }
}

#[tokio::test]
async fn a_part_of_something_else_does_not_become_the_file() {
    let stage = Stage::new().await;
    stage.put("model.safetensors.part", &[7; 1000]);
    assert!(matches!(stage.pull().await, Err(PullError::Wrong { what: "sha-256", .. })));
    assert!(!stage.path("model.safetensors").exists());
    stage.put("model.safetensors.part", &vec![7; SIZE + 1]);
    stage.pull().await.unwrap();
    stage.holds_the_model();
}

#[tokio::test]
async fn a_damaged_file_is_fetched_again() {
    let stage = Stage::new().await;
    stage.pull().await.unwrap();
    stage.ranges();
    let mut damaged = weights();
    damaged[5000] ^= 1;
    stage.put("model.safetensors", &damaged);
    stage.put("config.json", b"{");
    stage.pull().await.unwrap();
    stage.holds_the_model();
    assert_eq!(stage.ranges(), [None]);
}

#[tokio::test]
async fn another_status_is_told_and_ends_the_pull() {
    let stage = Stage::new().await;
    for status in [404, 403, 500, 206] {
        stage.host.script([Reply::Status(status)]);
        match stage.pull().await {
            Err(PullError::Answer { status: told, file: "config.json" }) => assert_eq!(told, status),
            answer => panic!("{answer:?}"),
        }
    }
    let from = ModelHost::new(&format!("http://{}/elsewhere", stage.host.address)).unwrap();
    let gone = pull(&model(), &from, stage.dir.path(), &|_, _| {}).await;
    assert!(matches!(gone, Err(PullError::Answer { status: 404, .. })));
}

#[tokio::test]
async fn two_pulls_do_not_write_the_same_file() {
    let stage = Stage::new().await;
    stage.put("config.json.part", b"{");
    let other = fs::File::open(stage.path("config.json.part")).unwrap();
    other.lock().unwrap();
    assert!(matches!(stage.pull().await, Err(PullError::Busy { file: "config.json" })));
    drop(other);
    stage.pull().await.unwrap();
    stage.holds_the_model();
}

#[tokio::test]
async fn a_host_has_an_http_address() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    for address in ["models.example", "file:///models", "ftp://models.example/"] {
        assert!(matches!(ModelHost::new(address), Err(PullError::Address)), "{address}");
    }
}

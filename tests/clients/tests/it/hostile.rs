//! Every way that we know to keep a connection without using it: each client is closed, and its place comes back.

use std::time::Duration;

use tokio::{net::TcpStream, task::JoinSet, time::timeout};

use crate::{
    client::{PATIENCE, ask, health},
    frames::{
        CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE,
        field, frame, get, opening, post, remembered,
    },
    healthy::beside,
    moves::{Move, send, until_closed},
    service::Service,
};

/// Clients of each kind.
const EACH: usize = 2;

/// Places that are left to honest clients.
const SPARE: usize = 8;

/// The pause of a flood: a thousand frames a second. Faster, they would test how many processors there are.
const OFTEN: Duration = Duration::from_millis(20);

const SECOND: Duration = Duration::from_secs(1);

type Kind = (&'static str, Vec<Move>);

fn kinds(token: &str) -> Vec<Kind> {
    [slow_heads(), slow_bodies(token), malformed(), silent_over_http2(token), floods(token), broken_rules()]
        .into_iter()
        .flatten()
        .collect()
}

fn slow_heads() -> Vec<Kind> {
    let head = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let half = || send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n");
    vec![
        ("says nothing", Vec::new()),
        ("sends half a request line", vec![send("GET /heal")]),
        ("sends half a head", vec![half()]),
        ("sends a byte a second of its head", vec![Move::Drip(head.as_bytes().to_vec(), SECOND)]),
        ("sends a header now and then", vec![half(), Move::Again(b"x: y\r\n".to_vec(), SECOND / 2)]),
        ("sends empty lines", vec![Move::Again(b"\r\n".to_vec(), SECOND / 2)]),
        ("stays after its answer", vec![half(), send("\r\n")]),
        ("begins a second request", vec![half(), send("\r\n"), half()]),
    ]
}

fn slow_bodies(token: &str) -> Vec<Kind> {
    let create = |lines: &str| {
        let head = "POST /api/v2/engagements HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
        send(&format!("{head}{lines}\r\n"))
    };
    let keyed = |lines: &str| create(&format!("authorization: Bearer {token}\r\n{lines}"));
    vec![
        ("announces a body and sends none", vec![keyed("content-length: 1000\r\n")]),
        ("announces a body without a key", vec![create("content-length: 1000\r\n")]),
        (
            "sends a byte a second of its body",
            vec![keyed("content-length: 1000\r\n"), Move::Drip(vec![b' '; 1000], SECOND)],
        ),
        (
            "sends a chunk now and then",
            vec![keyed("transfer-encoding: chunked\r\n"), Move::Again(b"1\r\n \r\n".to_vec(), SECOND / 2)],
        ),
        ("waits to be told to continue", vec![keyed("content-length: 1000\r\nexpect: 100-continue\r\n")]),
        (
            "sends a body where none is read",
            vec![
                send("GET /healthz HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n"),
                Move::Drip(vec![b' '; 1000], SECOND),
            ],
        ),
    ]
}

fn malformed() -> Vec<Kind> {
    let hello = [&[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3][..], &[0x5a; 506]].concat();
    let endless = |begin: &str| vec![send(begin), Move::Again(vec![b'x'; 8192], Duration::from_millis(5))];
    vec![
        ("speaks tls", vec![Move::Send(hello)]),
        ("speaks no language", vec![Move::Send(vec![0xa5; 4096])]),
        ("speaks ssh", vec![send("SSH-2.0-OpenSSH_9.9\r\n")]),
        (
            "sends garbage after a request",
            vec![send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"), Move::Send(vec![0xa5; 4096])],
        ),
        ("sends one header for ever", endless("GET /healthz HTTP/1.1\r\nx: ")),
        ("sends a request line for ever", endless("GET /")),
        ("sends a method for ever", endless("")),
        (
            "sends chunk extensions for ever",
            endless("POST /healthz HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1;"),
        ),
    ]
}

/// These do not answer the pings that ask whether they are still there.
fn silent_over_http2(token: &str) -> Vec<Kind> {
    let open = frame(HEADERS, END_HEADERS, 1, &post(token));
    let many = (0..500).flat_map(|at| frame(HEADERS, END_HEADERS, 2 * at + 1, &post(token)));
    let drip = Move::Again(frame(DATA, 0, 1, b" "), SECOND);
    vec![
        ("sends half a preface", vec![send("PRI * HTTP/2.0\r\n")]),
        ("sends a byte a second of the preface", vec![Move::Drip(opening(), SECOND)]),
        ("sends the preface and nothing more", vec![Move::Send(opening())]),
        ("never ends its headers", vec![Move::Send([opening(), frame(HEADERS, 0, 1, &get("/healthz"))].concat())]),
        ("never sends its body over http/2", vec![Move::Send([opening(), open.clone()].concat())]),
        ("sends a byte a second over http/2", vec![Move::Send([opening(), open].concat()), drip]),
        ("opens five hundred streams", vec![Move::Send(opening().into_iter().chain(many).collect())]),
        ("sends half a frame", vec![Move::Send([opening(), vec![0, 0, 50, HEADERS]].concat())]),
    ]
}

fn floods(token: &str) -> Vec<Kind> {
    let flood = |before: Vec<u8>, frame: Vec<u8>| {
        vec![Move::Send([opening(), before].concat()), Move::Again(frame.repeat(20), OFTEN)]
    };
    let resets = (0..5000).flat_map(|at| {
        let stream = 2 * at + 1;
        [
            frame(HEADERS, END_HEADERS | END_STREAM, stream, &get("/healthz")),
            frame(RST_STREAM, 0, stream, &[0, 0, 0, 8]),
        ]
        .concat()
    });
    let open = || frame(HEADERS, END_HEADERS, 1, &post(token));
    let open_head = || frame(HEADERS, 0, 1, &get("/healthz"));
    let lines: Vec<u8> = (0..100).flat_map(|at| field(&format!("x-{at}"), &"y".repeat(90))).collect();
    vec![
        ("opens and resets streams", vec![Move::Send(opening().into_iter().chain(resets).collect())]),
        ("floods with settings", flood(Vec::new(), frame(SETTINGS, 0, 0, &[]))),
        ("floods with pings", flood(Vec::new(), frame(PING, 0, 0, b"12345678"))),
        ("floods with frames nobody knows", flood(Vec::new(), frame(0xbe, 0, 0, &[0; 64]))),
        ("floods with empty data", flood(open(), frame(DATA, 0, 1, &[]))),
        ("floods with empty continuations", flood(open_head(), frame(CONTINUATION, 0, 1, &[]))),
        ("floods with continuations of headers", flood(open_head(), frame(CONTINUATION, 0, 1, &lines))),
        ("floods with windows", flood(Vec::new(), frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]))),
    ]
}

fn broken_rules() -> Vec<Kind> {
    let broken = |frames: &[Vec<u8>]| vec![Move::Send([opening(), frames.concat()].concat())];
    // One field of 3,900 bytes, and then its index in the table ten thousand times.
    let bomb = [get("/healthz"), remembered("x-bomb", 3900), vec![0xbe; 10_000]].concat();
    vec![
        ("sends garbage after the preface", broken(&[vec![0xa5; 4096]])),
        ("sends a bomb of headers", broken(&[frame(HEADERS, END_HEADERS | END_STREAM, 1, &bomb)])),
        ("sends data on a stream that is not open", broken(&[frame(DATA, 0, 1, b"x")])),
        ("uses the stream of a server", broken(&[frame(HEADERS, END_HEADERS | END_STREAM, 2, &get("/healthz"))])),
        ("pushes to a server", broken(&[frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2])])),
        ("opens a window beyond all bounds", broken(&[frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff])])),
        ("sends a frame of sixteen megabytes", broken(&[vec![0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1]])),
        ("continues what it never began", broken(&[frame(CONTINUATION, END_HEADERS, 1, &get("/healthz"))])),
    ]
}

/// All of them at once, each with its connection: a client that connects later stands behind them in the queue. What comes of
/// it are the names of those that the server does not close.
async fn play(service: &Service, kinds: Vec<Kind>) -> impl Future<Output = Vec<String>> + use<> {
    let mut plays = JoinSet::new();
    for (name, moves) in kinds.into_iter().flat_map(|kind| std::iter::repeat_n(kind, EACH)) {
        let stream = TcpStream::connect(service.address).await.unwrap();
        plays.spawn(async move {
            let closed = timeout(PATIENCE, until_closed(stream, &moves)).await;
            closed.is_err().then(|| format!("a client that {name} was never closed"))
        });
    }
    async { plays.join_all().await.into_iter().flatten().collect() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_hostile_client_is_closed_while_healthy_ones_are_served() {
    // The token is known only once the service runs, so the kinds are counted with another.
    let places = kinds("x").len() * EACH + SPARE;
    let service = Service::with_places(places).await;
    let (mut faults, unserved) = beside(&service, play(&service, kinds(&service.token)).await).await;
    faults.extend(unserved);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    // Every place is there again: as many as there are can be taken at once.
    let address = service.address;
    let mut asks: JoinSet<_> = (0..places).map(|_| async move { ask(address, health()).await }).collect();
    while let Some(answer) = asks.join_next().await {
        assert_eq!(answer.unwrap().unwrap().status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_comes_back_from_each_kind_of_head() {
    // As many silent clients as there are places: the next one is served once the first of them are closed.
    let service = Service::with_places(EACH * slow_heads().len()).await;
    let address = service.address;
    let hostile = play(&service, slow_heads()).await;
    let (faults, fresh) = tokio::join!(hostile, ask(address, health()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(fresh.unwrap().status, 200);
}

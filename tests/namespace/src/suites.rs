//! What is run inside, each suite in namespaces of its own.

use std::{
    env,
    io::{Read, stdin},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    process, thread,
    time::Duration,
};

use futures_util::{StreamExt, stream};
use hearken_e2e::dice::Dice;
use ipnet::IpNet;
use tokio::runtime::Runtime;

use crate::{
    fixture,
    forbidden::{OWN, PRIZES, V4, V6, network},
    generated::{self, Expected},
    service::Service,
    watch::Watch,
};

/// How many generated cases there are where the environment does not say.
const GENERATED: u64 = 2000;

/// Cases that are in play at a time: as many as one workspace may fetch.
const AT_ONCE: usize = 4;

/// Runs a suite to its end; whatever is wrong ends the process with a panic.
pub fn run(suite: &str) {
    end_with_the_test();
    let runtime = Runtime::new().expect("a runtime can be made");
    runtime.block_on(async {
        match suite {
            "answers" => answers().await,
            "opened" => opened().await,
            "fixture" => the_fixture().await,
            "generated" => the_generated().await,
            other => panic!("there is no suite {other}"),
        }
    });
}

/// The test holds the other end of our standard input: when it is gone, so are we, and with us all that runs in here.
fn end_with_the_test() {
    thread::spawn(|| {
        let _ = stdin().read_to_end(&mut Vec::new());
        process::exit(3);
    });
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Every forbidden address answers, and dialling it is seen: else a clean sight would prove nothing.
async fn answers() {
    let mut watch = Watch::begin().await;
    assert_none(&watch.sight().faults(&[]));
    let ranges = V4.iter().chain(V6).map(|range| inside(network(range)));
    let prizes = PRIZES.iter().map(|prize| prize.parse::<IpAddr>().expect("prizes are addresses"));
    let others = ["127.0.0.1", "127.8.8.8", "::1", "2606:2800:21f:1:200:5efe:a00:1"];
    let others = others.map(|other| other.parse::<IpAddr>().expect("this is an address")).into_iter().chain(OWN);
    let mut silent = Vec::new();
    for ip in ranges.chain(prizes).chain(others).filter(|ip| !is_refused_by_the_kernel(*ip)) {
        let dialled = TcpStream::connect_timeout(&SocketAddr::new(ip, 443), Duration::from_mins(1));
        let faults = watch.sight().faults(&[]);
        if dialled.is_err() || faults.is_empty() {
            silent.push(format!("{ip}: {dialled:?}, {faults:?}"));
        }
    }
    assert_none(&silent);
    for public in ["93.184.215.14", "8.8.8.8", "2606:2800:21f::14"] {
        let public: IpAddr = public.parse().expect("this is an address");
        TcpStream::connect((public, 443)).expect("public addresses answer too");
    }
    let sight = watch.sight();
    assert_none(&sight.faults(&[]));
    assert_eq!(sight.dialled.len(), 3, "{sight:?}");
}

/// An address in a range; where there is more than one, not the first, which may stand for the network.
fn inside(range: IpNet) -> IpAddr {
    let more = u8::from(range.prefix_len() < range.max_prefix_len());
    match range.addr() {
        IpAddr::V4(ip) => Ipv4Addr::from_bits(ip.to_bits() + u32::from(more)).into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() + u128::from(more)).into(),
    }
}

/// TCP to these needs no guard: it has no meaning, or needs an interface's name.
fn is_refused_by_the_kernel(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_multicast() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_multicast() || ip.is_unicast_link_local(),
    }
}

/// A service whose operator opened everything does reach forbidden addresses, and that is seen.
async fn opened() {
    let mut watch = Watch::begin().await;
    let settings = [("egress.allow", "0.0.0.0/0,::/0".to_owned())];
    let service = Service::start(watch.ca_pem(), &settings).await;
    watch.sight();
    for url in ["https://10.0.0.1/a.mp3", "https://192.168.1.1:8443/a.mp3", "https://[fd00::1]/a.mp3"] {
        let created = service.create(url, url).await;
        let sight = watch.sight();
        let is_seen = sight.dark_packets > 0 && !sight.dialled.is_empty() && !sight.faults(&[]).is_empty();
        assert!(created.is_ok() && is_seen, "{url}: {created:?}, {sight:?}");
    }
    let refused = service.create("loopback", "https://127.0.0.1/a.mp3").await;
    let sight = watch.sight();
    assert!(refused.is_err() && !sight.own.is_empty(), "{refused:?}, {sight:?}");
    // Credentials of a cloud are not opened by a range.
    let refused = service.create("metadata", "https://169.254.169.254/a.mp3").await;
    assert_eq!(refused, Err("media_url_not_allowed".to_owned()));
    assert_none(&watch.sight().faults(&[]));
}

async fn the_fixture() {
    let mut watch = Watch::begin().await;
    let (mut faults, mut played) = (Vec::new(), 0);
    for (opened, cases) in fixture::cases() {
        let settings = [("egress.allow", opened.allow), ("egress.nat64_prefixes", opened.nat64_prefixes)];
        let given: Vec<_> = settings.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let service = Service::start(watch.ca_pem(), &given).await;
        for case in &cases {
            let found = play(&mut watch, &service, case).await;
            faults.extend(found.iter().map(|fault| format!("{} ({}): {fault}", case.id, case.reason)));
        }
        played += cases.len();
    }
    eprintln!("{played} cases of the fixture were played");
    assert!(played > 300, "only {played} cases were played");
    assert_none(&faults);
}

async fn play(watch: &mut Watch, service: &Service, case: &fixture::Case) -> Vec<String> {
    watch.play(case.scene.clone());
    let before = service.files();
    let outcome = service.create(&case.id, &case.url).await;
    let sight = watch.sight();
    let mut faults = sight.faults(&case.opened);
    if case.dials_nobody && !sight.dialled.is_empty() {
        faults.push(format!("{:?} was dialled", sight.dialled));
    }
    if case.asks_nobody && !sight.asked.is_empty() {
        faults.push(format!("DNS was asked {:?}", sight.asked));
    }
    match (&outcome, &case.expected) {
        (Ok(id), Ok(recording)) => {
            if service.recording(id).await != *recording {
                faults.push("other bytes were stored".to_owned());
            }
        }
        (Err(code), Err(expected)) if code == expected => {
            if service.files() != before || service.has(&case.id).await {
                faults.push("a refusal left something behind".to_owned());
            }
        }
        (outcome, expected) => {
            let expected = expected.as_ref().map(|_| "a recording");
            faults.push(format!("came to {outcome:?}, expected {expected:?}"));
        }
    }
    faults
}

async fn the_generated() {
    const BATCH: u64 = 100;
    let count = env::var("HEARKEN_GENERATED").ok();
    let count = count.map_or(GENERATED, |count| count.parse().expect("HEARKEN_GENERATED is a number"));
    let dice = Dice::new();
    let mut watch = Watch::begin().await;
    let service = Service::start(watch.ca_pem(), &[]).await;
    let mut created = 0;
    for from in (0..count).step_by(usize::try_from(BATCH).expect("a batch is small")) {
        let cases: Vec<_> = (from..count.min(from + BATCH)).map(|number| generated::case(&dice, number)).collect();
        created += batch(&mut watch, &service, &cases).await;
    }
    eprintln!("{count} cases were generated, {created} of them created an engagement");
    // Neither may be rare, or the other says little.
    assert!(created > count / 8 && created < count * 7 / 8, "{created} of {count} were created");
    assert!(!service.log().contains("panicked"), "the service panicked:\n{}", service.log());
}

/// Plays some at a time, looks at what was seen, and says how many were created.
async fn batch(watch: &mut Watch, service: &Service, cases: &[generated::Case]) -> u64 {
    watch.play(generated::scene_of(cases));
    let outcomes: Vec<_> = stream::iter(cases)
        .map(|case| async move { (case, service.create(&case.external_id(), &case.url).await) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let sight = watch.sight();
    let mut faults = sight.faults(&[]);
    let (mut created, mut lawful) = (0, Vec::new());
    for (case, outcome) in &outcomes {
        let fits = match (&case.expected, outcome) {
            (Expected::Created(ips), Ok(_)) => {
                created += 1;
                lawful.extend(ips.iter().copied());
                true
            }
            (Expected::Refused(expected), Err(code)) => code == expected,
            _ => false,
        };
        if !fits {
            faults.push(format!("{} {:?}: {outcome:?}, expected {:?}", case.number, case.url, case.expected));
        }
    }
    lawful.extend(cases.iter().filter_map(|case| case.first_hop));
    let stray = sight.dialled.iter().filter(|address| !lawful.contains(&address.ip()));
    faults.extend(stray.map(|address| format!("nobody was to dial {address}")));
    assert_none(&faults);
    created
}

//! Redirects that go round in circles, or where nobody should go.

use super::{
    case::{Case, Codes, DELIVERED, PROTOCOL, honest},
    moves::{Move, send},
    scene::SECRET,
};

const REFUSED: Codes = &["redirect_not_allowed"];
const TOO_MANY: Codes = &["too_many_redirects"];

pub(crate) fn cases() -> Vec<Case> {
    [circles(), addresses(), names(), other_urls(), unclear()].into_iter().flatten().collect()
}

/// An answer that leads to a place.
fn to(location: &str) -> Vec<Move> {
    lines(&format!("location: {location}\r\n"))
}

/// A redirect with these header lines.
fn lines(lines: &str) -> Vec<Move> {
    vec![Move::Send(format!("HTTP/1.1 302 Found\r\n{lines}content-length: 0\r\n\r\n").into_bytes()), Move::Close]
}

/// Leads to the place, where an honest host would serve a recording.
fn leads(name: &'static str, location: &str) -> Case {
    Case::http1(name, REFUSED, to(location)).then(honest())
}

/// So many redirects, each to another path.
fn chain(name: &'static str, codes: Codes, hops: usize) -> Case {
    let first = Case { scripts: Vec::new(), ..Case::http1(name, codes, Vec::new()) };
    (0..hops).fold(first, |case, hop| case.then(to(&format!("/{hop}.mp3")))).then(honest())
}

fn circles() -> Vec<Case> {
    let there = || to("https://cdn.vendor-edge.net/a.mp3");
    let back = || to("https://rec.customer-host.com/a.mp3");
    let pair = Case::http1("leads to a host that leads back", TOO_MANY, there());
    let pair = (0..4).fold(pair, |case, _| case.then(back()).then(there()));
    let endless = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /b.mp3\r\n\r\n";
    vec![
        Case::http1("leads to itself", TOO_MANY, to(&format!("/a.mp3?sig={SECRET}"))),
        Case::http1(
            "leads to itself by name",
            TOO_MANY,
            to(&format!("https://REC.customer-host.com:443/a.mp3?sig={SECRET}")),
        ),
        Case::http1("leads to itself with a fragment", TOO_MANY, to("#again")),
        Case::http1("leads nowhere in particular", TOO_MANY, to("")),
        pair,
        chain("leads on five times", DELIVERED, 5),
        chain("leads on six times", TOO_MANY, 6),
        chain("leads on twenty times", TOO_MANY, 20),
        Case::http1("leads on without saying where", &["upstream_status"], lines("")),
        Case::http1("leads on and sends for ever", DELIVERED, vec![send(endless), Move::Forever(vec![b'x'; 8192])])
            .then(honest())
            .bounded(),
    ]
}

fn addresses() -> Vec<Case> {
    vec![
        leads("leads to a private address", "https://10.0.0.1/a.mp3"),
        leads("leads to this machine", "https://127.0.0.1/a.mp3"),
        leads("leads to this machine over ipv6", "https://[::1]/a.mp3"),
        leads("leads to a mapped address", "https://[::ffff:10.0.0.1]/a.mp3"),
        leads("leads to an address over nat64", "https://[64:ff9b::a00:1]/a.mp3"),
        leads("leads to an address over 6to4", "https://[2002:a00:1::1]/a.mp3"),
        leads("leads to the metadata service", "https://169.254.169.254/latest/meta-data/"),
        leads("leads to the metadata service over ipv6", "https://[fd00:ec2::254]/latest/meta-data/"),
        leads("leads to an address in decimal", "https://2130706433/a.mp3"),
        leads("leads to an address in octal", "https://0177.0.0.1/a.mp3"),
        leads("leads to an address in hexadecimal", "https://0x7f.0.0.1/a.mp3"),
        leads("leads to a short address", "https://127.1/a.mp3"),
        leads("leads to an address with a zone", "https://[fe80::1%25eth0]/a.mp3"),
    ]
}

fn names() -> Vec<Case> {
    vec![
        leads("leads to a name of a private address", "https://private.evil-host.net/a.mp3"),
        leads("leads to a name of this machine", "https://loopback.evil-host.net/a.mp3"),
        leads("leads to a name of the metadata service", "https://metadata.evil-host.net/a.mp3"),
        leads("leads to a name of a mapped address", "https://mapped.evil-host.net/a.mp3"),
        leads("leads to a name of good and bad addresses", "https://mixed.evil-host.net/a.mp3"),
        leads("leads to the metadata service by name", "https://metadata.google.internal/"),
        leads("leads to localhost", "https://localhost/a.mp3"),
        leads("leads to a service of the cluster", "https://kubernetes.default.svc/api"),
        leads("leads to a bare name", "https://intranet/a.mp3"),
        Case { codes: &["dns_failed"], ..leads("leads to no such name", "https://nowhere.evil-host.net/a.mp3") },
    ]
}

fn other_urls() -> Vec<Case> {
    let long = format!("https://cdn.vendor-edge.net/{}", "a".repeat(8200));
    let longer = format!("/{}", "a".repeat(70_000));
    vec![
        leads("leads to plain http", "http://cdn.vendor-edge.net/a.mp3"),
        leads("leads to ftp", "ftp://cdn.vendor-edge.net/a.mp3"),
        leads("leads to a file", "file:///etc/passwd"),
        leads("leads to data", "data:audio/mpeg;base64,SUQz"),
        leads("leads to gopher", "gopher://127.0.0.1:6379/_FLUSHALL"),
        leads("leads to another port", "https://cdn.vendor-edge.net:8080/a.mp3"),
        leads("leads to the port of ssh", "https://cdn.vendor-edge.net:22/"),
        leads("leads to a port too large", "https://cdn.vendor-edge.net:65979/a.mp3"),
        leads("leads to a url without slashes", "https:cdn.vendor-edge.net/a.mp3"),
        leads("leads to a url with three slashes", "https:///cdn.vendor-edge.net/a.mp3"),
        leads("leads to a url with a user", "https://cdn.vendor-edge.net@127.0.0.1/a.mp3"),
        leads("leads to a url with an empty user", "https://@cdn.vendor-edge.net/a.mp3"),
        leads("leads to another host without a scheme", "//127.0.0.1/a.mp3"),
        leads("leads to a name in percent", "https://%31%32%37.0.0.1/a.mp3"),
        leads("leads to a name in full-width letters", "https://\u{ff4c}ocalhost/a.mp3"),
        leads("leads to a url of 8,200 bytes", &long),
        Case { codes: PROTOCOL, ..leads("leads to a url of 70,000 bytes", &longer) },
    ]
}

fn unclear() -> Vec<Case> {
    let raw = |name, line: &[u8]| {
        let bytes = [&b"HTTP/1.1 302 Found\r\n"[..], line, b"content-length: 0\r\n\r\n"].concat();
        Case::http1(name, REFUSED, vec![Move::Send(bytes), Move::Close]).then(honest())
    };
    // As a browser asks for it: an honest host serves a recording there.
    let encoded = |name, line: &[u8]| Case { codes: DELIVERED, ..raw(name, line) };
    let bad = "location: https://cdn.vendor-edge.net/a.mp3\r\nlocation: https://127.0.0.1/a.mp3\r\n";
    let twice = "location: https://cdn.vendor-edge.net/a.mp3\r\nlocation: https://cdn.vendor-edge.net/a.mp3\r\n";
    vec![
        raw("leads to two places", bad.as_bytes()),
        raw("leads to one place twice", twice.as_bytes()),
        raw("leads to a place with a tab", b"location: https://cdn.vendor-edge.net/a\t.mp3\r\n"),
        raw("leads to a place with a backslash in its path", b"location: https://cdn.vendor-edge.net/a\\b.mp3\r\n"),
        raw("leads to a name with a space", b"location: https://127.0.0.1 .vendor-edge.net/a.mp3\r\n"),
        raw("leads to a name that is no text", b"location: https://cdn\xff.vendor-edge.net/a.mp3\r\n"),
        raw("leads to a place with backslashes", b"location: \\\\127.0.0.1\\share\r\n"),
        encoded("leads to a place with a space", b"location: https://cdn.vendor-edge.net/a .mp3\r\n"),
        encoded("leads to a place that is no text", b"location: https://cdn.vendor-edge.net/\xff\xfe\r\n"),
    ]
}

//! Statements about any input whatever: nothing panics, and what was read means the same when it is written and read
//! again. Each function takes one input and panics where its statement does not hold.
//!
//! The fuzz targets in `tests/fuzz` call these with inputs that look for new paths; this package's tests call them with
//! twenty thousand random ones each. Request heads are in `heads`. What only the crates themselves can call (the reading of
//! response heads and of content types) has its tests there.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, LazyLock},
};

use hearken_application::token;
use hearken_domain::{
    access::Visibility,
    ids::{ApiKeyId, Ulid},
};
use hearken_egress::{EgressSettings, Guard, MAX_URL_BYTES, TcpDialer};
use hearken_wire::{
    create::{CreateBodyError, parse_create},
    cursor, query, time,
};
use tokio::runtime::Runtime;

/// A text that no message may repeat: where it stands in an input, it stands for a secret.
pub const SECRET: &str = "s3cret";

/// A guard with the default rules. Judging asks nobody, so the resolver's address does not matter.
fn guard() -> &'static Guard {
    static GUARD: LazyLock<(Runtime, Guard)> = LazyLock::new(|| {
        let runtime = Runtime::new().expect("a runtime can be made");
        let entered = runtime.enter();
        let nowhere = "127.0.0.1:9".parse().expect("this is an address");
        let settings = EgressSettings { nameservers: vec![nowhere], ..EgressSettings::default() };
        let guard = Guard::new(settings, Arc::new(TcpDialer)).expect("the default settings are good");
        drop(entered);
        (runtime, guard)
    });
    &GUARD.1
}

/// A URL that was judged is an `https` one to an allowed port and to no forbidden address, and what is sent for it is
/// judged to be the very same URL.
pub fn url(raw: &str) {
    let Ok(judged) = guard().judge(raw) else { return };
    assert!(raw.len() <= MAX_URL_BYTES, "{} bytes were accepted", raw.len());
    assert!(raw.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")), "{raw:?}");
    assert!(matches!(judged.port(), 443 | 8443), "{raw:?}");
    assert!(judged.host().literal().is_none_or(is_far_away), "{raw:?}");
    let sent = format!("https://{}{}", judged.authority(), judged.path_and_query());
    assert!(sent.is_ascii() && !sent.contains([' ', '\\', '#']), "{raw:?} is sent as {sent:?}");
    // Percent-encoding may have made it longer than a caller's may be.
    if sent.len() <= MAX_URL_BYTES {
        assert_eq!(guard().judge(&sent).as_ref(), Ok(&judged), "{raw:?} is sent as {sent:?}");
    }
}

/// What the standard library alone can say of an address that may be dialled.
fn is_far_away(ip: IpAddr) -> bool {
    let near_v4 = |ip: Ipv4Addr| {
        ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || ip.octets()[0] >= 224
    };
    let is_global = |ip: Ipv6Addr| ip.segments()[0] & 0xe000 == 0x2000;
    match ip {
        IpAddr::V4(ip) => !near_v4(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(|| is_global(ip), |carried| !near_v4(carried)),
    }
}

/// A token that is read names its key in its own text.
pub fn token(text: &str) {
    if let Some((id, _)) = token::parse(text) {
        assert!(text.starts_with(&format!("sk-{id}.")), "{id} was read from another text");
    }
}

/// A token that is issued is read back, and no longer once any one of its characters is another.
pub fn issued_token(id: (u64, u128), random: [u8; 32], changed: usize) {
    const MILLIS_OF_A_ULID: u64 = (1 << 48) - 1;
    let id = ApiKeyId::from(Ulid::from_parts(id.0 & MILLIS_OF_A_ULID, id.1));
    let (issued, digest) = token::issue(id, random);
    let text = issued.expose();
    let (read, again) = token::parse(text).expect("an issued token is read");
    assert!(read == id && digest.matches(&again), "another token was read");
    let mut bytes = text.as_bytes().to_vec();
    let place = changed % bytes.len();
    bytes[place] = if bytes[place] == b'X' { b'Y' } else { b'X' };
    let other = String::from_utf8(bytes).expect("tokens are ASCII");
    assert!(token::parse(&other).is_none(), "a changed token was read");
}

/// A cursor that is read is the same cursor when it is written and read again.
pub fn cursor(text: &str) {
    let Ok(read) = cursor::decode(text) else { return };
    let written = cursor::encode(&read.clone().into_query(Visibility::All), &read.expand);
    assert_eq!(cursor::decode(&written).as_ref(), Ok(&read), "{text:?}");
}

/// A list that is asked for by its parameters can be asked for by a cursor.
pub fn list_query(text: &str) {
    let Ok(asked) = query::parse_engagement_list(text, Visibility::NonPrivate) else { return };
    let read = cursor::decode(&cursor::encode(&asked.query, &asked.expand)).expect("a cursor of ours is read");
    assert_eq!(read.expand, asked.expand, "{text:?}");
    assert_eq!(read.into_query(Visibility::NonPrivate), asked.query, "{text:?}");
}

/// A body that is read gives the same with blanks around it, and no message repeats what stands in it.
pub fn create_body(body: &[u8]) {
    match parse_create(body) {
        Ok(read) => {
            let again = parse_create(&[body, b" \n"].concat()).expect("blanks around JSON mean nothing");
            assert_eq!(again.external_id.to_string(), read.external_id.to_string());
            assert_eq!(again.command.is_ok(), read.command.is_ok());
        }
        Err(CreateBodyError::NotJson { message }) => assert!(!message.contains(SECRET), "{message}"),
        Err(CreateBodyError::NotAnObject { .. }) => {}
        Err(CreateBodyError::ExternalId { rejection, .. }) => {
            assert!(!rejection.violations.is_empty(), "a rejection without a reason");
        }
    }
}

/// A time that is read is the same moment when it is written and read again.
pub fn moment(text: &str) {
    if let Ok(read) = time::parse(text) {
        assert_eq!(time::parse(&time::format(read)), Ok(read), "{text:?}");
    }
}

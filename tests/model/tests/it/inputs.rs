//! The statements about any input, tried on random ones that are made to come close to good ones: pure noise is refused
//! at its first byte.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearken_model::{heads, inputs};
use proptest::prelude::*;

const CASES: u32 = 20_000;

/// One of these texts.
fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(str::to_owned)
}

/// A few pieces in a row.
fn joined(piece: impl Strategy<Value = String>, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece, 0..=most).prop_map(|pieces| pieces.concat())
}

const URL_PIECES: &[&str] = &[
    "https://",
    "HTTPS://",
    "http://",
    "https:",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "?",
    "#",
    "%",
    "%2e",
    "%5c",
    ".",
    "..",
    "/./",
    "/../",
    "[",
    "]",
    "::1",
    "::ffff:",
    "fe80::1",
    "2606:2800:21f::14",
    "64:ff9b::",
    "%25eth0",
    "127.0.0.1",
    "10.0.0.1",
    "8.8.8.8",
    "0x7f",
    "0177",
    "2130706433",
    "1",
    "0",
    "256",
    "443",
    "8443",
    "22",
    "host",
    "example",
    "com",
    "xn--",
    "xn--bcher-kva",
    "localhost",
    "internal",
    "metadata.google",
    "a",
    "_",
    "-",
    " ",
    "\t",
    "\n",
    "\u{0}",
    "\u{ad}",
    "\u{3002}",
    "１２７",
    "é",
    "录",
    "\"",
    "<",
    "`",
    "{",
    "|",
    "^",
    "=",
    "&",
    ";",
    ",",
    "+",
    "!",
    "$",
    "'",
    "(",
    "*",
    "~",
];

fn url_text() -> impl Strategy<Value = String> {
    let host =
        one_of(&["cdn.vendor.com", "8.8.8.8", "[2606:2800:21f::14]", "10.0.0.1", "[::1]", "a.b", "xn--bcher-kva.de"]);
    let port = one_of(&["", "", ":443", ":8443", ":22", ":", ":0443", ":65536"]);
    let rest = || joined(one_of(URL_PIECES), 8);
    prop_oneof![
        (host, port, rest()).prop_map(|(host, port, rest)| format!("https://{host}{port}/{rest}")),
        rest().prop_map(|rest| format!("https://{rest}")),
        joined(one_of(URL_PIECES), 12),
        any::<String>(),
    ]
}

const CURSOR_FIELDS: &[&str] = &["a", "e", "q", "t", "p", "c", "m", "w", "x", "y", "s", "u", "z"];

const CURSOR_VALUES: &[&str] = &[
    "null",
    "1",
    "-1",
    "\"\"",
    "\"text\"",
    "[]",
    "[1,2,3,4]",
    "[null,null,null,null]",
    "[null,1,null,-1]",
    "[\"CALL\"]",
    "[\"MEETING\",\"CALL\"]",
    "[\"FAILED\"]",
    "[\"owner\",\"tags\"]",
    "[\"notes\"]",
    "[9223372036854775807,null,null,null]",
    "[1,\"ngmt_01ARZ3NDEKTSV4RRFFQ69G5FAV\"]",
    "[\"cnt_01ARZ3NDEKTSV4RRFFQ69G5FAV\"]",
    "\"usr_01ARZ3NDEKTSV4RRFFQ69G5FAV\"",
    "\"\\u0000\"",
    "\"\\ud83d\\ude00\"",
];

fn cursor_text() -> impl Strategy<Value = String> {
    let order = one_of(&["updated_at:desc", "updated_at:asc", "start_at:desc", "start_at:asc", "title:desc"]);
    let fields = prop::collection::vec((one_of(CURSOR_FIELDS), one_of(CURSOR_VALUES)), 0..4);
    let packed = (order, 0_u16..103, fields).prop_map(|(order, limit, fields)| {
        let fields: String = fields.iter().map(|(name, value)| format!(",\"{name}\":{value}")).collect();
        URL_SAFE_NO_PAD.encode([&[1][..], format!("{{\"o\":\"{order}\",\"l\":{limit}{fields}}}").as_bytes()].concat())
    });
    let bytes = prop::collection::vec(any::<u8>(), 0..64).prop_map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    prop_oneof![4 => packed, 1 => bytes, 1 => any::<String>()]
}

const QUERY_NAMES: &[&str] = &[
    "limit",
    "order_by",
    "search",
    "cursor",
    "expand",
    "type",
    "engagement_type",
    "processing_status",
    "contact_id",
    "company_id",
    "owner_user_id",
    "external_id",
    "source_system",
    "start_at[gt]",
    "start_at[lte]",
    "updated_at[gte]",
    "updated_at[lt]",
    "nonsense",
    "",
];

const QUERY_VALUES: &[&str] = &[
    "",
    "1",
    "100",
    "101",
    "-1",
    "a",
    "CALL",
    "CALL,MEETING",
    "PENDING",
    "FAILED",
    "owner",
    "owner,tags",
    "tags,tags",
    "updated_at:desc",
    "start_at:asc",
    "2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00%2B01:00",
    "%",
    "%zz",
    "%00",
    "+",
    "cnt_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "usr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "%F0%9F%98%80",
    "%ff",
];

fn query_text() -> impl Strategy<Value = String> {
    let pair = (one_of(QUERY_NAMES), one_of(QUERY_VALUES)).prop_map(|(name, value)| format!("{name}={value}"));
    prop_oneof![
        4 => prop::collection::vec(pair, 0..5).prop_map(|pairs| pairs.join("&")),
        1 => any::<String>(),
    ]
}

const BODY_FIELDS: &[&str] = &[
    "type",
    "title",
    "external_id",
    "source_system",
    "media_url",
    "media_auth",
    "transcript",
    "transcript_timeline",
    "participants",
    "run_workflows",
    "private",
    "start_at",
    "end_at",
    "owner",
    "speakers",
    "entries",
    "name",
    "email",
    "phone",
    "speaker_index",
    "start_ms",
    "end_ms",
    "text",
    "x",
];

const BODY_VALUES: &[&str] = &[
    "null",
    "true",
    "1",
    "-1",
    "1e999",
    "1.5",
    "9007199254740993",
    "\"CALL\"",
    "\"s3cret\"",
    "\"\"",
    "\"x-1\"",
    "\"https://cdn.vendor.com/a.mp3\"",
    "\"2026-03-01T12:00:00Z\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"a@b.example\"",
    "\"+4930123456\"",
    "[]",
    "{}",
    "[null]",
    "[1,\"s3cret\"]",
    "s3cret",
    "\"s3cret",
    "{\"type\":\"bearer\",\"token\":\"s3cret\"}",
];

/// An object of the fields of a create, nested up to three deep, in which any value may stand anywhere.
fn json_object() -> impl Strategy<Value = String> {
    let object = |value: BoxedStrategy<String>| {
        prop::collection::vec((one_of(BODY_FIELDS), value), 0..8).prop_map(|fields| {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            format!("{{{}}}", fields.join(","))
        })
    };
    let nested = one_of(BODY_VALUES).prop_recursive(3, 24, 6, move |inner| {
        let array = prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        prop_oneof![object(inner.boxed()), array]
    });
    (
        one_of(&["{\"external_id\":\"x-1\"", "{\"external_id\":\"\"", "{\"title\":\"t\"", "[1"]),
        one_of(BODY_FIELDS),
        nested,
    )
        .prop_map(|(start, name, value)| {
            let end = if start.starts_with('[') { "]" } else { "}" };
            if end == "]" { format!("{start},{value}{end}") } else { format!("{start},\"{name}\":{value}{end}") }
        })
}

fn body_bytes() -> impl Strategy<Value = Vec<u8>> {
    let cut = (json_object(), any::<prop::sample::Index>()).prop_map(|(text, at)| {
        let bytes = text.into_bytes();
        bytes[..at.index(bytes.len())].to_vec()
    });
    prop_oneof![
        6 => json_object().prop_map(String::into_bytes),
        1 => cut,
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn moment_text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "2026", "0000", "9999", "-", "03", "02", "29", "T", "t", " ", "12", "23", "59", "60", ":", ".", "999", "Z",
        "+", "24:00",
    ];
    let form = (0_u32..10_001, 0_u32..14, 0_u32..33, 0_u32..26, 0_u32..62).prop_flat_map(
        |(year, month, day, hour, minute)| {
            one_of(&["Z", "z", "+23:59", "-23:59", "+24:00", "", ".5Z", ".123456789Z"])
                .prop_map(move |end| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{minute:02}{end}"))
        },
    );
    prop_oneof![3 => form, 1 => joined(one_of(PIECES), 16), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_url_is_judged_and_stays_what_it_was_judged_to_be(raw in url_text()) {
        inputs::url(&raw);
    }

    #[test]
    fn any_token_is_read_or_refused(text in prop_oneof![any::<String>(), "sk-apik_[0-9A-Z]{26}\\.[0-9A-Za-z]{49}"]) {
        inputs::token(&text);
    }

    #[test]
    fn any_issued_token_is_read_back(id in any::<(u64, u128)>(), random in any::<[u8; 32]>(), changed in any::<usize>()) {
        inputs::issued_token(id, random, changed);
    }

    #[test]
    fn any_cursor_is_read_or_refused_and_written_again(text in cursor_text()) {
        inputs::cursor(&text);
    }

    #[test]
    fn any_query_is_read_or_refused_and_fits_a_cursor(text in query_text()) {
        inputs::list_query(&text);
    }

    #[test]
    fn any_body_is_read_or_refused_without_being_quoted(body in body_bytes()) {
        inputs::create_body(&body);
    }

    #[test]
    fn any_head_for_a_recording_is_answered(range in range_text(), condition in range_text(), tag in "[ -~]{0,40}") {
        heads::for_recording([range.as_bytes(), condition.as_bytes(), tag.as_bytes()]);
    }

    #[test]
    fn any_head_for_a_list_is_answered(fields in any::<[Vec<u8>; 3]>()) {
        heads::for_list([&fields[0], &fields[1], &fields[2]]);
    }

    #[test]
    fn any_time_is_read_or_refused_and_written_again(text in moment_text()) {
        inputs::moment(&text);
    }
}

/// Ranges, and what comes close to them.
fn range_text() -> impl Strategy<Value = String> {
    prop_oneof![
        (any::<u64>(), any::<u64>()).prop_map(|(first, last)| format!("bytes={}-{}", first % 40, last % 40)),
        any::<u64>().prop_map(|suffix| format!("bytes=-{suffix}")),
        any::<u64>().prop_map(|first| format!("bytes={first}-")),
        "bytes=[0-9, -]{0,20}",
        "[ -~]{0,20}",
    ]
}

/// What the generators are for: enough of what they make is good.
#[test]
fn the_inputs_come_close_to_good_ones() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let good = (0..2000).filter(|_| {
        let text = cursor_text().new_tree(&mut runner).expect("a cursor can be made").current();
        hearken_wire::cursor::decode(&text).is_ok()
    });
    assert!(good.count() > 100, "hardly any cursor is good");
}

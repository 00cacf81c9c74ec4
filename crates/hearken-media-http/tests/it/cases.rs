//! The fixture, read so that a field nobody knows fails the test instead of being passed over.

use serde::{Deserialize, de::DeserializeOwned};

const CASES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/media-fetch.jsonl"));

/// The kinds that exist; `url` is the guard's own test.
const KINDS: [&str; 5] = ["url", "dns", "redirect", "content_type", "body"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    kind: String,
    input: serde_json::Value,
    expect: Expect,
    #[serde(default)]
    code: Option<String>,
    reason: String,
    #[serde(rename = "class")]
    _class: String,
    #[serde(rename = "tier")]
    _tier: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Allow,
    Refuse,
}

/// One case with its input read.
pub(crate) struct Case<I> {
    pub(crate) id: String,
    pub(crate) input: I,
    /// `Err` with the code of a refusal.
    pub(crate) expected: Result<(), String>,
    pub(crate) reason: String,
}

impl<I> Case<I> {
    /// A line for the report where the outcome is another than expected.
    pub(crate) fn verdict(&self, got: Result<(), String>) -> Option<String> {
        let wrong = got != self.expected;
        wrong.then(|| format!("{}: {got:?}, expected {:?} ({})", self.id, self.expected, self.reason))
    }
}

/// All cases of a kind.
pub(crate) fn of_kind<I: DeserializeOwned>(kind: &str) -> Vec<Case<I>> {
    let lines: Vec<Line> = CASES.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let cases: Vec<Case<I>> = lines
        .into_iter()
        .inspect(|line| assert!(KINDS.contains(&line.kind.as_str()), "{}: unknown kind {}", line.id, line.kind))
        .filter(|line| line.kind == kind)
        .map(|line| Case {
            input: serde_json::from_value(line.input).unwrap_or_else(|error| panic!("{}: {error}", line.id)),
            expected: if line.expect == Expect::Allow { Ok(()) } else { Err(line.code.expect("a refusal has a code")) },
            id: line.id,
            reason: line.reason,
        })
        .collect();
    assert!(!cases.is_empty(), "no cases of kind {kind}");
    cases
}

/// Fails with all failures at once.
pub(crate) fn report(failures: &[String]) {
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
}

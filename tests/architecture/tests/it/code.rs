//! Rust text without what a scan must not see: comments, the contents of literals, and what is built for tests only.
//!
//! Lines stay where they are, so that a finding can name its line.

use crate::workspace::Source;

/// The file without comments and literals.
pub(crate) fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match end_of_prose(&chars, at) {
            Some(end) => {
                code.extend(chars[at..end].iter().map(|c| blank(*c)));
                at = end;
            }
            None => {
                code.push(chars[at]);
                at += 1;
            }
        }
    }
    code
}

/// The file's code without its `#[cfg(test)]` items; nothing at all of a file that is a test.
pub(crate) fn production(source: &Source) -> String {
    if is_test(&source.path) {
        return String::new();
    }
    let mut code: Vec<char> = code(&source.text).chars().collect();
    let marker: Vec<char> = "#[cfg(test)]".chars().collect();
    let mut at = 0;
    while at + marker.len() <= code.len() {
        if code[at..].starts_with(&marker) {
            let end = end_of_item(&code, at + marker.len());
            code[at..end].iter_mut().for_each(|c| *c = blank(*c));
            at = end;
        } else {
            at += 1;
        }
    }
    code.into_iter().collect()
}

/// `path:line: the line` for each line of the code that has one of these. A needle that begins with a letter begins
/// there: `rand::` is not found in `operand::`.
pub(crate) fn hits(path: &str, code: &str, needles: &[&str]) -> Vec<String> {
    let mut hits = Vec::new();
    for (number, line) in code.lines().enumerate() {
        for needle in needles.iter().filter(|needle| has(line, needle)) {
            hits.push(format!("{path}:{}: `{needle}` in: {}", number + 1, line.trim()));
        }
    }
    hits
}

/// Every path that the code imports, nested imports unfolded: `std::{env, fs::File}` is `std::env` and `std::fs::File`.
pub(crate) fn imports(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let begins = rest[..at].chars().next_back().is_none_or(|c| !is_word(c));
        rest = &rest[at + "use ".len()..];
        if begins {
            let tree: String = rest.split(';').next().unwrap_or_default().split_whitespace().collect();
            unfold(&tree, "", &mut paths);
        }
    }
    paths
}

fn unfold(tree: &str, before: &str, paths: &mut Vec<String>) {
    match tree.split_once('{') {
        Some((head, rest)) if rest.ends_with('}') => {
            let before = format!("{before}{head}");
            for part in parts(&rest[..rest.len() - 1]) {
                unfold(part, &before, paths);
            }
        }
        _ if tree.is_empty() => {}
        _ => paths.push(format!("{before}{tree}")),
    }
}

/// Splits at the commas that stand in no braces.
fn parts(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_usize, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[from..]);
    parts
}

fn has(line: &str, needle: &str) -> bool {
    let needs_beginning = needle.chars().next().is_some_and(is_word);
    line.match_indices(needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !needs_beginning || before.is_none_or(|c| !is_word(c))
    })
}

/// Whether a file is built for tests only.
pub(crate) fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn blank(c: char) -> char {
    if c == '\n' { '\n' } else { ' ' }
}

/// Where the comment or the literal that begins here ends; nothing when none begins.
fn end_of_prose(chars: &[char], at: usize) -> Option<usize> {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => Some(find(chars, at, &['\n'])),
        '/' if next == Some('*') => Some(end_of_block_comment(chars, at)),
        '"' => Some(end_of_quoted(chars, at, '"')),
        'r' if begins_literal(chars, at) => end_of_raw_string(chars, at),
        '\'' if next == Some('\\') || chars.get(at + 2) == Some(&'\'') => Some(end_of_quoted(chars, at, '\'')),
        _ => None,
    }
}

/// The `r` of a raw string ends no word, unless that is the `b` or the `c` of a raw byte or C string.
fn begins_literal(chars: &[char], at: usize) -> bool {
    let word: Vec<char> = chars[..at].iter().rev().take_while(|c| is_word(**c)).copied().collect();
    matches!(word.as_slice(), [] | ['b' | 'c'])
}

fn end_of_block_comment(chars: &[char], at: usize) -> usize {
    let (mut depth, mut at) = (0_usize, at);
    while at < chars.len() {
        let pair = (chars[at], chars.get(at + 1).copied());
        match pair {
            ('/', Some('*')) => depth += 1,
            ('*', Some('/')) => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    at
}

fn end_of_quoted(chars: &[char], at: usize, quote: char) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn end_of_raw_string(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let quote = at + 1 + hashes;
    if chars.get(quote) != Some(&'"') {
        return None;
    }
    let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let rest = &chars[quote + 1..];
    let length = rest.windows(closing.len()).position(|window| window == closing).unwrap_or(rest.len());
    Some((quote + 1 + length + closing.len()).min(chars.len()))
}

/// After the item that follows an attribute: its semicolon, or the brace that closes its first one.
fn end_of_item(code: &[char], at: usize) -> usize {
    let begin = find(code, at, &['{', ';']);
    if code.get(begin) != Some(&'{') {
        return (begin + 1).min(code.len());
    }
    let mut depth = 0_usize;
    for (at, c) in code.iter().enumerate().skip(begin) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

fn find(chars: &[char], from: usize, wanted: &[char]) -> usize {
    chars[from..].iter().position(|c| wanted.contains(c)).map_or(chars.len(), |length| from + length)
}

#[test]
fn comments_and_literals_are_not_code() {
    let text =
        "let a = \"todo!()\"; // todo!()\n/* todo!() /* nested */ todo!() */ let b = 'x'; let c = r#\"todo!() \"x\"#;";
    let stripped = code(text);
    assert!(hits("a.rs", &stripped, &["todo!"]).is_empty(), "{stripped}");
    assert!(stripped.contains("let b =") && stripped.contains("let c ="), "{stripped}");
    assert_eq!(stripped.lines().count(), 2);
}

#[test]
fn lifetimes_and_raw_names_are_code() {
    let text = "fn f<'a>(r#type: &'a str) -> &'a str { r#type }\nlet quote = '\"'; dbg!(1);";
    assert_eq!(hits("a.rs", &code(text), &["dbg!"]).len(), 1);
}

#[test]
fn what_is_built_for_tests_is_no_production_code() {
    let text = "fn a() { x.unwrap() }\n#[cfg(test)]\nmod tests { fn b() { y.unwrap() } }\nfn c() { z.unwrap() }";
    let source = Source { path: "crates/x/src/a.rs".to_owned(), text: text.to_owned() };
    let found = hits(&source.path, &production(&source), &[".unwrap()"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].starts_with("crates/x/src/a.rs:4:"), "{found:?}");
}

#[test]
fn nested_imports_are_unfolded() {
    let code = "use std::{collections::{BTreeMap, HashMap}, env, fs::File};\npub use tokio::net;";
    let expected =
        ["std::collections::BTreeMap", "std::collections::HashMap", "std::env", "std::fs::File", "tokio::net"];
    assert_eq!(imports(code), expected);
}

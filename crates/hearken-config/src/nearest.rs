//! Which known key a misspelt one probably meant.

use crate::keys::known_keys;

/// The nearest known key by edit distance, or none when nothing is near.
///
/// Both the whole dotted key and its last segment are compared, because people forget or mix up sections as often as
/// they mistype letters. Naming a section alone leads to its first key.
pub(crate) fn nearest(key: &str) -> Option<String> {
    let within = format!("{key}.");
    if let Some(first) = known_keys().iter().find(|known| known.key.starts_with(&within)) {
        return Some(first.key.to_owned());
    }
    known_keys()
        .iter()
        .filter_map(|known| Some((score(key, known.key)?, known.key)))
        .min_by_key(|(score, known)| (*score, section_distance(key, known)))
        .map(|(_, known)| known.to_owned())
}

/// How far apart two keys are, or none if they are too far apart for the one to be meant by the other.
fn score(given: &str, known: &str) -> Option<usize> {
    let whole = close(given, known);
    // One more, because a name in another section is a worse guess than a slip within the right one.
    let last = close(last_segment(given), last_segment(known)).map(|distance| distance + 1);
    whole.into_iter().chain(last).min()
}

/// Decides between keys with the same last segment in different sections; a key without a section has no preference.
fn section_distance(given: &str, known: &str) -> usize {
    if given.contains('.') { edit_distance(given, known) } else { 0 }
}

fn close(given: &str, known: &str) -> Option<usize> {
    let distance = edit_distance(given, known);
    let slips = (given.chars().count() / 3).clamp(1, 4);
    (distance <= slips).then_some(distance)
}

fn last_segment(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// Levenshtein's distance, one row at a time.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.chars().enumerate() {
        let mut diagonal = line;
        row[0] = line + 1;
        for (column, right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{edit_distance, nearest};

    #[test]
    fn distances_are_levenshteins() {
        assert_eq!(edit_distance("", ""), 0);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
    }

    #[test]
    fn slips_and_wrong_sections_lead_to_the_key_that_was_meant() {
        let cases = [
            ("databse.url", "database.url"),
            ("datadir", "data_dir"),
            ("listn", "listen"),
            ("insigts.engine", "insights.engine"),
            ("url", "database.url"),
            ("egress.max_bytes", "media.max_bytes"),
            ("media.timeout.dns", "media.timeouts.dns"),
            ("database", "database.url"),
        ];
        for (given, meant) in cases {
            assert_eq!(nearest(given).as_deref(), Some(meant), "{given}");
        }
    }

    #[test]
    fn nothing_is_suggested_for_something_quite_different() {
        for given in ["nothing.like.this", "foo", "x", ""] {
            assert_eq!(nearest(given), None, "{given}");
        }
    }
}

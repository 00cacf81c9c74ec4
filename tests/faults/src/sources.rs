//! The points that the sources name, so that a list of them cannot be forgotten.

use std::{collections::BTreeSet, fs, path::Path};

use hearken_e2e::files;

/// Every name within quotes that begins like this, in the sources of all crates.
pub fn points(begin: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package lies two folders deep");
    let opening = format!("\"{begin}");
    let mut points = BTreeSet::new();
    for file in files::below(&root.join("crates")) {
        let is_source = file.extension().is_some_and(|extension| extension == "rs")
            && file.components().any(|part| part.as_os_str() == "src");
        if is_source {
            let text = fs::read_to_string(&file).expect("a source is text");
            let named = text.split(&opening).skip(1).filter_map(|rest| rest.split('"').next());
            points.extend(named.map(|rest| format!("{begin}{rest}")));
        }
    }
    assert!(!points.is_empty(), "no source names a point that begins with {begin}");
    points
}

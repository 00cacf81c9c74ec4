//! Nothing in the crate reads the environment: a proxy variable cannot steer a connection. Setting one inside this
//! process would need unsafe code, so the sources are read instead.

use std::{fs, path::Path};

#[test]
#[expect(clippy::disallowed_methods, reason = "the sources are what is tested")]
fn no_source_reads_the_environment() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for way in ["env::var", "env::vars", "proxy::", "getaddrinfo", "lookup_host", "ToSocketAddrs"] {
            assert!(!text.contains(way), "{} has {way}", path.display());
        }
    }
}

//! Names that are refused before any DNS query, because what answers for them is this machine or its network.

/// Names that are refused with everything below them.
const SPECIAL: [&str; 7] = [
    // RFC 6761, 6.3
    "localhost",
    // the old spelling in hosts files
    "localdomain",
    // RFC 6762: multicast DNS
    "local",
    // reserved by ICANN for private use; metadata.google.internal, host.docker.internal
    "internal",
    // Kubernetes services, where the search list has been dropped
    "svc",
    // RFC 8375
    "home.arpa",
    // RFC 7686
    "onion",
];

/// The special name that a host is or lies under. `name` is lower case, without a trailing dot. A single label is
/// always special: it means nothing without a search list.
pub(crate) fn special(name: &str) -> Option<&'static str> {
    if !name.contains('.') {
        return Some("a single label");
    }
    SPECIAL
        .into_iter()
        .find(|special| name.strip_suffix(special).is_some_and(|above| above.is_empty() || above.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_as_special_by_whole_labels() {
        for name in
            ["localhost", "foo.localhost", "printer.local", "a.b.internal", "x.svc", "db.home.arpa", "ip6-localhost"]
        {
            assert!(special(name).is_some(), "{name}");
        }
        for name in
            ["local.recorder-vendor.com", "notlocal.example.com", "mylocalhost.com", "arpa.example.org", "x.notlocal"]
        {
            assert_eq!(special(name), None, "{name}");
        }
    }
}

//! The transcriber with real programs: small ones that the shell runs, and Debian's pocketsphinx on speech that
//! espeak-ng made.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(clippy::disallowed_methods, reason = "the tests write their recordings themselves")]

mod ending;
mod giving;
mod sphinx;
mod stage;
mod wav;

//! The transcriber against a real server on a real socket, which takes the multipart form and the WAV file apart and says
//! where in it there is sound.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(clippy::disallowed_methods, reason = "the tests write their recordings themselves")]

mod answers;
mod asr;
mod cutting;
mod failing;
mod multipart;
mod sound;
mod stage;

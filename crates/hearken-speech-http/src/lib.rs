//! Transcribes with a server: the [`Transcriber`](hearken_domain::ports::Transcriber) port over the interface that
//! OpenAI made common, `POST /v1/audio/transcriptions`. Many programs speak it, on this machine or elsewhere.
//!
//! ## Settings
//!
//! [`HttpSettings`]. The address may be the server's base or end in `/v1` or `/v1/audio/transcriptions`, with or without
//! a slash: all mean the same. The operator chose it, so it may be `http:` and may be on this machine or in a private
//! network; the guard that checks addresses of callers is not asked. No redirect is followed and no proxy is taken from
//! the environment, so the key goes to that one server. `https:` uses the process's default TLS provider, which must be
//! installed, and the certificates that the system trusts.
//!
//! ## What is asked
//!
//! `response_format=verbose_json` with the times of segments and words. A server that refuses that with 400 or 422 is
//! asked for segments only, then for the mere text. The language is a wish: its first part, such as `en` of `en-GB`, is
//! sent where it is one that Whisper models know. Without a configured model `whisper-1` is asked for, a name that most
//! servers take for theirs.
//!
//! ## Long recordings
//!
//! A track is sent in pieces below the server's limit and not longer than [`HttpSettings::max_piece`], cut in the middle
//! of the quietest 300 ms of the last minute before the limit; the times of an answer are put back to where its piece
//! was. A server that still finds a piece too large (413) gets it in halves. A server that tells no times gets pieces of
//! a minute, each one segment. A piece without any sound is not sent: models are known to hear things in it.
//!
//! ## Limits
//!
//! A piece is streamed from its file; what is held is one answer, at most 8 MiB, and what was heard. Nothing is tried
//! again here but what is told above: the queue does that, after the span that `Retry-After` names. Times that cannot be
//! (negative, backwards, behind the end) are moved to the nearest that can.

mod answer;
mod cut;
mod error;
mod hearing;
mod language;
mod segments;
mod server;
mod settings;
mod track;
mod transcriber;
mod words;

pub use self::{settings::HttpSettings, transcriber::HttpTranscriber};

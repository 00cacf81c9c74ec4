//! Reads conversations with a chat server: the ports [`Summariser`](hearken_domain::ports::Summariser),
//! [`Tagger`](hearken_domain::ports::Tagger) and [`Extractor`](hearken_domain::ports::Extractor) over the interface that
//! OpenAI made common, `POST /v1/chat/completions`. Many programs speak it, on this machine or elsewhere.
//!
//! ## Settings
//!
//! [`ChatSettings`], and a [`Fallback`] that stands in. The address may be the server's base or end in `/v1` or
//! `/v1/chat/completions`, with or without a slash: all mean the same. The operator chose it, so it may be `http:` and
//! may be on this machine or in a private network; the guard that checks addresses of callers is not asked. No redirect
//! is followed and no proxy is taken from the environment, so the key goes to that one server. `https:` uses the
//! process's default TLS provider, which must be installed, and the certificates that the system trusts.
//!
//! ## What is asked
//!
//! An instruction, and the conversation as lines of JSON, a turn on each: data that cannot look like anything else. The
//! answer's form is asked for by `response_format` with a strict JSON schema; a server that refuses that with 400 or 422
//! is asked for a JSON object with the schema in the instruction, then without any `response_format`, and what it takes
//! is remembered. The schemas are named `conversation_summary`, `summary_of_parts`, `fitting_tags`, `confirmed_tags` and
//! `findings`.
//!
//! ## What is taken
//!
//! Nothing is believed that can be checked. A finding's quote, and the quote that each tag needs, must stand in a turn
//! (letter case, white space and quotation marks aside), and the turn's own text is kept; who said it and when is the
//! turn's; tags are named by their position in the list; an assignee is a speaker or a name that was said; a due date
//! lies within two years. Texts are plain, without links, and cut to their limits. What does not hold is dropped.
//!
//! ## When it fails
//!
//! A server that cannot be reached, is late or busy is `Unavailable`, with the span of its `Retry-After`; one that
//! refuses the key, wants money, or is not there is `NotReady`, so that the work waits for the operator. An answer that
//! is not of the schema, a refusal of the model, or one that was cut off is asked for once more; then, or when the
//! server refuses the request, the fallback does it, and the result's maker says so: `local (the answer of http (a-model)
//! did not fit)`.
//!
//! ## Limits
//!
//! A long conversation is read whole, in pieces of [`ChatSettings::max_input_chars`], one after the other; so a summary
//! or extraction is a request a piece, tagging one a piece and batch of tags, and then some over the results. Answers to
//! pieces are kept in memory, at most 16 MiB, while the server is unavailable, so that the next try goes on where this
//! one ended. An answer is at most 4 MiB.

mod analyser;
mod chat;
mod completion;
mod due;
mod error;
mod extractor;
mod form;
mod kept;
mod mean;
mod person;
mod pieces;
mod plain;
mod quote;
mod reading;
mod server;
mod settings;
mod summariser;
mod tagger;

pub use self::{
    analyser::ChatAnalyser,
    settings::{ChatSettings, Fallback},
};

//! # hearken-insights-local
//!
//! Implements [`Summariser`](hearken_domain::ports::Summariser), [`Tagger`](hearken_domain::ports::Tagger) and
//! [`Extractor`](hearken_domain::ports::Extractor) inside the process: no model, no network, no dice. The same
//! conversation always gives the same result, and every result says that `local` made it.
//!
//! * Summary: the speakers' own sentences that say most, and the things to do. Sentiment by a lexicon.
//! * Tags: by name, synonyms and description; rather none than a wrong one.
//! * Action items: by the words that lead to one, with who is to do it and the day it is due.
//! * Signals: by cues, one of a kind for each turn.
//!
//! ## Settings
//!
//! None: [`LocalAnalyser::new`].
//!
//! ## Limits
//!
//! Cues, synonyms and the lexicon are English. In another language the summary works (with that language's stop words
//! and stems where there are some), tags work by name and description, and English sentences are still read; there are no
//! further action items and signals, and no sentiment.
//!
//! Irony, and what is meant but not said, is not understood. [`evaluation`] measures how often an analyser is right on
//! labelled conversations; `cargo run -p hearken-insights-local --example evaluate` prints that for this one.

mod actions;
mod analyser;
mod cue;
mod due;
mod error;
pub mod evaluation;
mod extract;
mod language;
mod people;
mod said;
mod sentences;
mod sentiment;
mod signals;
mod summary;
mod surest;
mod tags;
mod words;

pub use analyser::LocalAnalyser;

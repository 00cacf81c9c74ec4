//! The reading of a list's query string.

#![no_main]

use hearken_model::inputs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| inputs::list_query(text));

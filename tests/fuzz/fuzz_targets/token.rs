//! The reading of an API token.

#![no_main]

use hearken_model::inputs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| inputs::token(text));

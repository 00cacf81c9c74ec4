//! The reading of a list's cursor.

#![no_main]

use hearken_model::inputs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| inputs::cursor(text));

//! The reading of a create's body.

#![no_main]

use hearken_model::inputs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| inputs::create_body(body));

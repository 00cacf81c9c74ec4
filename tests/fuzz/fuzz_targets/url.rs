//! The judgement of a link, and of the address in it.

#![no_main]

use hearken_model::inputs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| inputs::url(raw));

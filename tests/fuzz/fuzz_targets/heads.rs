//! The reading of request heads.

#![no_main]

use hearken_model::heads;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|fields: (&[u8], &[u8], &[u8])| {
    heads::for_recording([fields.0, fields.1, fields.2]);
    heads::for_list([fields.0, fields.1, fields.2]);
});

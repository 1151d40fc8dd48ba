//! The JSON of other systems: a sound call or a reject.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::read_foreign(data));

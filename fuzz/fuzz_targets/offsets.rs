//! The fold and the view: one character in, one out, and every offset leads back.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::offsets(data));

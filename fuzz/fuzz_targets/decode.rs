//! Encodings and buffers: every way of writing and delivering a text gives the same calls.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::decode(data));

//! Term patterns: compiled within bounds and found again in what they describe, or refused.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::pattern(data));

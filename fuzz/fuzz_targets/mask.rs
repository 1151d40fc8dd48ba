//! Masking: the same length, nothing but digits hidden, no long number left.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::mask(data));

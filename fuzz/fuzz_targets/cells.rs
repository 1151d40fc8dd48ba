//! CSV cells: one line each, no formula, the same text when read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::cells(data));

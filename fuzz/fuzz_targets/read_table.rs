//! CSV and TSV: every row belongs to a sound call or a reject.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::read_table(data));

//! Plain text: every block becomes a sound call or a reject.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::read_plain(data));

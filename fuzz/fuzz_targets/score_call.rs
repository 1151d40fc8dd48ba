//! The whole engine: balanced, repeatable, and every span lies in its turn.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::score_call(data));

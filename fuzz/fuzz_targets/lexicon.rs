//! Maintainers' files: a lexicon that can score, or faults with their places.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tinghu_fuzz::lexicon(data));

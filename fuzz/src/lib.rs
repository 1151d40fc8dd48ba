//! What must hold for any bytes at all: the bodies of the fuzz targets.
//!
//! The same functions serve two callers: `fuzz_targets/` under libFuzzer, and `tests/fuzz_corpus.rs`,
//! which replays `corpus/` and `regressions/` on the stable toolchain. A promise that is broken is a
//! panic here; the library itself must not panic either.

mod cells;
mod lexicon;
mod read;
mod score;
mod text;

pub use cells::cells;
pub use lexicon::{lexicon, pattern};
pub use read::{decode, read_foreign, read_json, read_plain, read_table};
pub use score::score_call;
pub use text::{mask, offsets};

/// A target: any bytes, no result, a panic where a promise is broken.
pub type Target = fn(&[u8]);

/// Every target by the name of its binary and of its folders in `corpus/` and `regressions/`.
pub const TARGETS: [(&str, Target); 11] = [
    ("cells", cells),
    ("decode", decode),
    ("lexicon", lexicon),
    ("mask", mask),
    ("offsets", offsets),
    ("pattern", pattern),
    ("read_foreign", read_foreign),
    ("read_json", read_json),
    ("read_plain", read_plain),
    ("read_table", read_table),
    ("score_call", score_call),
];

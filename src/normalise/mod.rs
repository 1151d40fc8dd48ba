//! Spelling is made equal before matching: width, case, Traditional characters and variants.
//!
//! One character goes in and one character comes out, so that an offset into the folded text
//! is an offset into the transcript. Not NFKC: it changes lengths and Chinese punctuation.

mod address;
mod clause;
mod field;
mod fold;
mod mask;
mod number;
mod view;
mod words;

pub use clause::{Break, Clauses};
pub use field::{mask_key, mask_time};
pub use fold::{fold, fold_char, is_han};
pub use mask::{MASK, mask_text, mask_turns};
pub use number::{Number, NumberKind, amount_in_yuan, find_numbers};
pub use view::View;
pub(crate) use view::is_ignorable;
pub(crate) use words::ByteSet;
pub use words::{WordLists, WordSet};

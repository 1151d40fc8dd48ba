//! The lexicon maintainers' bench: what a change of the lexicons does to calls, before it goes live.

mod change;
mod difference;
mod pass;
pub mod suggest;
mod table;

pub use change::{Change, Standing, Tally, TermChange, compare};
pub use difference::{Axis, Crossing, Difference, Summary, TermTotals};
pub use pass::{Pass, each_call};
pub use table::{DIFF_COLUMNS, diff_header, diff_row};

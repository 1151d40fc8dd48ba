//! What a lexicon did in finished runs, and what people found of it: for those who maintain it.
//!
//! ```text
//! runs ──Survey──▶ a row for each term: hits, calls, by whom, in what sense, beside which other term
//! reviews.csv + a run ──Trials──▶ the smallest exceptions that would have spared each false alarm
//! ```

mod phrase;
mod proposal;
mod survey;
mod table;
mod trial;

pub use proposal::{Answer, ExceptionRow, Proposal, propose};
pub use survey::{Fired, Partner, Survey};
pub use table::{TERM_COLUMNS, proposals_table, terms_table};
pub use trial::{TrialCall, Trials};

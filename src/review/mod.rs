//! The verdict comes back: what people found of calls and hits, read from the tables that they filled in and kept in
//! `reviews.csv`.
//!
//! ```text
//! calls.csv, hits.csv or calls.xlsx, filled in ──import──▶ reviews.csv ──Latest──▶ evaluate, lexicon stats
//!            run ──Originals──▶ nothing but the verdicts may differ
//! ```

mod answer;
mod book;
mod compare;
mod fault;
mod import;
mod layout;
mod line;
mod original;
mod row;

pub use answer::{call_verdict, hit_verdict};
pub use book::{Book, Latest};
pub use fault::{CellFault, HeaderFault, ReviewError, RowFault};
pub use import::{Import, Imported, import};
#[cfg(test)]
pub(crate) use line::tests::examples;
pub use line::{CallFacts, HitFacts, Judged, REVIEW_COLUMNS, Review};

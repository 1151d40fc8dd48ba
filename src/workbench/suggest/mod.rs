//! `lexicon suggest`: phrases that confirmed calls say more than ordinary ones and no term knows, and words of terms
//! that the recogniser seems to have misheard.
//!
//! Phrases are runs of one to four words within a clause, counted once a call. How much more a phrase belongs to the
//! confirmed calls is the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008,
//! "Fightin' Words", Political Analysis 16:372–403), as its z-score. Words that the segmenter does not know come in
//! pieces; whether pieces are one phrase tells their cohesion (pointwise mutual information at the weakest seam) and
//! the variety (entropy) of what stands before and after.

mod choose;
mod count;
mod labels;
mod mishearing;
mod odds;
mod row;
mod speech;

pub use choose::{Suggestion, Thresholds};
pub use count::{Counting, Counts, Heard, OfCall};
pub use labels::{Class, Labels};
pub use mishearing::{Misheard, Mishearings};
pub use row::suggestion_table;

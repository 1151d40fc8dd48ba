//! A run held against labels: how often the judgement is right, and where it is not.
//!
//! Definitions are those of the label guide: `data/eval/README.md`.

mod figures;
mod interval;
mod judged;
mod precision;
mod reviewed;

pub use figures::{Confusion, Figure, Report, report};
pub use interval::interval;
pub use judged::{EvaluateError, Expected, Judged, Predicted, read_labels, read_run};
pub use precision::{Precision, Precisions, Verdicts};
pub use reviewed::{Reviewed, reviewed};

//! One reviewed row: held against what the run wrote, and made a line.

use super::answer::{call_verdict, hit_verdict};
use super::book::Book;
use super::compare::{is_same, shown};
use super::fault::{CellFault, RowFault};
use super::import::Import;
use super::layout::{About, Layout};
use super::line::{CallFacts, HitFacts, Judged, REVIEW_COLUMNS, Review, maybe, scam_type, word};
use super::original::{Originals, id};
use crate::context::Stance;
use crate::lexicon::ScamType;
use crate::normalise::{mask_key, mask_text};
use crate::read::Encoding;
use crate::run::MatchedBy;
use crate::score::{Band, Dimension, DistressLevel, RiskLevel};
use crate::write::Column;

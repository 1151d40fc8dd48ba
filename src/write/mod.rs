//! What the run leaves behind: one file per kind of row, complete or not there at all.

mod calls;
mod cell;
mod checkpoint;
mod disk;
mod folder;
mod hits;
mod manifest;
mod rejects;

pub use calls::CALL_COLUMNS;
pub use cell::{Profile, Style};
pub use checkpoint::{Checkpoint, Identity, Mark};
pub use disk::{Disk, DiskFile, RealDisk};
pub use folder::{OutputFolder, PublishError, StagedFile, Start};
pub use hits::HIT_COLUMNS;
pub use manifest::{Counts, InputRecord, Manifest, Timings};
pub use rejects::REJECT_COLUMNS;

use crate::call::Call;
use crate::lexicon::Lexicon;
use crate::normalise::mask_turns;
use crate::read::{Origin, Reject};
use crate::score::Scored;

/// One column: English name, Chinese header.
pub type Column = (&'static str, &'static str);

/// The rows of one scored call, ready to be appended to their files.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The call, as it named itself.
    pub call_id: String,
    /// The row of `calls.csv`.
    pub calls: Vec<u8>,
    /// The rows of `hits.csv`.
    pub hits: Vec<u8>,
}

/// Renders a scored call. Everything that could identify a person is masked here, in one place.
pub fn render(lexicon: &Lexicon, call: &Call, origin: &Origin, scored: &Scored, style: Style) -> Rows {
    let masked = if style.quotes { mask_turns(&call.turns) } else { Vec::new() };
    let quotes = Quotes { turns: masked };
    Rows {
        call_id: call.id.clone(),
        calls: calls::row(lexicon, call, origin, scored, &quotes, style),
        hits: hits::rows(lexicon, call, scored, &quotes, style),
    }
}

/// Renders a reject.
pub fn render_reject(reject: &Reject, style: Style) -> Vec<u8> {
    rejects::row(reject, style)
}

/// The header row of a file, with the byte order mark that Excel wants.
pub fn header(columns: &[Column], review: &[&str], style: Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    if style.profile == Profile::Excel {
        bytes.extend_from_slice("\u{FEFF}".as_bytes());
    }
    let mut row = style.row();
    for (english, chinese) in columns {
        row.plain(if style.profile == Profile::Excel { chinese } else { english });
    }
    if style.profile == Profile::Excel {
        for column in review {
            row.plain(column);
        }
    }
    bytes.extend(row.finish());
    bytes
}

/// Review columns that people fill in, at the end of `calls.csv` in the excel profile.
pub const CALL_REVIEW: &[&str] = &["复核结论", "复核意见"];
/// Review columns at the end of `hits.csv` in the excel profile.
pub const HIT_REVIEW: &[&str] = &["是否真命中", "意见"];

/// The masked turns of a call, to quote from; empty when quotes are not wanted.
pub(crate) struct Quotes {
    turns: Vec<String>,
}

impl Quotes {
    /// The characters of a range of a turn, masked.
    pub(crate) fn of(&self, turn: usize, range: (u32, u32)) -> String {
        self.turns.get(turn).map_or_else(String::new, |text| {
            text.chars().skip(range.0 as usize).take((range.1 - range.0) as usize).collect()
        })
    }
}

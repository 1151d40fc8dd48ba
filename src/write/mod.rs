//! What the run leaves behind: one file per kind of row, complete or not there at all.

mod agents;
mod answer;
mod calls;
mod cell;
mod checkpoint;
mod conversations;
mod disk;
mod folder;
mod hits;
mod kind;
mod manifest;
mod quotes;
mod rejects;
mod whole;

pub use agents::{AGENT_COLUMNS, AgentRow, Decimal, render_agent};
pub(crate) use answer::Answers;
pub use calls::CALL_COLUMNS;
pub use cell::{Profile, Style};
pub(crate) use cell::{guarded, unguarded};
pub use checkpoint::{Checkpoint, Identity, Mark};
pub use disk::{Disk, DiskFile, RealDisk};
pub use folder::{OutputFolder, PublishError, StagedFile, Start};
pub use hits::HIT_COLUMNS;
pub use kind::Kind;
pub use manifest::{Counts, InputRecord, Manifest, Timings};
pub use rejects::REJECT_COLUMNS;
pub use whole::WholeFile;

use crate::call::Call;
use crate::lexicon::Lexicon;
use crate::read::{Origin, Reject};
use crate::score::Scored;

/// One column: English name, Chinese header.
pub type Column = (&'static str, &'static str);

/// The rows of scored calls, ready to be appended to their files.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The row of `calls.csv`.
    pub calls: Vec<u8>,
    /// The rows of `hits.csv`.
    pub hits: Vec<u8>,
    /// The line of `conversations.jsonl`, of a call to review.
    pub conversations: Vec<u8>,
    /// The line of a stream, which has the others' place.
    pub answers: Vec<u8>,
}

/// Where the rows of a call end in each of the files.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ends {
    pub calls: usize,
    pub hits: usize,
    pub conversations: usize,
    pub answers: usize,
}

impl Rows {
    /// Where the next rows will begin.
    pub(crate) fn ends(&self) -> Ends {
        Ends {
            calls: self.calls.len(),
            hits: self.hits.len(),
            conversations: self.conversations.len(),
            answers: self.answers.len(),
        }
    }

    /// Takes back what was added since.
    pub(crate) fn truncate(&mut self, to: Ends) {
        self.calls.truncate(to.calls);
        self.hits.truncate(to.hits);
        self.conversations.truncate(to.conversations);
        self.answers.truncate(to.answers);
    }

    /// Bytes of all rows.
    pub(crate) fn size(&self) -> usize {
        self.calls.len() + self.hits.len() + self.conversations.len() + self.answers.len()
    }
}

/// Renders scored calls into the rows of one run.
pub(crate) struct Renderer<'l> {
    lexicon: &'l Lexicon,
    style: Style,
    hits: hits::HitRows<'l>,
    answers: Option<Answers>,
}

impl<'l> Renderer<'l> {
    pub fn new(lexicon: &'l Lexicon, style: Style) -> Self {
        Renderer { lexicon, style, hits: hits::HitRows::new(lexicon, style), answers: None }
    }

    /// Renders the lines of a stream, from the same rows.
    pub fn of_answers(lexicon: &'l Lexicon, quotes: bool) -> Self {
        let style = Style { profile: Profile::Data, quotes };
        Renderer { answers: Some(Answers::new()), ..Renderer::new(lexicon, style) }
    }

    /// Adds the rows of a call. Everything that could identify a person is masked here, in one place.
    pub fn push(&self, call: &Call, origin: &Origin, scored: &Scored, rows: &mut Rows) {
        let mut quotes = quotes::Quotes::new(&call.turns, self.style.quotes);
        calls::push(&mut rows.calls, self.lexicon, call, origin, scored, &mut quotes, self.style);
        self.hits.push(&mut rows.hits, call, scored, &mut quotes);
        if let Some(answers) = &self.answers {
            answers.push_scored(&mut rows.answers, &rows.calls, &rows.hits);
            rows.calls.clear();
            rows.hits.clear();
        } else if scored.review.priority.is_some() {
            conversations::push(&mut rows.conversations, call, &quotes);
        }
    }
}

/// Renders one scored call.
pub fn render(lexicon: &Lexicon, call: &Call, origin: &Origin, scored: &Scored, style: Style) -> Rows {
    let mut rows = Rows::default();
    Renderer::new(lexicon, style).push(call, origin, scored, &mut rows);
    rows
}

/// Renders a reject.
pub fn render_reject(reject: &Reject, style: Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    rejects::push(&mut bytes, reject, style);
    bytes
}

/// The line that a stream has for a reject.
pub(crate) fn render_reject_answer(answers: &Answers, reject: &Reject) -> Vec<u8> {
    let mut line = Vec::new();
    answers.push_reject(&mut line, &render_reject(reject, Style { profile: Profile::Data, quotes: false }));
    line
}

/// The header row of a file, with the byte order mark that Excel wants.
pub fn header(columns: &[Column], review: &[&str], style: Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    if style.profile == Profile::Excel {
        bytes.extend_from_slice("\u{FEFF}".as_bytes());
    }
    let mut row = style.row(&mut bytes);
    for (english, chinese) in columns {
        row.plain(if style.profile == Profile::Excel { chinese } else { english });
    }
    if style.profile == Profile::Excel {
        for column in review {
            row.plain(column);
        }
    }
    row.finish();
    bytes
}

/// Review columns that people fill in, at the end of `calls.csv` in the excel profile.
pub const CALL_REVIEW: &[&str] = &["复核结论", "复核意见"];
/// Review columns at the end of `hits.csv` in the excel profile.
pub const HIT_REVIEW: &[&str] = &["是否真命中", "意见"];

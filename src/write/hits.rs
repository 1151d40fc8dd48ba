//! `hits.csv`: one row per hit and per line of the ledger.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::cell::{Row, Style};
use super::quotes::Quotes;
use super::{Column, Profile};
use crate::call::Call;
use crate::lexicon::{Lexicon, ScamType};
use crate::score::{Line, Scored, Source};

/// The columns, in order.
pub const HIT_COLUMNS: &[Column] = &[
    ("hit_id", "命中编号"),
    ("call_id", "通话编号"),
    ("dimension", "维度"),
    ("turn", "句序"),
    ("speaker", "说话人"),
    ("start_ms", "开始毫秒"),
    ("quote", "原话"),
    ("matched", "命中文字"),
    ("span_start", "起字"),
    ("span_end", "止字"),
    ("term_id", "词条编号"),
    ("term", "词条"),
    ("kind", "环节/类别"),
    ("scam_type", "诈骗类型"),
    ("match", "匹配方式"),
    ("stance", "判读"),
    ("weight", "权重"),
    ("factor", "系数"),
    ("points", "得分"),
    ("reason", "说明"),
];

/// The empty cells of the review columns.
const REVIEW: &[u8] = &[b','; super::HIT_REVIEW.len()];

/// What the rows of all calls have in common.
pub(super) struct HitRows<'l> {
    lexicon: &'l Lexicon,
    style: Style,
    /// The cells that tell a term (identifier, words, kind, script), made when the term is first met.
    terms: Vec<OnceLock<Box<[u8]>>>,
}

impl<'l> HitRows<'l> {
    pub fn new(lexicon: &'l Lexicon, style: Style) -> Self {
        HitRows { lexicon, style, terms: lexicon.terms.iter().map(|_| OnceLock::new()).collect() }
    }

    /// Adds the rows of one call.
    pub fn push(&self, bytes: &mut Vec<u8>, call: &Call, scored: &Scored, quotes: &mut Quotes<'_>) {
        let mut of_call = OfCall { call, id: Vec::new(), hit_id: HitId::new(call), turn: None, turn_cells: Vec::new() };
        self.style.row(&mut of_call.id).id(&call.id);
        for line in &scored.ledger {
            self.row(bytes, line, &mut of_call, quotes);
        }
    }

    fn row(&self, bytes: &mut Vec<u8>, line: &Line, of_call: &mut OfCall<'_>, quotes: &mut Quotes<'_>) {
        let mut row = self.style.row(bytes);
        row.made(&of_call.hit_id.of(line));
        row.ended(&of_call.id);
        row.word(line.dimension.as_str());
        row.ended(of_call.turn_cells(line.turn, self.style));
        for range in [line.quote, line.span] {
            match line.turn.zip(range) {
                Some((turn, range)) => quotes.push(&mut row, turn, range),
                None => row.word(""),
            }
        }
        row.number(line.span.map(|(start, _)| start));
        row.number(line.span.map(|(_, end)| end));
        self.term(&mut row, line);
        row.word(match line.source {
            Source::Hit => line.matched,
            Source::Rule => "rule",
            Source::Timing => "timing",
            Source::Adjustment => "adjustment",
        });
        row.word(line.stance.map_or("", |stance| stance.as_str()));
        row.number(line.term.map(|_| line.weight));
        row.number(line.term.map(|_| line.factor));
        row.number(Some(line.points));
        row.text(&line.reason);
        if self.style.profile == Profile::Excel {
            row.ended(REVIEW);
        }
        row.finish();
    }

    /// The cells from the identifier to the script.
    fn term(&self, row: &mut Row<'_>, line: &Line) {
        let Some(index) = line.term else {
            return term_cells(row, &line.id, "", line.kind, line.scam_type);
        };
        let term = self.lexicon.term(index);
        // The words of a term are the words of the call.
        let words = || if self.style.quotes { shorten(&term.text) } else { Cow::Borrowed("") };
        let as_term = *line.id == *term.id && *line.kind == *term.kind.as_str() && line.scam_type == term.scam_type;
        match self.terms.get(index as usize).filter(|_| as_term) {
            Some(made) => row.ended(made.get_or_init(|| {
                let mut bytes = Vec::new();
                term_cells(&mut self.style.row(&mut bytes), &term.id, &words(), term.kind.as_str(), term.scam_type);
                bytes.into_boxed_slice()
            })),
            None => term_cells(row, &line.id, &words(), line.kind, line.scam_type),
        }
    }
}

/// What the rows of one call have in common.
struct OfCall<'c> {
    call: &'c Call,
    /// The cell of its identifier, with the comma after it.
    id: Vec<u8>,
    hit_id: HitId,
    /// The turn of the last row, and the cells that tell it: its number, the speaker, the start.
    turn: Option<usize>,
    turn_cells: Vec<u8>,
}

impl OfCall<'_> {
    fn turn_cells(&mut self, index: Option<usize>, style: Style) -> &[u8] {
        if self.turn_cells.is_empty() || self.turn != index {
            self.turn = index;
            self.turn_cells.clear();
            let turn = index.map(|index| &self.call.turns[index]);
            let mut row = style.row(&mut self.turn_cells);
            row.number(index.map(|index| index + 1));
            row.word(turn.map_or("", |turn| turn.speaker.as_str()));
            row.number(turn.and_then(|turn| turn.start_ms));
        }
        &self.turn_cells
    }
}

fn term_cells(row: &mut Row<'_>, id: &str, words: &str, kind: &str, scam_type: Option<ScamType>) {
    row.text(id);
    row.text(words);
    row.text(kind);
    row.word(scam_type.map_or("", |kind| kind.as_str()));
}

/// Characters of a term that are shown: the identifier leads to the whole pattern.
const TERM: usize = 40;

fn shorten(term: &str) -> Cow<'_, str> {
    match term.char_indices().nth(TERM - 1) {
        Some((cut, last)) if cut + last.len_utf8() < term.len() => Cow::Owned(format!("{}…", &term[..cut])),
        _ => Cow::Borrowed(term),
    }
}

/// Identifiers of the hits of one call: the same for the same words of the same call by the same term, whatever else
/// the call holds.
struct HitId {
    /// What is hashed; it begins with the call's id.
    bytes: Vec<u8>,
    call: usize,
}

impl HitId {
    fn new(call: &Call) -> HitId {
        let mut bytes = call.id.as_bytes().to_vec();
        bytes.push(0);
        HitId { call: bytes.len(), bytes }
    }

    /// `h` and fifteen hexadecimal digits of the BLAKE3.
    fn of(&mut self, line: &Line) -> [u8; 16] {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.bytes.truncate(self.call);
        for part in [line.dimension.as_str(), &*line.id] {
            self.bytes.extend_from_slice(part.as_bytes());
            self.bytes.push(0);
        }
        let (start, end) = line.span.unwrap_or((u32::MAX, u32::MAX));
        for number in [line.turn.map_or(u64::MAX, |turn| turn as u64), u64::from(start), u64::from(end)] {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
        let hash = blake3::hash(&self.bytes);
        let mut id = *b"h000000000000000";
        for (at, digit) in id[1..].iter_mut().enumerate() {
            let byte = hash.as_bytes()[at / 2];
            *digit = HEX[usize::from(if at % 2 == 0 { byte >> 4 } else { byte & 15 })];
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_terms_are_cut() {
        let forty = "长".repeat(TERM);
        assert_eq!(shorten(&forty), forty);
        assert_eq!(shorten(&format!("{forty}长")), format!("{}…", "长".repeat(TERM - 1)));
        assert_eq!(shorten(""), "");
    }
}

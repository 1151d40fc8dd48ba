//! `hits.csv`: one row per hit and per line of the ledger.

use super::cell::Style;
use super::{Column, Profile, Quotes};
use crate::call::Call;
use crate::lexicon::Lexicon;
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

/// The rows of one call.
pub(super) fn rows(lexicon: &Lexicon, call: &Call, scored: &Scored, quotes: &Quotes, style: Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in &scored.ledger {
        bytes.extend(row(lexicon, call, line, quotes, style));
    }
    bytes
}

fn row(lexicon: &Lexicon, call: &Call, line: &Line, quotes: &Quotes, style: Style) -> Vec<u8> {
    let mut row = style.row();
    let turn = line.turn.map(|turn| &call.turns[turn]);
    row.plain(&hit_id(call, line));
    row.id(&call.id);
    row.plain(line.dimension.as_str());
    row.number(line.turn.map(|turn| turn + 1));
    row.plain(turn.map_or("", |turn| turn.speaker.as_str()));
    row.number(turn.and_then(|turn| turn.start_ms));
    let quoted = |range: Option<(u32, u32)>| match (line.turn, range) {
        (Some(turn), Some(range)) => quotes.of(turn, range),
        _ => String::new(),
    };
    row.text(&quoted(line.quote));
    row.text(&quoted(line.span));
    row.number(line.span.map(|(start, _)| start));
    row.number(line.span.map(|(_, end)| end));
    row.text(&line.id);
    // The words of a term are the words of the call.
    let term = line.term.filter(|_| style.quotes);
    row.text(&term.map_or_else(String::new, |index| shorten(&lexicon.term(index).text)));
    row.text(&line.kind);
    row.plain(line.scam_type.map_or("", |kind| kind.as_str()));
    row.plain(match line.source {
        Source::Hit => line.matched,
        Source::Rule => "rule",
        Source::Timing => "timing",
        Source::Adjustment => "adjustment",
    });
    row.plain(line.stance.map_or("", |stance| stance.as_str()));
    row.number(line.term.map(|_| line.weight));
    row.number(line.term.map(|_| line.factor));
    row.number(Some(line.points));
    row.text(&line.reason);
    if style.profile == Profile::Excel {
        for _ in super::HIT_REVIEW {
            row.plain("");
        }
    }
    row.finish()
}

/// Characters of a term that are shown: the identifier leads to the whole pattern.
const TERM: usize = 40;

fn shorten(term: &str) -> String {
    if term.chars().count() <= TERM {
        return term.to_owned();
    }
    term.chars().take(TERM - 1).chain(['…']).collect()
}

/// The same for the same words of the same call by the same term, whatever else the call holds.
fn hit_id(call: &Call, line: &Line) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [call.id.as_str(), line.dimension.as_str(), line.id.as_str()] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let (start, end) = line.span.unwrap_or((u32::MAX, u32::MAX));
    for number in [line.turn.map_or(u64::MAX, |turn| turn as u64), u64::from(start), u64::from(end)] {
        hasher.update(&number.to_le_bytes());
    }
    let hex = hasher.finalize().to_hex();
    format!("h{}", &hex[..15])
}

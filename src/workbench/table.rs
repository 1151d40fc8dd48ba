//! The table of `lexicon diff --out`: one row per changed call.

use super::change::{Change, Standing, TermChange};
use crate::write::{Column, Style, header};

/// The columns, in order.
pub const DIFF_COLUMNS: &[Column] = &[
    ("call_id", "通话编号"),
    ("risk_old", "旧风险分"),
    ("risk_new", "新风险分"),
    ("risk_level_old", "旧风险等级"),
    ("risk_level_new", "新风险等级"),
    ("scam_type_old", "旧诈骗类型"),
    ("scam_type_new", "新诈骗类型"),
    ("distress_old", "旧情绪分"),
    ("distress_new", "新情绪分"),
    ("distress_level_old", "旧情绪强度"),
    ("distress_level_new", "新情绪强度"),
    ("empathy_old", "旧共情分"),
    ("empathy_new", "新共情分"),
    ("empathy_level_old", "旧共情等级"),
    ("empathy_level_new", "新共情等级"),
    ("terms_came", "新增词条"),
    ("terms_went", "消失词条"),
    ("terms_changed", "变动词条"),
    ("matched", "命中文字"),
    ("source", "来源文件"),
];

/// The header row.
pub fn diff_header(style: Style) -> Vec<u8> {
    header(DIFF_COLUMNS, &[], style)
}

/// Adds the row of a call. Words are masked already; none are written where quotes are not wanted.
pub fn diff_row(bytes: &mut Vec<u8>, change: &Change, style: Style) {
    let Change { old, new, .. } = change;
    let mut row = style.row(bytes);
    row.id(&change.call_id);
    row.number(Some(old.risk));
    row.number(Some(new.risk));
    row.word(old.risk_level.as_str());
    row.word(new.risk_level.as_str());
    let script = |standing: &Standing| standing.scam_type.map_or("none", |kind| kind.as_str());
    row.word(script(old));
    row.word(script(new));
    row.number(Some(old.distress));
    row.number(Some(new.distress));
    row.word(old.distress_level.as_str());
    row.word(new.distress_level.as_str());
    row.number(old.empathy);
    row.number(new.empathy);
    row.word(old.empathy_level.as_str());
    row.word(new.empathy_level.as_str());
    let joined = |wanted: &dyn Fn(&&TermChange) -> bool, show: &dyn Fn(&TermChange) -> String| {
        change.terms.iter().filter(wanted).map(show).collect::<Vec<_>>().join("；")
    };
    let with_gain = |term: &TermChange| format!("{} {:+}", term.id, term.gain());
    row.text(&joined(&|term| term.old.lines == 0, &with_gain));
    row.text(&joined(&|term| term.new.lines == 0, &with_gain));
    row.text(&joined(&|term| term.old.lines > 0 && term.new.lines > 0, &with_gain));
    let quoted = |term: &TermChange| format!("{}「{}」", term.id, term.matched);
    let words = if style.quotes { joined(&|term| !term.matched.is_empty(), &quoted) } else { String::new() };
    row.text(&words);
    row.text(&change.source);
    row.finish();
}

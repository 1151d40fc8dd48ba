//! What a survey and what proposals are as tables.

use std::collections::BTreeMap;

use super::proposal::{Proposal, all_rows};
use super::survey::{Fired, Survey};
use crate::call::Speaker;
use crate::context::Stance;
use crate::evaluate::{Precisions, Verdicts};
use crate::lexicon::Lexicon;
use crate::write::{self, Column, Decimal, Style};

/// The columns of the table of terms, in order.
pub const TERM_COLUMNS: &[Column] = &[
    ("term_id", "词条编号"),
    ("term", "词条"),
    ("place", "所在行"),
    ("dimension", "维度"),
    ("calls", "通话数"),
    ("hits", "命中数"),
    ("counted", "计分命中数"),
    ("agent_hits", "客服命中数"),
    ("customer_hits", "客户命中数"),
    ("other_hits", "其他人命中数"),
    ("stances", "判读"),
    ("ordinary_share", "低风险通话占比"),
    ("partner", "同处词条"),
    ("partner_calls", "同处通话数"),
    ("right", "复核是"),
    ("wrong", "复核否"),
    ("precision", "复核准确率"),
];

/// The columns of `exceptions.csv`, into which proposals are pasted.
const EXCEPTION_COLUMNS: &[Column] =
    &[("phrase", "短语"), ("cancels", "取消词条"), ("reason", "原因"), ("expires", "到期")];

/// A row for each term of the lexicon and each that stood in the runs, those of most calls first, those that stood
/// nowhere last.
pub fn terms_table(survey: &Survey, lexicon: &Lexicon, precisions: &Precisions, style: Style) -> Vec<u8> {
    let mut bytes = write::header(TERM_COLUMNS, &[], style);
    let places: BTreeMap<&str, String> =
        lexicon.terms.iter().map(|term| (term.id.as_str(), format!("{} {}", term.place.0, term.place.1))).collect();
    let verdicts: BTreeMap<&str, Verdicts> =
        precisions.terms.iter().map(|term| (term.of.as_str(), term.verdicts)).collect();
    for (id, fired) in survey.fired() {
        let place = places.get(id).map_or("", String::as_str);
        push_term(&mut bytes, survey, (id, fired), place, verdicts.get(id), style);
    }
    for term in survey.never(lexicon) {
        let mut row = style.row(&mut bytes);
        row.text(&term.id);
        row.text(&term.text);
        row.text(&places[term.id.as_str()]);
        row.plain("");
        for _ in 0..6 {
            row.number(Some(0));
        }
        for _ in 0..7 {
            row.plain("");
        }
        row.finish();
    }
    bytes
}

fn push_term(
    bytes: &mut Vec<u8>,
    survey: &Survey,
    (id, fired): (&str, &Fired),
    place: &str,
    verdicts: Option<&Verdicts>,
    style: Style,
) {
    let excel = style.profile == write::Profile::Excel;
    let share = |of: u64, by: u64, places| {
        Decimal::ratio(of.into(), by.into(), places).map(|share| share.to_string()).unwrap_or_default()
    };
    let stance =
        |(stance, hits): (&Stance, &u64)| format!("{} {hits}", if excel { stance.zh() } else { stance.as_str() });
    let mut row = style.row(bytes);
    row.text(id);
    row.text(&fired.term);
    row.text(place);
    row.plain(if excel { fired.dimension.zh() } else { fired.dimension.as_str() });
    row.number(Some(fired.calls));
    row.number(Some(fired.hits));
    row.number(Some(fired.counted));
    for speaker in [Speaker::Agent, Speaker::Customer, Speaker::Other] {
        row.number(Some(fired.said_by(speaker)));
    }
    row.plain(&fired.by_stance.iter().map(stance).collect::<Vec<_>>().join("；"));
    row.plain(&share(fired.ordinary, survey.ordinary, 4));
    row.text(fired.partner().map_or("", |partner| partner.id));
    row.number(fired.partner().map(|partner| partner.calls));
    row.number(verdicts.map(|verdicts| verdicts.right));
    row.number(verdicts.map(|verdicts| verdicts.false_alarm));
    row.plain(&verdicts.map_or(String::new(), |it| share(it.right as u64, it.told() as u64, 2)));
    row.finish();
}

/// The rows of proposals, each once, ready for `exceptions.csv`.
pub fn proposals_table<'p>(proposals: impl Iterator<Item = (&'p str, &'p Proposal)>, style: Style) -> Vec<u8> {
    let mut bytes = write::header(EXCEPTION_COLUMNS, &[], style);
    let proposals: Vec<(&str, &Proposal)> = proposals.collect();
    for (exception, of) in all_rows(proposals.iter().map(|(_, proposal)| *proposal)) {
        let calls: Vec<&str> =
            proposals.iter().filter(|(_, other)| other.rows.contains(exception)).map(|(id, _)| *id).collect();
        let mut reason = format!("复核为误报：{}", calls.join("、"));
        if !of.lost.is_empty() {
            reason.push_str(&format!("；先别用，会压低属实的 {} 通", of.lost.len()));
        }
        let mut row = style.row(&mut bytes);
        row.text(&exception.phrase);
        row.text(&exception.cancels.join("｜"));
        row.text(&reason);
        row.plain("");
        row.finish();
    }
    bytes
}

//! 全部通话: every column of `calls.csv`, in Chinese.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::look::{Looks, Tone};
use super::sheet::{Column, Kind, Sheet, column};
use crate::call::{Direction, InputWarning};
use crate::lexicon::{DistressKind, DutyKind, OutcomeKind, ScamType, Stage, VulnerabilityKind};
use crate::run::CallRow;
use crate::score::{ReviewReason, RiskLevel};
use crate::write::{CALL_COLUMNS, Kind as Values};

/// Calls on one sheet; Excel itself takes 48,575 rows more.
const MOST: u32 = 1_000_000;

/// The sheets of all calls: one, and further ones above a million.
pub(super) struct AllCalls {
    done: Vec<Worksheet>,
    sheet: Sheet,
    /// Calls on a sheet at most.
    most: u32,
}

const NAME: &str = "全部通话";

impl AllCalls {
    pub fn new(workbook: &mut Workbook, looks: &Looks) -> Result<Self, XlsxError> {
        AllCalls::of(MOST, workbook, looks)
    }

    fn of(most: u32, workbook: &mut Workbook, looks: &Looks) -> Result<Self, XlsxError> {
        Ok(AllCalls { done: Vec::new(), sheet: begin(workbook, NAME, looks)?, most })
    }

    pub fn add(&mut self, workbook: &mut Workbook, call: &CallRow, looks: &Looks) -> Result<(), XlsxError> {
        if self.sheet.next_row() > self.most {
            let next = begin(workbook, &format!("{NAME}{}", self.done.len() + 2), looks)?;
            self.done.push(std::mem::replace(&mut self.sheet, next).finish()?);
        }
        self.sheet.row(0, cells(call), looks)
    }

    pub fn finish(mut self) -> Result<Vec<Worksheet>, XlsxError> {
        self.done.push(self.sheet.finish()?);
        Ok(self.done)
    }
}

/// Columns on paper: up to 风险要点.
const PRINTED: u16 = 16;

fn begin(workbook: &mut Workbook, name: &str, looks: &Looks) -> Result<Sheet, XlsxError> {
    let mut sheet = Sheet::new(workbook, name)?;
    let columns: Vec<Column> =
        CALL_COLUMNS.iter().map(|(name, header)| column(header, width(name), kind(name))).collect();
    sheet.table("", &columns, 1, looks)?;
    sheet.print_columns(PRINTED);
    Ok(sheet)
}

/// Width in characters by what the column holds.
fn width(name: &str) -> f64 {
    match name {
        "call_id" | "started_at" => 20.0,
        "risk_reason" | "top_evidence" | "empathy_strengths" | "empathy_gaps" => 48.0,
        "stages" | "duty_steps" | "protective_actions" | "review_reasons" => 26.0,
        "scam_type" | "scam_type_2" | "distress_kinds" | "vulnerability" | "outcome" | "input_warnings" => 18.0,
        "source" => 24.0,
        "agent_id" | "team" | "lexicon_version" | "engine_version" => 13.0,
        _ => 9.5,
    }
}

/// What the cells of a column are.
fn kind(name: &str) -> Kind {
    match (name, Values::of(name)) {
        ("started_at", _) => Kind::Time,
        ("direction" | "risk_level" | "distress_level" | "distress_trend" | "empathy_level", _) => Kind::Mark,
        (_, Values::Truth) => Kind::Mark,
        (_, Values::Whole) => Kind::Number,
        _ => Kind::Text,
    }
}

/// The cells of a call, in the order of the columns.
fn cells(call: &CallRow) -> impl Iterator<Item = Cell<'_>> {
    let word = |word: Option<&'static str>| word.map_or(Cell::Empty, |word| Cell::Mark(word, Tone::Plain));
    let few = |number: u8| Cell::Number(number.into());
    [
        Cell::text(&call.call_id),
        Cell::Time(&call.started_at),
        word(call.direction.map(Direction::zh)),
        Cell::text(&call.agent_id),
        Cell::text(&call.team),
        Cell::maybe(call.duration_s),
        Cell::Number(call.turns),
        Cell::Number(call.agent_turns),
        Cell::Number(call.customer_turns),
        few(call.risk_score),
        call.risk_level.into(),
        Cell::text(call.scam_type.map_or("无", ScamType::zh)),
        Cell::text(call.scam_type_2.map_or("", ScamType::zh)),
        Cell::text(call.phase.zh()),
        Cell::words(&call.stages, Stage::zh, "→"),
        Cell::text(&call.risk_reason),
        Cell::maybe(call.first_evidence_turn),
        warned(call),
        Cell::maybe(call.first_warning_turn),
        Cell::maybe(call.warning_latency_s),
        Cell::words(&call.duty_steps, DutyKind::zh, "→"),
        Cell::words(&call.protective_actions, DutyKind::zh, "、"),
        Cell::yes_or_no(call.police_advised, Tone::Good),
        Cell::Number(call.tips_given),
        few(call.distress_score),
        call.distress_level.into(),
        Cell::words(&call.distress_kinds, DistressKind::zh, "、"),
        Cell::maybe(call.distress_first_turn),
        call.distress_trend.map_or(Cell::Empty, Cell::from),
        Cell::yes_or_no(call.self_harm, Tone::Bad),
        Cell::words(&call.vulnerability, VulnerabilityKind::zh, "、"),
        Cell::maybe(call.empathy_score.map(u64::from)),
        call.empathy_level.into(),
        Cell::Number(call.episodes),
        Cell::Number(call.episodes_answered),
        Cell::maybe(call.response_latency_turns),
        Cell::text(&call.empathy_strengths),
        Cell::text(&call.empathy_gaps),
        Cell::Number(call.taboo_count),
        Cell::Number(call.template_repeats),
        Cell::Number(call.interruptions),
        Cell::words(&call.outcome, OutcomeKind::zh, "、"),
        Cell::yes_or_no(call.needs_review, Tone::Warn),
        Cell::maybe(call.review_priority.map(u64::from)),
        Cell::words(&call.review_reasons, ReviewReason::zh, "、"),
        few(call.confidence),
        Cell::words(&call.input_warnings, InputWarning::zh, "、"),
        Cell::text(&call.top_evidence),
        Cell::text(&call.source),
        Cell::text(&call.lexicon_version),
        Cell::text(&call.engine_version),
    ]
    .into_iter()
}

/// Whether the agent warned; that it was not done is bad where it was needed.
pub(super) fn warned(call: &CallRow) -> Cell<'static> {
    match (call.agent_warned, call.risk_level) {
        (true, _) => Cell::Mark("是", Tone::Good),
        (false, RiskLevel::High) => Cell::Mark("否", Tone::Bad),
        (false, _) => Cell::Mark("否", Tone::Plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::row;

    #[test]
    fn further_sheets_begin_where_one_is_full() {
        let (mut workbook, looks) = (Workbook::new(), Looks::new());
        let mut calls = AllCalls::of(2, &mut workbook, &looks).expect("a sheet");
        for index in 0..5 {
            calls.add(&mut workbook, &row(&format!("A{index}")), &looks).expect("a row");
        }
        let names: Vec<String> = calls.finish().expect("sheets").iter().map(Worksheet::name).collect();
        assert_eq!(names, ["全部通话", "全部通话2", "全部通话3"]);
    }

    #[test]
    fn every_cell_stands_below_its_header() {
        let call = CallRow { self_harm: true, top_evidence: "#1 “好”".into(), ..row("A") };
        let cells: Vec<Cell<'_>> = cells(&call).collect();
        assert_eq!(cells.len(), CALL_COLUMNS.len());
        let at = |name: &str| &cells[CALL_COLUMNS.iter().position(|(column, _)| *column == name).expect("a column")];
        assert_eq!(*at("call_id"), Cell::text("A"));
        assert_eq!(*at("direction"), Cell::Mark("呼入", Tone::Plain));
        assert_eq!(*at("self_harm"), Cell::Mark("是", Tone::Bad));
        assert_eq!(*at("empathy_level"), Cell::Mark("不适用", Tone::Faint));
        assert_eq!(*at("confidence"), Cell::Number(100));
        assert_eq!(*at("top_evidence"), Cell::text("#1 “好”"));
        assert_eq!(*at("engine_version"), Cell::text("1"));
    }
}

//! 待复核: the calls that a person should look at, best first, with room for a verdict.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::calls::warned;
use super::cell::{Cell, in_lines, tone_of_verdict};
use super::look::{Looks, Tone};
use super::sheet::{Column, Kind, Sheet, column};
use crate::lexicon::{DistressKind, ScamType};
use crate::morning::ReviewList;
use crate::run::CallRow;
use crate::run::verdict::{CALL_REVIEW_SHEET, Verdict};
use crate::score::ReviewReason;

/// Name of the sheet; the importer of verdicts looks for it.
pub const REVIEW_SHEET: &str = "待复核";

/// Where 复核结论 stands.
const VERDICT: usize = 8;

const COLUMNS: [Column; 24] = [
    column("复核优先级", 7.5, Kind::Mark),
    column("通话编号", 19.0, Kind::Text),
    column("风险等级", 7.0, Kind::Mark),
    column("风险分", 6.5, Kind::Points),
    column("诈骗类型", 14.0, Kind::Wrapped),
    column("复核原因", 17.0, Kind::Wrapped),
    column("风险要点", 34.0, Kind::Wrapped),
    column("关键原话", 60.0, Kind::Wrapped),
    column(CALL_REVIEW_SHEET[0], 10.0, Kind::ToFill),
    column(CALL_REVIEW_SHEET[1], 9.0, Kind::ToFill),
    column(CALL_REVIEW_SHEET[2], 26.0, Kind::ToFill),
    column("开始时间", 18.5, Kind::Time),
    column("坐席工号", 10.0, Kind::Text),
    column("班组", 11.0, Kind::Text),
    column("所处阶段", 8.5, Kind::Text),
    column("客服已警示", 7.5, Kind::Mark),
    column("情绪强度", 7.0, Kind::Mark),
    column("情绪类别", 16.0, Kind::Text),
    column("自伤线索", 7.0, Kind::Mark),
    column("共情等级", 8.0, Kind::Mark),
    column("共情分", 6.5, Kind::Points),
    column("待改进", 40.0, Kind::Wrapped),
    column("置信度", 7.0, Kind::Points),
    column("来源文件", 22.0, Kind::Text),
];

pub(super) fn sheet(workbook: &mut Workbook, list: &ReviewList, looks: &Looks) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new(workbook, REVIEW_SHEET)?;
    let (listed, all) = (list.calls().len() as u64, list.offered());
    let rest = match all - listed {
        0 => String::new(),
        rest => format!("本表只列最要紧的 {listed} 通，其余 {rest} 通请在“全部通话”里把“需复核”筛成“是”。"),
    };
    let note = format!(
        "共 {all} 通需要复核，最要紧的排在最前。{rest}请填橙色表头的三列：复核结论从下拉列表里选，复核意见随意写；通话编号不要改。逐条证据见“证据”表，各列含义见“说明”表。"
    );
    sheet.table(&note, &COLUMNS, 2, looks)?;
    sheet.print_columns(VERDICT as u16 + 3);
    for review in list.calls() {
        sheet.row(0, cells(&review.call), looks)?;
    }
    let verdicts: Vec<(&str, Tone)> =
        Verdict::ALL.iter().map(|verdict| (verdict.zh(), tone_of_verdict(*verdict))).collect();
    sheet.choices(VERDICT as u16, &verdicts, looks)?;
    sheet.finish()
}

fn cells(call: &CallRow) -> [Cell<'_>; COLUMNS.len()] {
    let reasons: Vec<&str> = call.review_reasons.iter().map(|reason| ReviewReason::zh(*reason)).collect();
    [
        call.review_priority.map_or(Cell::Empty, priority),
        Cell::text(&call.call_id),
        call.risk_level.into(),
        Cell::Points(call.risk_score.into()),
        Cell::wrapped(call.scam_type.map_or("无", ScamType::zh)),
        Cell::Wrapped(reasons.join("、").into()),
        in_lines(&call.risk_reason),
        in_lines(&call.top_evidence),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Time(&call.started_at),
        Cell::text(&call.agent_id),
        Cell::text(&call.team),
        Cell::text(call.phase.zh()),
        warned(call),
        call.distress_level.into(),
        Cell::words(&call.distress_kinds, DistressKind::zh, "、"),
        Cell::yes_or_no(call.self_harm, Tone::Bad),
        call.empathy_level.into(),
        call.empathy_score.map_or(Cell::Empty, |score| Cell::Points(score.into())),
        in_lines(&call.empathy_gaps),
        Cell::Points(call.confidence.into()),
        Cell::text(&call.source),
    ]
}

fn priority(priority: u8) -> Cell<'static> {
    let tone = match priority {
        1 => Tone::Bad,
        2 => Tone::Warn,
        3 | 4 => Tone::Plain,
        _ => Tone::Faint,
    };
    Cell::Rank(priority, tone)
}

//! 坐席: the rows of `agents.csv`.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::look::Looks;
use super::sheet::{Column, Kind, Sheet, column};
use crate::morning::AgentTally;
use crate::write::{AGENT_COLUMNS, AgentRow, Decimal};

/// Agents on the sheet at most: more than any hotline has, and fewer than a sheet holds.
const MOST: usize = 100_000;

pub(super) fn sheet(workbook: &mut Workbook, agents: &AgentTally, looks: &Looks) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new(workbook, "坐席")?;
    let note = "按班组、工号排列，同 agents.csv。空白格表示样本不足 10 通：偶然性太大，不宜拿来评价坐席。";
    let kind = |name: &str| if matches!(name, "agent_id" | "team") { Kind::Text } else { Kind::Number };
    let columns: Vec<Column> = AGENT_COLUMNS.iter().map(|(name, header)| column(header, 13.0, kind(name))).collect();
    sheet.table(note, &columns, 2, looks)?;
    let from = sheet.next_row();
    for agent in agents.rows().take(MOST) {
        sheet.row(0, cells(&agent), looks)?;
    }
    sheet.bars(MISSED, from)?;
    sheet.finish()
}

/// Where 高风险未警示数 stands.
const MISSED: u16 = 4;

/// The cells in the order of the columns.
fn cells(agent: &AgentRow) -> [Cell<'_>; AGENT_COLUMNS.len()] {
    let tenths = |number: Option<Decimal>| number.map_or(Cell::Empty, Cell::Tenths);
    [
        Cell::text(&agent.agent_id),
        Cell::text(&agent.team),
        Cell::Number(agent.calls),
        Cell::Number(agent.high_risk_calls),
        Cell::Number(agent.missed_scams),
        Cell::Number(agent.latency_calls),
        tenths(agent.median_warning_latency_s),
        Cell::Number(agent.empathy_due_calls),
        tenths(agent.mean_empathy),
        agent.answered_share.map_or(Cell::Empty, Cell::Share),
        tenths(agent.taboo_per_100_calls),
    ]
}

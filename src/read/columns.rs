//! The header of a table: what its columns mean.
//!
//! Every platform names its columns in its own way, and the people who export them are not the people
//! who run this job. So the names they use are known here, in Chinese and English, and a header that
//! lacks something says what, and which of its cells was perhaps meant.

use std::borrow::Cow;

use super::reject::{Fault, RejectCode};
use super::rows::{Row, cells};
use super::speaker::fold;
use super::time::Time;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    CallId,
    Speaker,
    Text,
    StartMs,
    StartS,
    EndMs,
    EndS,
    StartedAt,
    Direction,
    AgentId,
    Team,
}

/// The names of the columns, compared after folding case, width and spaces. Where a header has two
/// names of one column (说话人 and 角色), the one that stands first here is used.
const NAMES: [(Column, &[&str]); 11] = [
    (
        Column::CallId,
        &[
            "call_id",
            "callid",
            "通话编号",
            "通话id",
            "通话流水号",
            "流水号",
            "会话编号",
            "会话id",
            "录音编号",
            "录音流水号",
            "通话标识",
        ],
    ),
    (Column::Speaker, &["role", "角色", "speaker", "说话人", "发言人", "说话方"]),
    (Column::Text, &["text", "内容", "文本", "说话内容", "通话内容", "对话内容", "content", "转写文本", "转写内容"]),
    (Column::StartMs, &["start_ms", "开始毫秒", "起始毫秒", "开始时间(毫秒)", "开始(毫秒)"]),
    (Column::StartS, &["start_s", "开始时间秒", "开始秒", "起始秒", "开始时间(秒)", "开始(秒)"]),
    (Column::EndMs, &["end_ms", "结束毫秒", "终止毫秒", "结束时间(毫秒)", "结束(毫秒)"]),
    (Column::EndS, &["end_s", "结束时间秒", "结束秒", "终止秒", "结束时间(秒)", "结束(秒)"]),
    (Column::StartedAt, &["started_at", "开始时间", "通话开始时间", "通话时间", "呼叫时间", "来电时间"]),
    (Column::Direction, &["direction", "呼叫方向", "通话方向", "方向", "呼叫类型"]),
    (Column::AgentId, &["agent_id", "坐席工号", "座席工号", "工号", "坐席编号", "客服工号", "坐席id"]),
    (Column::Team, &["team", "班组", "组别", "团队", "技能组"]),
];

/// The column that a name stands for, and its rank among the names of that column.
pub(super) fn column(name: &str) -> Option<(Column, usize)> {
    let name = fold(name.trim_matches(['\u{feff}', '\u{200b}', ' ', '\u{3000}', '\u{a0}']));
    NAMES.iter().find_map(|(column, names)| names.iter().position(|known| *known == name).map(|rank| (*column, rank)))
}

/// Whether a line reads like the header of a table of calls.
pub(super) fn is_header(line: &str) -> bool {
    Header::of(line).is_ok()
}

/// Where the columns stand.
#[derive(Debug)]
pub(super) struct Header {
    pub delimiter: u8,
    pub width: usize,
    pub at: [Option<usize>; NAMES.len()],
}

impl Header {
    /// Understands a header line with the delimiter that makes most sense of it.
    pub fn of(line: &str) -> Result<Header, Fault> {
        let tried = [b',', b'\t', b';'].map(|delimiter| (delimiter, cells(line, delimiter)));
        let known = |cells: &[String]| cells.iter().filter(|cell| column(cell).is_some()).count();
        let best = tried.iter().rev().max_by_key(|(_, cells)| (known(cells), cells.len()));
        let Some((delimiter, cells)) = best else {
            return Err(Fault::new(RejectCode::MissingColumn, ""));
        };
        let mut ranked: [Option<(usize, usize)>; NAMES.len()] = [None; NAMES.len()];
        for (place, cell) in cells.iter().enumerate() {
            let Some((column, rank)) = column(cell) else { continue };
            let slot = &mut ranked[column as usize];
            match slot {
                Some((old, _)) if *old == rank => {
                    let name = NAMES[column as usize].1[rank];
                    return Err(Fault::new(RejectCode::DoubledColumn, name));
                }
                Some((old, _)) if *old < rank => {}
                _ => *slot = Some((rank, place)),
            }
        }
        let at = ranked.map(|slot| slot.map(|(_, place)| place));
        let missing: Vec<_> = [Column::CallId, Column::Text]
            .into_iter()
            .filter(|column| at[*column as usize].is_none())
            .map(|column| near_miss(column, cells))
            .collect();
        if !missing.is_empty() {
            return Err(Fault::new(RejectCode::MissingColumn, missing.join("；")));
        }
        Ok(Header { delimiter: *delimiter, width: cells.len(), at })
    }

    /// Whether the id's column stands behind that of the text, which is the one that tears rows.
    pub fn id_after_text(&self) -> bool {
        self.at[Column::CallId as usize] > self.at[Column::Text as usize]
    }

    fn bytes<'r>(&self, row: &'r Row, column: Column) -> &'r [u8] {
        self.at[column as usize].map_or(&[], |place| row.cell(place))
    }

    /// A cell as text; none when blank.
    pub fn text(&self, row: &Row, column: Column) -> Result<Option<Cow<'static, str>>, Fault> {
        let bytes = self.bytes(row, column);
        let text =
            std::str::from_utf8(bytes).map_err(|_| Fault::new(RejectCode::BadBytes, NAMES[column as usize].1[0]))?;
        Ok((!text.trim().is_empty()).then(|| Cow::Owned(text.to_owned())))
    }

    pub fn time(&self, row: &Row, ms: Column, seconds: Column) -> Result<Time, Fault> {
        match self.text(row, ms)? {
            Some(text) => Ok(Time::parse(&text, 1.0)),
            None => Ok(self.text(row, seconds)?.map_or(Time::Absent, |text| Time::parse(&text, 1000.0))),
        }
    }
}

/// The name of a missing column, with the header cell that looks like it. Only a cell within two
/// letters of a known name is shown: a file without header has speech in its first line.
fn near_miss(column: Column, cells: &[String]) -> String {
    let names = NAMES[column as usize].1;
    let close = cells.iter().find(|cell| {
        let cell = fold(cell);
        names.iter().any(|name| {
            let distance = distance(&cell, name);
            distance <= 2 && distance * 2 <= name.chars().count().min(cell.chars().count())
        })
    });
    match close {
        Some(cell) => format!("缺少 {}（“{}”是否写错？）", names[0], fold(cell)),
        None => format!("缺少 {}", names[0]),
    }
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, left) in a.chars().enumerate().take(64) {
        let mut corner = std::mem::replace(&mut above[0], row + 1);
        for (at, right) in b.iter().enumerate() {
            let change = corner + usize::from(left != *right);
            corner = above[at + 1];
            above[at + 1] = change.min(corner + 1).min(above[at] + 1);
        }
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_where_they_are_named() {
        let places = NAMES.iter().enumerate().all(|(at, (column, _))| *column as usize == at);
        assert!(places);
        assert_eq!(column(" Call ID "), Some((Column::CallId, 0)));
        assert_eq!(column("开始时间（秒）"), Some((Column::StartS, 4)));
    }

    #[test]
    fn headers() {
        let header = Header::of("说话人;角色;通话编号;内容").expect("a header");
        assert_eq!((header.delimiter, header.at[Column::Speaker as usize]), (b';', Some(1)));
        let fault = Header::of("call_id,text,TEXT").expect_err("doubled");
        assert_eq!(fault.code, RejectCode::DoubledColumn);
        let fault = Header::of("cal_id,内容").expect_err("missing");
        assert_eq!(fault.detail, "缺少 call_id（“cal_id”是否写错？）");
        let fault = Header::of("A1,agent,我的秘密").expect_err("missing");
        assert_eq!(fault.detail, "缺少 call_id；缺少 text");
    }
}

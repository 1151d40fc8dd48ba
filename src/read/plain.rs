//! Plain text: `客服：…` and `客户：…`, as people paste it.
//!
//! ```text
//! 通话编号：A1
//! 开始时间：2026-11-22T21:03:11+08:00
//! [00:00.225] 客服：您好
//! 客户：我的卡被冻结了
//! 怎么办
//! ```
//! Without a line with the call id the file is one call and its name the id. A line without a speaker
//! goes on with the turn above. A name before a colon is a speaker when the speaker table knows it,
//! when a time stands before it, or when it begins at least two lines of the call; otherwise the colon
//! is part of the speech (`他说：…`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::call::Call;

use super::columns::{Column, column};
use super::draft::{Draft, DraftTurn, fit_id};
use super::reader::{Body, Raw};
use super::reject::{Fault, Origin, Reject, RejectCode};
use super::said::{Said, split_name};
use super::speaker::SpeakerTable;
use super::text::{Spot, Text};

/// The lines of one call.
#[derive(Debug)]
pub(super) struct Block {
    /// The lines, each ended by a line feed.
    pub bytes: Vec<u8>,
    id: String,
    /// No id line, but one follows: perhaps only a title.
    preamble: bool,
    spot: Spot,
    fault: Option<(Spot, Fault)>,
    has_text: bool,
    named: bool,
}

impl Block {
    fn new(id: String, named: bool, spot: Spot) -> Self {
        let bytes = Vec::new();
        Block { bytes, id, preamble: false, spot, fault: None, has_text: false, named }
    }
}

/// Cuts plain text at the lines that give a call id.
pub(super) struct PlainCutter {
    pub(super) text: Text,
    source: Arc<str>,
    cap: usize,
    block: Option<Block>,
}

impl PlainCutter {
    pub fn new(text: Text, source: Arc<str>, file_id: Arc<str>, cap: usize) -> Self {
        let block = Block::new(file_id.to_string(), false, Spot { line: 1, byte: 0 });
        PlainCutter { text, source, cap, block: Some(block) }
    }

    /// The next call or fault; none at the end.
    pub fn next(&mut self) -> Option<Raw> {
        let mut line = Vec::new();
        loop {
            let block = self.block.as_mut()?;
            let here = self.text.spot();
            match self.text.line(&mut line, self.cap) {
                Err(fault) => {
                    let id = fit_id(&block.id).ok().filter(|_| block.named || block.has_text);
                    self.block = None;
                    return Some(Raw::bad(fault.at(here.of(&self.source), id)));
                }
                Ok(None) => {
                    let block = self.block.take()?;
                    return self.done(block);
                }
                Ok(Some(found)) if found.too_long => {
                    let fault = Fault::new(RejectCode::LineTooLong, format!("超过 {} 字节", self.cap));
                    block.fault.get_or_insert((found.spot, fault));
                    block.has_text = true;
                }
                Ok(Some(found)) => {
                    if let Some(id) = id_line(&line) {
                        let next = Block::new(id, true, found.spot);
                        let mut block = std::mem::replace(block, next);
                        block.preamble = !block.named;
                        if let Some(raw) = self.done(block) {
                            return Some(raw);
                        }
                        continue;
                    }
                    block.has_text |= is_speech(&line);
                    if block.bytes.len() + line.len() > self.cap {
                        let detail = format!("超过 {} 字节", self.cap);
                        let fault = Fault::new(RejectCode::CallTooLong, detail);
                        block.fault.get_or_insert((found.spot, fault));
                    }
                    if block.fault.is_some() {
                        block.bytes = Vec::new();
                    } else {
                        block.bytes.extend_from_slice(&line);
                        block.bytes.push(b'\n');
                    }
                }
            }
        }
    }

    fn done(&self, mut block: Block) -> Option<Raw> {
        if !block.named && !block.has_text {
            return None;
        }
        if let Some((spot, fault)) = block.fault.take() {
            return Some(Raw::bad(fault.at(spot.of(&self.source), fit_id(&block.id).ok())));
        }
        Some(Raw { origin: block.spot.of(&self.source), body: Body::Lines(block) })
    }
}

/// The id of a line `通话编号：X` or `# call_id: X`.
fn id_line(line: &[u8]) -> Option<String> {
    // Far enough to hold every name of the column and the colon.
    let head = &line[..line.len().min(64)];
    if !head.contains(&b':') && !head.windows(3).any(|window| window == "：".as_bytes()) {
        return None;
    }
    let line = String::from_utf8_lossy(line);
    match header_line(&line)? {
        (Column::CallId, value) => Some(value.to_owned()),
        _ => None,
    }
}

/// A line `name：value` whose name is that of a column about the whole call.
fn header_line(line: &str) -> Option<(Column, &str)> {
    let line = line.trim().trim_start_matches(['#', ' ']);
    let (name, value) = line.split_once([':', '：'])?;
    if name.len() > 48 {
        return None;
    }
    let (column, _) = column(name)?;
    let whole = [Column::CallId, Column::StartedAt, Column::Direction, Column::AgentId, Column::Team];
    whole.contains(&column).then_some((column, value.trim()))
}

/// Whether a line can hold speech: not blank, a rule, a comment or a header.
fn is_speech(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    !line.is_empty() && !is_rule(line) && !line.starts_with('#') && header_line(line).is_none()
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | '—' | '─'))
}

/// Understands the lines of one call.
pub(super) fn parse(block: Block, origin: &Origin, speakers: &SpeakerTable) -> Result<Call, Reject> {
    let id = fit_id(&block.id).ok();
    let reject = |fault: Fault| fault.at(origin.clone(), id.clone());
    let text = std::str::from_utf8(&block.bytes).map_err(|error| {
        let before = &block.bytes[..error.valid_up_to()];
        let lines = before.iter().filter(|byte| **byte == b'\n').count() as u64;
        let line = origin.line + lines + u64::from(block.named);
        let fault = Fault::new(RejectCode::BadBytes, format!("第 {line} 行"));
        fault.at(Origin { line, ..origin.clone() }, id.clone())
    })?;
    let mut draft = Draft { id: Some(Cow::Borrowed(&block.id)), ..Draft::default() };
    let mut in_header = true;
    let mut sure = false;
    let names = repeated_names(text);
    for line in text.lines().map(str::trim) {
        if line.is_empty() || is_rule(line) {
            continue;
        }
        if in_header {
            if let Some((column, value)) = header_line(line) {
                let field = match column {
                    Column::StartedAt => &mut draft.started_at,
                    Column::Direction => &mut draft.direction,
                    Column::AgentId => &mut draft.agent_id,
                    _ => &mut draft.team,
                };
                *field = Some(Cow::Borrowed(value));
                continue;
            }
            if line.starts_with('#') {
                continue;
            }
            in_header = false;
        }
        let said = Said::of(line, &names, speakers);
        sure |= said.speaker.is_some_and(|name| speakers.knows(name));
        match draft.turns.last_mut() {
            Some(turn) if said.goes_on => {
                let turn: &mut DraftTurn<'_> = turn;
                let text = turn.text.to_mut();
                text.push('\n');
                text.push_str(said.text);
            }
            _ => draft.turns.push(DraftTurn {
                speaker: said.speaker.map(Cow::Borrowed),
                start: said.start,
                end: said.end,
                text: Cow::Borrowed(said.text),
            }),
        }
    }
    if block.preamble && !sure {
        return Err(reject(Fault::new(RejectCode::StrayText, "")));
    }
    draft.finish(speakers).map_err(|(_, fault)| reject(fault))
}

/// How often each name begins a line.
fn repeated_names(text: &str) -> BTreeMap<&str, u32> {
    let mut names = BTreeMap::new();
    for line in text.lines().filter(|line| header_line(line).is_none()) {
        if let Some((name, _)) = split_name(line.trim()) {
            *names.entry(name).or_insert(0) += 1;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(text: &str) -> Result<Call, RejectCode> {
        let spot = Spot { line: 1, byte: 0 };
        let mut block = Block::new("录音7".to_owned(), false, spot);
        block.bytes = text.as_bytes().to_vec();
        let origin = spot.of(&Arc::from("x"));
        parse(block, &origin, &SpeakerTable::default()).map_err(|reject| reject.code)
    }

    fn turns(text: &str) -> Vec<(String, Option<u64>, Option<u64>, String)> {
        let call = call(text).expect("a call");
        let turn = |turn: &crate::call::Turn| {
            (turn.speaker.as_str().to_owned(), turn.start_ms, turn.end_ms, turn.text.clone())
        };
        call.turns.iter().map(turn).collect()
    }

    fn said(who: &str, start: Option<u64>, end: Option<u64>, text: &str) -> (String, Option<u64>, Option<u64>, String) {
        (who.to_owned(), start, end, text.to_owned())
    }

    #[test]
    fn speakers_times_and_lines_that_go_on() {
        let text = "[00:01] 客服：您好\n00:03.5 客户: 我跟你说：他叫我转账\n10:30 打来的\n\
            [00:12.340-00:15.2] 坐席：别转\n-----\n（00：20）李女士：好\n【客户】谢谢";
        assert_eq!(
            turns(text),
            [
                said("agent", Some(1000), None, "您好"),
                said("customer", Some(3500), None, "我跟你说：他叫我转账 10:30 打来的"),
                said("agent", Some(12_340), Some(15_200), "别转"),
                said("other", Some(20_000), None, "好"),
                said("customer", None, None, "谢谢"),
            ]
        );
    }

    #[test]
    fn a_name_counts_when_it_comes_twice() {
        let text = "客服：您好\n他说：转过来\n王姐：好\n王姐：行";
        let texts: Vec<_> = turns(text).into_iter().map(|turn| (turn.0, turn.3)).collect();
        let pair = |who: &str, text: &str| (who.to_owned(), text.to_owned());
        assert_eq!(texts, [pair("agent", "您好 他说：转过来"), pair("other", "好"), pair("other", "行")]);
    }

    #[test]
    fn header_lines_only_stand_at_the_top() {
        let call = call("# 导出\n呼叫方向：呼入\n班组：一组\n客服：您好\n班组：二组").expect("a call");
        assert_eq!(call.team.as_deref(), Some("一组"));
        assert_eq!(call.turns[0].text, "您好 班组：二组");
        assert_eq!(id_line("# call_id: X-1 ".as_bytes()), Some("X-1".to_owned()));
        assert_eq!(id_line("客户：通话编号：3".as_bytes()), None);
    }
}

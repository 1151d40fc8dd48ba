//! 证据: the lines of `hits.csv` of the calls to review, in their order, with room for a verdict on each.

use std::fs::File;

use rust_xlsxwriter::{Workbook, Worksheet};

use super::BookError;
use super::cell::Cell;
use super::look::{Looks, Tone};
use super::sheet::{Column, Kind, Sheet, column};
use crate::call::Speaker;
use crate::context::Stance;
use crate::lexicon::{self, List, ScamType};
use crate::morning::ReviewList;
use crate::run::verdict::{HIT_REVIEW_SHEET, HitVerdict};
use crate::run::{HitRow, Hits};

/// Name of the sheet; the importer of verdicts looks for it.
pub const EVIDENCE_SHEET: &str = "证据";

/// Lines on the sheet at most: more than anybody reads, and the file stays small.
const MOST: u64 = 20_000;

/// Where 是否真命中 stands.
const VERDICT: usize = 9;

const COLUMNS: [Column; 18] = [
    column("通话编号", 19.0, Kind::Text),
    column("维度", 8.5, Kind::Text),
    column("句序", 6.0, Kind::Number),
    column("说话人", 7.0, Kind::Text),
    column("时刻", 7.0, Kind::Text),
    column("原话", 54.0, Kind::Wrapped),
    column("命中文字", 24.0, Kind::Wrapped),
    column("得分", 6.0, Kind::Points),
    column("说明", 30.0, Kind::Wrapped),
    column(HIT_REVIEW_SHEET[0], 9.5, Kind::ToFill),
    column(HIT_REVIEW_SHEET[1], 24.0, Kind::ToFill),
    column("环节/类别", 14.0, Kind::Text),
    column("诈骗类型", 14.0, Kind::Text),
    column("判读", 14.0, Kind::Text),
    column("匹配方式", 9.0, Kind::Text),
    column("词条编号", 11.0, Kind::Text),
    column("词条", 30.0, Kind::Text),
    column("命中编号", 18.5, Kind::Text),
];

/// Writes the sheet; `hits` may stand anywhere.
pub(super) fn sheet(
    workbook: &mut Workbook,
    list: &ReviewList,
    hits: &mut Hits<File>,
    looks: &Looks,
) -> Result<Worksheet, BookError> {
    let mut sheet = Sheet::new(workbook, EVIDENCE_SHEET)?;
    let shown = Shown::of(list, MOST);
    sheet.table(&shown.note(list.calls().len()), &COLUMNS, 1, looks)?;
    sheet.print_columns(VERDICT as u16 + 2);
    for review in list.calls().take(shown.calls) {
        let Some(lines) = &review.hits else { continue };
        hits.go_to(&lines.place)?;
        while let Some(hit) = hits.read_of(&review.call.call_id)? {
            if shown.all || hit.points != 0 {
                sheet.row(0, cells(&hit), looks)?;
            }
        }
    }
    let verdicts: Vec<(&str, Tone)> = HitVerdict::ALL.iter().map(|verdict| (verdict.zh(), tone(*verdict))).collect();
    sheet.choices(VERDICT as u16, &verdicts, looks)?;
    Ok(sheet.finish()?)
}

/// What the sheet has room for.
struct Shown {
    /// Lines that count for nothing are shown, too.
    all: bool,
    /// Calls, from the first, with all those lines.
    calls: usize,
    lines: u64,
}

impl Shown {
    /// All lines if they fit; else those that count, of as many calls as fit.
    fn of(list: &ReviewList, most: u64) -> Shown {
        let lines = |all: bool| {
            list.calls()
                .map(move |review| review.hits.as_ref().map_or(0, |lines| if all { lines.all } else { lines.counting }))
        };
        let all = lines(true).sum::<u64>() <= most;
        let mut shown = Shown { all, calls: 0, lines: 0 };
        for lines in lines(all) {
            if shown.lines + lines > most {
                break;
            }
            shown.lines += lines;
            shown.calls += 1;
        }
        shown
    }

    fn note(&self, listed: usize) -> String {
        let calls = match listed - self.calls {
            0 => "“待复核”各通".to_owned(),
            rest => format!("“待复核”前 {} 通（后面 {rest} 通放不下，请到 hits.csv 里按通话编号筛选）", self.calls),
        };
        let lines = match self.all {
            true => "的证据",
            false => "有得分的证据（0 分的没有列）",
        };
        format!(
            "{calls}{lines}，共 {} 行，次序相同；筛选通话编号即可看一通。全部通话的全部证据见 hits.csv。请填橙色表头的两列；命中编号不要改。",
            self.lines
        )
    }
}

fn cells<'h>(hit: &HitRow<'h>) -> [Cell<'h>; COLUMNS.len()] {
    let said = |text| if hit.points == 0 { Cell::Aside(text) } else { Cell::wrapped(text) };
    let word = |word: Option<&'static str>| Cell::text(word.unwrap_or_default());
    [
        Cell::text(hit.call_id),
        Cell::text(hit.dimension.zh()),
        Cell::maybe(hit.turn),
        word(hit.speaker.map(Speaker::zh)),
        hit.start_ms.map_or(Cell::Empty, |ms| Cell::Text(format!("{:02}:{:02}", ms / 60_000, ms / 1_000 % 60).into())),
        said(hit.quote),
        said(hit.matched),
        Cell::Points(hit.points),
        said(hit.reason),
        Cell::Empty,
        Cell::Empty,
        kind(hit.kind),
        word(hit.scam_type.map(ScamType::zh)),
        word(hit.stance.map(Stance::zh)),
        Cell::text(hit.matched_by.zh()),
        Cell::text(hit.term_id),
        Cell::text(hit.term),
        Cell::text(hit.hit_id),
    ]
}

/// A stage or category with its Chinese word; the short codes stay beside it.
fn kind(word: &str) -> Cell<'_> {
    match List::ALL.iter().find_map(|list| lexicon::Kind::parse(*list, word)) {
        Some(kind) if kind.as_str().len() <= 3 => Cell::Text(format!("{} {}", kind.as_str(), kind.zh()).into()),
        Some(kind) => Cell::text(kind.zh()),
        None => Cell::text(word),
    }
}

fn tone(verdict: HitVerdict) -> Tone {
    match verdict {
        HitVerdict::Yes => Tone::Good,
        HitVerdict::No => Tone::Bad,
        HitVerdict::Unsure => Tone::Warn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{CallRow, HitLines, row};

    #[test]
    fn what_has_no_room_is_left_out_from_the_end_and_told() {
        let mut list = ReviewList::new(9);
        let mut hits = Hits::new(HEADER_AND_ROW.as_bytes(), std::path::Path::new("hits.csv")).expect("a table");
        let place = hits.pass_of("A", None).expect("a row").expect("lines").place;
        for id in ["A", "B", "C"] {
            let lines = HitLines { place: place.clone(), all: 10, counting: 4 };
            list.offer(CallRow { review_priority: Some(1), ..row(id) }, Some(lines), None);
        }
        let shown = |most| {
            let shown = Shown::of(&list, most);
            (shown.all, shown.calls, shown.lines, shown.note(list.calls().len()))
        };
        let (all, calls, lines, note) = shown(30);
        assert_eq!((all, calls, lines), (true, 3, 30));
        assert!(note.contains("hits.csv") && !note.contains("放不下"), "{note}");
        let (all, calls, lines, note) = shown(29);
        assert_eq!((all, calls, lines), (false, 3, 12));
        assert!(note.contains("0 分的没有列") && !note.contains("放不下"), "{note}");
        let (all, calls, lines, note) = shown(11);
        assert_eq!((all, calls, lines), (false, 2, 8));
        assert!(note.contains("后面 1 通放不下"), "{note}");
    }

    const HEADER_AND_ROW: &str = "hit_id,call_id,dimension,turn,speaker,start_ms,quote,matched,span_start,span_end,\
        term_id,term,kind,scam_type,match,stance,weight,factor,points,reason\nh1,A,risk,,,,,,,,x,,,,rule,,,,0,\n";
}

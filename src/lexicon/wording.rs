//! `wording.csv`: what short runs of characters tell, learnt from labelled calls by `lexicon fit`.
//!
//! Terms say what a statement means; they hear about half of the statements of customers nobody
//! has met before. The rest of a story still shows in how it is told: 他让我, 转过去了, 您先别.
//! These weights are fitted, not written; the file is a table all the same, so that a maintainer
//! can read it, question it, and see which words stand behind a line of the ledger.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

pub use super::aspect::{Aspect, COLUMNS};
use super::diagnostic::Diagnostic;
pub use super::gram::{DIGITS, GRAM, Gram, MONEY, START};
pub(crate) use super::gram::{pack, spread, unpack};
use super::table::{Table, fault};
use super::vocabulary::{Phase, ScamType};
use crate::call::Speaker;

/// The learnt weights, in hundredths of a point.
#[derive(Debug, Clone)]
pub struct Wording {
    /// Per gram, the customer's and the agent's [`Row`], [`ABSENT`] or [`SILENT`] where there is none.
    places: FxHashMap<Gram, [u32; 2]>,
    /// A bit for each gram that has a row or begins one that has: most of what is said is in no row.
    filter: Vec<u64>,
    /// The weights of all rows, one row's after the other's: a row is met by chance, so it lies in one piece and
    /// is small.
    slots: Vec<Slot>,
    starts: [i32; Aspect::COUNT],
    /// For each gram, the share of places in talk at which it begins.
    shares: FxHashMap<Gram, f32>,
}

/// Characters of a speaker's half of an ordinary call.
pub const HALF_CALL: usize = 250;

/// The table has no such row.
const ABSENT: u32 = u32::MAX;

/// The table has the row, but it tells nothing.
const SILENT: u32 = u32::MAX - 1;

/// Bits of the filter: some nine for each gram of the built-in table, and small enough for the fastest memory.
const FILTER_BITS: u32 = 18;

/// A weight of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Place of the aspect, by [`Aspect::index`].
    pub aspect: u8,
    /// Hundredths of a point.
    pub weight: i16,
}

/// Some weights of a row; what is not needed of its last slot is zero.
pub type Slot = [Weight; 4];

/// A row: its first slot, and in the lower bits how many it has. That is known before the slots are fetched, so that
/// the next row need not wait for this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row(u32);

impl Row {
    /// Bits that hold the number of slots.
    const COUNT: u32 = 6;

    /// Most weights of a row.
    const MOST: usize = ((1 << Row::COUNT) - 1) * (size_of::<Slot>() / size_of::<Weight>());

    /// Its first slot, another for every row.
    pub fn first(self) -> usize {
        (self.0 >> Row::COUNT) as usize
    }

    fn slots(self) -> usize {
        (self.0 % (1 << Row::COUNT)) as usize
    }
}

impl Default for Wording {
    fn default() -> Self {
        Wording {
            places: FxHashMap::default(),
            filter: vec![0; 1 << (FILTER_BITS - 6)],
            slots: Vec::new(),
            starts: [0; Aspect::COUNT],
            shares: FxHashMap::default(),
        }
    }
}

impl Wording {
    /// The row for this speaker's saying this; nothing is known of third voices.
    pub fn row(&self, speaker: Speaker, gram: Gram) -> Option<Row> {
        let row = Row(self.places.get(&gram)?[side(speaker)?]);
        (row.first() < self.slots.len()).then_some(row)
    }

    /// How many slots all rows have.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// What a row tells.
    pub fn weights(&self, row: Row) -> &[Slot] {
        &self.slots[row.first()..][..row.slots()]
    }

    /// Whether a row may hold this gram, or a longer one that begins with it. Sure where it says no.
    pub fn may_begin(&self, gram: Gram) -> bool {
        let (word, bit) = filter_place(gram);
        self.filter[word] & bit != 0
    }

    /// The share of places in talk at which a gram begins, by the calls that it was learnt from; none where the table
    /// does not say, as of numbers, which are learnt as one.
    pub fn share(&self, gram: Gram) -> Option<f32> {
        self.shares.get(&gram).copied()
    }

    /// Where a question begins before anything is said.
    pub fn start(&self, aspect: Aspect) -> i32 {
        self.starts[aspect.index()]
    }

    /// Whether nothing has been learnt.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Reads the rows of a table; faults are collected.
    pub(super) fn load(&mut self, file: &str, table: &Table, faults: &mut Vec<Diagnostic>) {
        // A column that the table does not have holds empty cells.
        let columns: Vec<&str> = COLUMNS.into_iter().filter(|column| table.columns.contains(column)).collect();
        // Of three grams in four rows one has a row of either speaker; a table of twice the size is found slower.
        self.places.reserve(table.rows.len() * 3 / 4);
        self.slots.reserve(table.rows.len() * 2);
        let mut weights: Vec<(Aspect, i16)> = Vec::new();
        let calls: Vec<u32> = table.rows.iter().map(|row| row.cell("通话数").parse().unwrap_or(0)).collect();
        let all = calls.iter().copied().max().unwrap_or(0) as f32;
        // What is met often lies together.
        let mut order: Vec<usize> = (0..table.rows.len()).collect();
        order.sort_by_key(|row| Reverse(calls[*row]));
        for row in order {
            let (row, calls) = (&table.rows[row], calls[row] as f32);
            let mut bad = |column: &str, code: &'static str, message: String, mend: &str| {
                faults.push(fault(file, row.line, column, code, message, mend));
            };
            let Some(gram) = gram_of(row.cell("片段")) else {
                bad("片段", "L40", format!("片段要有一到 {GRAM} 个字"), "这张表由 lexicon fit 生成，不手写");
                continue;
            };
            let speaker = match row.cell("说话人") {
                "客户" | "customer" => Speaker::Customer,
                "坐席" | "agent" => Speaker::Agent,
                other => {
                    bad("说话人", "L06", format!("不认识「{other}」"), "可选：客户 坐席");
                    continue;
                }
            };
            // Of so many calls so many are without it, if it stands at every place with this chance.
            let without = 1.0 - calls.min(all - 0.5) / all;
            if without < 1.0 {
                *self.shares.entry(gram).or_insert(0.0) -= without.ln() / (2 * HALF_CALL) as f32;
            }
            weights.clear();
            for column in &columns {
                if let Err(part) = read_cell(row.cell(column), column, &mut weights) {
                    bad(column, "L07", format!("「{part}」不对"), "写百分之一分的整数；类型和阶段写成 名称:整数");
                }
            }
            if weights.len() > Row::MOST {
                bad("类型", "L07", format!("权重有 {} 个", weights.len()), "每一项只写一次");
                continue;
            }
            if self.enter(speaker, gram, &weights) {
                bad("片段", "L05", "片段重复".into(), "并成一行");
            }
        }
    }

    /// Enters a row; whether there was one of this gram.
    fn enter(&mut self, speaker: Speaker, gram: Gram, weights: &[(Aspect, i16)]) -> bool {
        if speaker == Speaker::Customer && gram == Gram::of(START) {
            self.starts = [0; Aspect::COUNT];
            weights.iter().rev().for_each(|&(aspect, weight)| self.starts[aspect.index()] = i32::from(weight));
        }
        let first = self.slots.len() as u32;
        for some in weights.chunks(size_of::<Slot>() / size_of::<Weight>()) {
            let mut slot = Slot::default();
            for (own, &(aspect, weight)) in slot.iter_mut().zip(some) {
                *own = Weight { aspect: aspect.index() as u8, weight };
            }
            self.slots.push(slot);
        }
        let slots = self.slots.len() as u32 - first;
        let row = if slots == 0 { SILENT } else { first << Row::COUNT | slots };
        for begun in gram.beginnings() {
            let (word, bit) = filter_place(begun);
            self.filter[word] |= bit;
        }
        let place = self.places.entry(gram).or_insert([ABSENT; 2]);
        side(speaker).is_some_and(|side| std::mem::replace(&mut place[side], row) != ABSENT)
    }
}

/// The place of a speaker's row; none for third voices.
fn side(speaker: Speaker) -> Option<usize> {
    match speaker {
        Speaker::Customer => Some(0),
        Speaker::Agent => Some(1),
        Speaker::Other => None,
    }
}

/// The word of the filter and the bit in it that stand for a gram.
fn filter_place(gram: Gram) -> (usize, u64) {
    let hash = spread(gram.key()) >> (64 - FILTER_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

/// The gram that a cell holds whole.
fn gram_of(cell: &str) -> Option<Gram> {
    let (mut chars, mut length) = (['\0'; GRAM], 0);
    for c in cell.chars() {
        *chars.get_mut(length)? = c;
        length += 1;
    }
    Gram::new(&chars[..length])
}

/// Reads `-35`, or `million_guarantee:35 fake_loan:-12`; of a cell with a part that cannot be read nothing is
/// kept, and the part is the error.
fn read_cell<'a>(cell: &'a str, column: &str, weights: &mut Vec<(Aspect, i16)>) -> Result<(), &'a str> {
    let before = weights.len();
    let single = Aspect::SINGLE.into_iter().find(|aspect| aspect.column() == column);
    for part in cell.split_whitespace() {
        let (aspect, number) = match part.split_once(':') {
            None => (single, part),
            Some((word, number)) if column == "类型" => (ScamType::parse(word).map(Aspect::Type), number),
            Some((word, number)) if column == "阶段" => (Phase::parse(word).map(Aspect::Phase), number),
            Some((_, number)) => (None, number),
        };
        let Some(weight) = aspect.zip(number.parse().ok()) else {
            weights.truncate(before);
            return Err(part);
        };
        weights.push(weight);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_faults_named() {
        let table = "片段,说话人,风险,类型,阶段\n他让,客户,120,fake_loan:35 romance:-4,completed:9\n转,路人,1,,\n四个字的,客户,1,,\n钱,客户,多,,\n";
        let mut faults = Vec::new();
        let table = super::super::table::read_table("w.csv", table.as_bytes(), &mut faults);
        let mut wording = Wording::default();
        wording.load("w.csv", &table, &mut faults);
        let gram = Gram::new(&['他', '让']).expect("a gram");
        let row = wording.row(Speaker::Customer, gram).expect("a row");
        let told = wording.weights(row).as_flattened();
        assert_eq!((usize::from(told[0].aspect), told[0].weight), (Aspect::Risk.index(), 120));
        assert_eq!((usize::from(told[3].aspect), told[3].weight), (Aspect::Phase(Phase::Completed).index(), 9));
        assert_eq!(told.len(), 4);
        assert_eq!(wording.row(Speaker::Agent, gram), None);
        assert!(wording.may_begin(gram) && wording.may_begin(Gram::of('他')));
        assert!(!wording.may_begin(Gram::of('让')));
        let codes: Vec<_> = faults.iter().map(|fault| (fault.code, fault.line)).collect();
        assert_eq!(codes, [("L06", 3), ("L40", 4), ("L07", 5)]);
    }

    #[test]
    fn rows_without_weights_and_rows_told_twice() {
        let table = "片段,说话人,风险,类型\n^,客户,7 8,romance:5\n转,客户,,\n转,坐席,3 4,\n转,客户,5 多,\n转,客户,6,\n";
        let mut faults = Vec::new();
        let table = super::super::table::read_table("w.csv", table.as_bytes(), &mut faults);
        let mut wording = Wording::default();
        wording.load("w.csv", &table, &mut faults);
        let found: Vec<_> = faults.iter().map(|fault| (fault.code, fault.line)).collect();
        assert_eq!(found, [("L07", 5), ("L05", 5), ("L05", 6)]);
        let told = |row| wording.weights(row).as_flattened().iter().map(|own| own.weight).collect::<Vec<_>>();
        let row = |speaker| wording.row(speaker, Gram::of('转')).map(told);
        let expected = [Some(vec![6, 0, 0, 0]), Some(vec![3, 4, 0, 0]), None];
        assert_eq!([row(Speaker::Customer), row(Speaker::Agent), row(Speaker::Other)], expected);
        assert_eq!((wording.start(Aspect::Risk), wording.start(Aspect::Type(ScamType::Romance))), (7, 5));
        assert_eq!(wording.slots(), 3);
    }

    #[test]
    fn shares_follow_the_calls_and_a_row_has_room_for_every_question() {
        let table = "片段,说话人,通话数,风险\n^,客户,100,\n转,客户,50,\n转,坐席,100,\n让,客户,1,\n";
        let crowded = format!("{table}多,客户,1,{}\n", "1 ".repeat(Row::MOST + 1));
        let mut faults = Vec::new();
        let table = super::super::table::read_table("w.csv", crowded.as_bytes(), &mut faults);
        let mut wording = Wording::default();
        wording.load("w.csv", &table, &mut faults);
        assert_eq!(faults.iter().map(|fault| (fault.code, fault.line)).collect::<Vec<_>>(), [("L07", 6)]);
        let share = |c| wording.share(Gram::of(c));
        assert!(share('转') > share('让') && share('让') > Some(0.0), "{:?} {:?}", share('转'), share('让'));
        assert!(share('转') < Some(0.02), "one in fifty at most: every half of a call holds it once");
        assert_eq!(share('钱'), None);
    }

    #[test]
    fn long_rows_lie_in_several_slots() {
        let weights: Vec<(Aspect, i16)> = Aspect::all().zip(1..).collect();
        let mut wording = Wording::default();
        for (gram, length) in [('一', 9), ('二', 8), ('三', 1)] {
            assert!(!wording.enter(Speaker::Agent, Gram::of(gram), &weights[..length]));
        }
        for (gram, length) in [('一', 9), ('二', 8), ('三', 1)] {
            let row = wording.row(Speaker::Agent, Gram::of(gram)).expect("a row");
            let told: i16 = wording.weights(row).as_flattened().iter().map(|own| own.weight).sum();
            assert_eq!(told, (1..=length as i16).sum::<i16>());
        }
    }
}

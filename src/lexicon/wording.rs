//! `wording.csv`: what short runs of characters tell, learnt from labelled calls by `lexicon fit`.
//!
//! Terms say what a statement means; they hear about half of the statements of customers nobody
//! has met before. The rest of a story still shows in how it is told: 他让我, 转过去了, 您先别.
//! These weights are fitted, not written; the file is a table all the same, so that a maintainer
//! can read it, question it, and see which words stand behind a line of the ledger.

use std::collections::HashMap;

use super::diagnostic::Diagnostic;
use super::table::{Row, Table, fault};
use super::vocabulary::{Phase, ScamType};
use crate::call::Speaker;

/// Longest run, in characters; three tell words apart, more are too rare to learn from.
pub const GRAM: usize = 3;

/// A sum of money, in place of its digits.
pub const MONEY: char = '￥';
/// Any other number: of digits, or of two and more numerals.
pub const DIGITS: char = '#';
/// What every call says: its weights are where each question begins.
pub const START: char = '^';

/// One to [`GRAM`] folded characters; equal exactly where the characters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gram(u64);

impl Gram {
    /// Packs characters, 21 bits each; `None` for none, for too many, and for NUL.
    pub fn new(chars: &[char]) -> Option<Gram> {
        let sound = (1..=GRAM).contains(&chars.len()) && !chars.contains(&'\0');
        sound.then(|| Gram(chars.iter().fold(0, |packed, &c| packed << 21 | u64::from(u32::from(c)))))
    }

    /// The characters.
    pub fn text(self) -> String {
        let char_at = |place: usize| char::from_u32((self.0 >> (21 * place) & 0x1F_FFFF) as u32);
        (0..GRAM).rev().filter_map(char_at).filter(|c| *c != '\0').collect()
    }
}

/// A question that wording helps to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// How much the call sounds like one with a scam in it.
    Risk,
    /// How distressed the customer sounds.
    Distress,
    /// How well the agent cares.
    Care,
    /// Whether the agent warns.
    Warned,
    /// Whether the agent uses words that a bank forbids.
    Taboo,
    /// Whether the customer hints at not wanting to live.
    SelfHarm,
    /// Whether it is this script.
    Type(ScamType),
    /// Whether it has come this far.
    Phase(Phase),
}

impl Aspect {
    const SINGLE: [Aspect; 6] =
        [Aspect::Risk, Aspect::Distress, Aspect::Care, Aspect::Warned, Aspect::Taboo, Aspect::SelfHarm];

    /// How many there are.
    pub const COUNT: usize = Aspect::SINGLE.len() + ScamType::ALL.len() + Phase::ALL.len();

    /// All of them, in the order of [`Aspect::index`].
    pub fn all() -> impl Iterator<Item = Aspect> {
        let types = ScamType::ALL.iter().copied().map(Aspect::Type);
        Aspect::SINGLE.into_iter().chain(types).chain(Phase::ALL.iter().copied().map(Aspect::Phase))
    }

    /// Its place, from 0.
    pub fn index(self) -> usize {
        match self {
            Aspect::Risk => 0,
            Aspect::Distress => 1,
            Aspect::Care => 2,
            Aspect::Warned => 3,
            Aspect::Taboo => 4,
            Aspect::SelfHarm => 5,
            Aspect::Type(kind) => Aspect::SINGLE.len() + kind as usize,
            Aspect::Phase(phase) => Aspect::SINGLE.len() + ScamType::ALL.len() + phase as usize,
        }
    }

    /// Whose words answer it. How an agent reacts tells much of what the customer brings; care is not
    /// judged by what the customer suffers.
    pub fn heard(self) -> &'static [Speaker] {
        match self {
            Aspect::Risk | Aspect::Distress | Aspect::SelfHarm | Aspect::Phase(_) => {
                &[Speaker::Customer, Speaker::Agent]
            }
            Aspect::Type(_) => &[Speaker::Customer],
            Aspect::Care | Aspect::Warned | Aspect::Taboo => &[Speaker::Agent],
        }
    }

    /// The column of the table that holds its weights.
    pub fn column(self) -> &'static str {
        match self {
            Aspect::Risk => "风险",
            Aspect::Distress => "情绪",
            Aspect::Care => "关怀",
            Aspect::Warned => "警示",
            Aspect::Taboo => "失当",
            Aspect::SelfHarm => "自伤",
            Aspect::Type(_) => "类型",
            Aspect::Phase(_) => "阶段",
        }
    }

    /// Its name within the column, for the columns that hold several.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Aspect::Type(kind) => Some(kind.as_str()),
            Aspect::Phase(phase) => Some(phase.as_str()),
            _ => None,
        }
    }
}

/// The columns of the table that hold weights, in order.
pub const COLUMNS: [&str; 8] = ["风险", "情绪", "关怀", "警示", "失当", "自伤", "类型", "阶段"];

/// The learnt weights, in hundredths of a point.
#[derive(Debug, Default)]
pub struct Wording {
    /// Per speaker, the range of `weights` that belongs to a gram.
    places: HashMap<(Speaker, Gram), (u32, u32)>,
    weights: Vec<(Aspect, i32)>,
}

impl Wording {
    /// What it tells that this speaker says this; nothing is known of third voices.
    pub fn weights(&self, speaker: Speaker, gram: Gram) -> &[(Aspect, i32)] {
        self.places.get(&(speaker, gram)).map_or(&[], |&(from, to)| &self.weights[from as usize..to as usize])
    }

    /// Where a question begins before anything is said.
    pub fn start(&self, aspect: Aspect) -> i32 {
        let start = Gram::new(&[START]).map_or(&[][..], |gram| self.weights(Speaker::Customer, gram));
        start.iter().find(|(own, _)| *own == aspect).map_or(0, |(_, weight)| *weight)
    }

    /// Whether nothing has been learnt.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Reads the rows of a table; faults are collected.
    pub(super) fn load(&mut self, file: &str, table: &Table, faults: &mut Vec<Diagnostic>) {
        for row in &table.rows {
            let mut bad = |column: &str, code: &'static str, message: String, mend: &str| {
                faults.push(fault(file, row.line, column, code, message, mend));
            };
            let chars: Vec<char> = row.cell("片段").chars().collect();
            let Some(gram) = Gram::new(&chars) else {
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
            let from = self.weights.len() as u32;
            for column in COLUMNS {
                match cell_weights(row, column) {
                    Ok(weights) => self.weights.extend(weights),
                    Err(part) => {
                        bad(column, "L07", format!("「{part}」不对"), "写百分之一分的整数；类型和阶段写成 名称:整数");
                    }
                }
            }
            if self.places.insert((speaker, gram), (from, self.weights.len() as u32)).is_some() {
                bad("片段", "L05", "片段重复".into(), "并成一行");
            }
        }
    }
}

/// Reads `-35`, or `million_guarantee:35 fake_loan:-12`; the part that cannot be read is the error.
fn cell_weights(row: &Row, column: &'static str) -> Result<Vec<(Aspect, i32)>, String> {
    let number = |text: &str| text.parse::<i16>().ok().map(i32::from);
    let part_weight = |part: &str| match part.split_once(':') {
        None => Aspect::SINGLE.into_iter().find(|aspect| aspect.column() == column).zip(number(part)),
        Some((word, weight)) if column == "类型" => ScamType::parse(word).map(Aspect::Type).zip(number(weight)),
        Some((word, weight)) if column == "阶段" => Phase::parse(word).map(Aspect::Phase).zip(number(weight)),
        Some(_) => None,
    };
    row.cell(column).split_whitespace().map(|part| part_weight(part).ok_or_else(|| part.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_keep_their_characters() {
        for text in ["让", "他让", "他让我", "￥#a"] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(Gram::new(&chars).expect("a gram").text(), text);
        }
        assert_eq!(Gram::new(&[]), None);
        assert_eq!(Gram::new(&['他', '让', '我', '转']), None);
        assert_ne!(Gram::new(&['他', '让']), Gram::new(&['让', '他']));
    }

    #[test]
    fn every_aspect_has_its_place() {
        let places: Vec<usize> = Aspect::all().map(Aspect::index).collect();
        assert_eq!(places, (0..Aspect::COUNT).collect::<Vec<_>>());
        assert!(Aspect::all().all(|aspect| COLUMNS.contains(&aspect.column())));
    }

    #[test]
    fn rows_are_read_and_faults_named() {
        let table = "片段,说话人,风险,类型,阶段\n他让,客户,120,fake_loan:35 romance:-4,completed:9\n转,路人,1,,\n四个字的,客户,1,,\n钱,客户,多,,\n";
        let mut faults = Vec::new();
        let table = super::super::table::read_table("w.csv", table.as_bytes(), &mut faults);
        let mut wording = Wording::default();
        wording.load("w.csv", &table, &mut faults);
        let gram = Gram::new(&['他', '让']).expect("a gram");
        let told = wording.weights(Speaker::Customer, gram);
        assert_eq!(told[0], (Aspect::Risk, 120));
        assert_eq!(told[3], (Aspect::Phase(Phase::Completed), 9));
        assert_eq!(wording.weights(Speaker::Agent, gram), []);
        let codes: Vec<_> = faults.iter().map(|fault| (fault.code, fault.line)).collect();
        assert_eq!(codes, [("L06", 3), ("L40", 4), ("L07", 5)]);
    }
}

//! From files to terms: every cell is read, every fault collected.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::diagnostic::Diagnostic;
use super::pattern::{Groups, Pattern, expand_word, split_cell};
use super::table::{Row, Table, fault, read_table};
use super::term::{Boundary, Condition, Negation, Reach, Status, Term, Voice};
use super::vocabulary::{Kind, List, ScamType};
use super::wording::Wording;
use super::{Exception, LexiconFile};
use crate::normalise::fold;

/// The tables of a lexicon folder, before they are joined into a [`super::Lexicon`].
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub terms: Vec<Term>,
    pub groups: Groups,
    pub exceptions: Vec<Exception>,
    pub words: Vec<(String, Option<usize>)>,
    pub wording: Wording,
}

/// Reads all CSV files. Groups come first: terms and exceptions use them.
pub(super) fn load_tables(files: &[LexiconFile], faults: &mut Vec<Diagnostic>) -> Tables {
    let mut tables = Tables::default();
    let csv: Vec<&LexiconFile> = files.iter().filter(|file| file.name.ends_with(".csv")).collect();
    let read_one = |file: &&LexiconFile| {
        let mut faults = Vec::new();
        (read_table(&file.name, &file.bytes, &mut faults), faults)
    };
    let parsed: Vec<(Table, Vec<Diagnostic>)> = csv.par_iter().map(read_one).collect();
    let mut read: Vec<(&str, Table)> = Vec::new();
    for (file, (table, own)) in csv.iter().zip(parsed) {
        faults.extend(own);
        read.push((&file.name, table));
    }
    for (file, table) in read.iter().filter(|(_, table)| table.columns.contains(&"组名")) {
        load_groups(file, table, &mut tables.groups, faults);
    }
    let (wording, others): (Vec<_>, Vec<_>) = read.iter().partition(|(_, table)| is_wording(table));
    let load_one = |(file, table): &(&str, Table)| {
        let (mut own, mut faults) = (Tables::default(), Vec::new());
        load_table(file, table, &tables.groups, &mut own, &mut faults);
        (own, faults)
    };
    let load_wording = || {
        let (mut learnt, mut faults) = (Wording::default(), Vec::new());
        wording.into_iter().for_each(|(file, table)| learnt.load(file, table, &mut faults));
        (learnt, faults)
    };
    let load_others = || others.into_par_iter().map(load_one).collect::<Vec<_>>();
    let ((learnt, own), parts) = rayon::join(load_wording, load_others);
    tables.wording = learnt;
    faults.extend(own);
    for (part, own) in parts {
        tables.terms.extend(part.terms);
        tables.exceptions.extend(part.exceptions);
        tables.words.extend(part.words);
        faults.extend(own);
    }
    tables
}

/// Whether the table is learnt wording and nothing that is asked for first.
fn is_wording(table: &Table) -> bool {
    table.columns.contains(&"片段") && !["词条", "短语", "词"].iter().any(|name| table.columns.contains(name))
}

/// Reads a table of terms, of exceptions or of words.
fn load_table(file: &str, table: &Table, groups: &Groups, tables: &mut Tables, faults: &mut Vec<Diagnostic>) {
    if table.columns.contains(&"词条") {
        tables.terms.extend(table.rows.iter().filter_map(|row| load_term(file, row, groups, faults)));
    } else if table.columns.contains(&"短语") {
        tables.exceptions.extend(table.rows.iter().filter_map(|row| load_exception(file, row, groups, faults)));
    } else if table.columns.contains(&"词") {
        let word = |row: &Row| (row.cell("词").to_owned(), row.cell("词频").parse().ok());
        tables.words.extend(table.rows.iter().map(word));
    } else if !table.columns.contains(&"组名") {
        faults.push(fault(
            file,
            1,
            "",
            "L03",
            "看不出这是哪一种表",
            "词表要有「词条」列，词组要有「组名」列，例外要有「短语」列，分词要有「词」列，措辞要有「片段」列",
        ));
    }
}

fn load_groups(file: &str, table: &Table, groups: &mut Groups, faults: &mut Vec<Diagnostic>) {
    for row in &table.rows {
        // Patterns are folded before their groups are looked up.
        let name = fold(row.cell("组名"));
        let mut words = Vec::new();
        for cell in split_cell(row.cell("词语")) {
            match expand_word(&cell, groups) {
                Ok(expanded) => words.extend(expanded),
                Err(error) => faults.push(fault(file, row.line, "词语", "L10", error.to_string(), "")),
            }
        }
        if name.is_empty() || words.is_empty() {
            faults.push(fault(file, row.line, "组名", "L04", "组名或词语为空", "补全，或删去这一行"));
            continue;
        }
        words.sort();
        words.dedup();
        if groups.insert(name, words).is_some() {
            faults.push(fault(file, row.line, "组名", "L05", "组名重复", "并成一行"));
        }
    }
}

/// A column with a choice of words, Chinese and English; the first is meant where nothing is written.
pub(super) type Choice = (&'static str, &'static [(&'static str, &'static str)]);

/// Those of the tables of terms.
pub(super) const CHOICES: [Choice; 5] = [
    ("说话人", &[("客户", "customer"), ("坐席", "agent"), ("对方", "other"), ("任意", "any")]),
    ("否定", &[("失效", "cancel"), ("减弱", "weaken"), ("保留", "keep"), ("反转", "invert")]),
    ("边界", &[("自由", "free"), ("整词", "word")]),
    ("同音", &[("否", "no"), ("是", "yes")]),
    ("状态", &[("启用", "active"), ("试行", "trial"), ("停用", "off")]),
];

/// Reads one row; `None` when a fault makes it unusable.
fn load_term(file: &str, row: &Row, groups: &Groups, faults: &mut Vec<Diagnostic>) -> Option<Term> {
    let before = faults.len();
    let mut bad = |column: &str, code: &'static str, message: String, mend: String| {
        faults.push(fault(file, row.line, column, code, message, mend));
    };
    let id = row.cell("编号").to_owned();
    if id.is_empty() {
        bad("编号", "L04", "编号为空".into(), "每行要有一个不重复的编号，例如 MG-014".into());
    }
    let list = List::parse(row.cell("词表"));
    if list.is_none() {
        bad(
            "词表",
            "L06",
            format!("不认识的词表「{}」", row.cell("词表")),
            choices(List::ALL.iter().map(|list| list.as_str())),
        );
    }
    let scam_type = match (list, row.cell("诈骗类型")) {
        (Some(List::Scam), "*") => None,
        (Some(List::Scam), word) => {
            let parsed = ScamType::parse(word);
            if parsed.is_none() {
                bad(
                    "诈骗类型",
                    "L06",
                    format!("不认识的诈骗类型「{word}」"),
                    choices(ScamType::ALL.iter().map(|kind| kind.as_str()).chain(["*"])),
                );
            }
            parsed
        }
        _ => None,
    };
    let kind = list.and_then(|list| {
        let kind = Kind::parse(list, row.cell("环节/类别"));
        if kind.is_none() {
            bad(
                "环节/类别",
                "L06",
                format!("「{}」不是词表 {list} 的类别", row.cell("环节/类别")),
                choices(Kind::known(list).into_iter()),
            );
        }
        kind
    });
    let weight = row
        .cell("权重")
        .parse::<u8>()
        .ok()
        .filter(|weight| list.is_none_or(|list| weight_range(list).contains(weight)));
    if weight.is_none() {
        let range = list.map_or(0..=100, weight_range);
        bad(
            "权重",
            "L07",
            format!("权重「{}」不对", row.cell("权重")),
            format!("写 {} 到 {} 的整数", range.start(), range.end()),
        );
    }
    let mut choose = |(column, words): Choice| {
        let word = row.cell(column);
        let found =
            if word.is_empty() { Some(0) } else { words.iter().position(|(zh, en)| [*zh, *en].contains(&word)) };
        if found.is_none() {
            bad(column, "L06", format!("不认识「{word}」"), choices(words.iter().map(|(zh, _)| *zh)));
        }
        found
    };
    let [voice, negation, boundary, homophone, status] = CHOICES.map(&mut choose);
    let mut patterns = Vec::new();
    for (column, texts) in [("词条", vec![row.cell("词条").to_owned()]), ("变体", split_cell(row.cell("变体")))]
    {
        for text in texts {
            match Pattern::compile(&text, groups) {
                Ok(compiled) => patterns.extend(compiled),
                Err(error) => bad(column, "L10", format!("{error}（{text}）"), "见词库说明的「写法」一节".into()),
            }
        }
    }
    let mut conditions = |column: &str| {
        load_conditions(row.cell(column), groups).unwrap_or_else(|message| {
            bad(column, "L11", message, "写成「近20字:词｜词」「本句:…」「本轮:…」或「本通:…」".into());
            Vec::new()
        })
    };
    let (require, forbid) = (conditions("需要语境"), conditions("排除语境"));
    for column in ["生效", "失效"] {
        let date = row.cell(column);
        if !date.is_empty() && !is_date(date) {
            bad(column, "L08", format!("日期「{date}」不对"), "写成 2026-01-31，单元格设为文本".into());
        }
    }
    if faults.len() > before {
        return None;
    }
    Some(Term {
        id,
        text: row.cell("词条").to_owned(),
        patterns,
        list: list?,
        scam_type,
        kind: kind?,
        weight: weight?,
        voice: [Voice::Customer, Voice::Agent, Voice::Other, Voice::Any][voice?],
        negation: [Negation::Cancel, Negation::Weaken, Negation::Keep, Negation::Invert][negation?],
        boundary: [Boundary::Free, Boundary::Word][boundary?],
        homophone: homophone? == 1,
        require,
        forbid,
        example_hit: split_cell(row.cell("应命中")),
        example_nohit: split_cell(row.cell("不应命中")),
        valid_from: row.cell("生效").to_owned(),
        valid_to: row.cell("失效").to_owned(),
        status: [Status::Active, Status::Trial, Status::Off][status?],
        place: (file.to_owned(), row.line),
    })
}

fn choices<'a>(words: impl Iterator<Item = &'a str>) -> String {
    format!("可选：{}", words.collect::<Vec<_>>().join(" "))
}

/// The weights that a list understands.
fn weight_range(list: List) -> std::ops::RangeInclusive<u8> {
    match list {
        List::Scam => 1..=40,
        List::Distress => 1..=4,
        List::Empathy => 1..=3,
        List::Taboo => 1..=20,
        _ => 0..=10,
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// Reads `近20字:词｜词；本句:词`.
fn load_conditions(cell: &str, groups: &Groups) -> Result<Vec<Condition>, String> {
    let mut conditions = Vec::new();
    for part in cell.split(['；', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let (reach, words) = part.split_once([':', '：']).ok_or_else(|| format!("看不懂条件「{part}」"))?;
        let reach = reach.trim();
        let reach = match reach {
            "本句" => Reach::Sentence,
            "本轮" => Reach::Turn,
            "本通" => Reach::Call,
            _ => {
                let digits = reach.strip_prefix('近').and_then(|rest| rest.strip_suffix('字'));
                let distance = digits.and_then(|digits| digits.trim().parse().ok());
                Reach::Near(distance.ok_or_else(|| format!("看不懂范围「{reach}」"))?)
            }
        };
        let mut all = Vec::new();
        for word in split_cell(words) {
            all.extend(expand_word(&word, groups).map_err(|error| format!("{error}（{word}）"))?);
        }
        if all.is_empty() {
            return Err(format!("条件「{part}」里没有词"));
        }
        conditions.push(Condition { reach, words: all });
    }
    Ok(conditions)
}

fn load_exception(file: &str, row: &Row, groups: &Groups, faults: &mut Vec<Diagnostic>) -> Option<Exception> {
    let patterns = match Pattern::compile(row.cell("短语"), groups) {
        Ok(patterns) => patterns,
        Err(error) => {
            faults.push(fault(file, row.line, "短语", "L10", error.to_string(), ""));
            return None;
        }
    };
    let cancels = split_cell(row.cell("取消词条"));
    if cancels.is_empty() || row.cell("原因").is_empty() {
        faults.push(fault(
            file,
            row.line,
            "取消词条",
            "L09",
            "例外要写明取消哪些词条和原因",
            "取消词条写编号，可用 MG-* 表示一组",
        ));
        return None;
    }
    Some(Exception {
        phrase: row.cell("短语").to_owned(),
        patterns,
        cancels,
        reason: row.cell("原因").to_owned(),
        expires: row.cell("到期").to_owned(),
        place: (file.to_owned(), row.line),
    })
}

/// Identifiers that stand twice.
pub(super) fn duplicate_ids(terms: &[Term], faults: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, &Term> = BTreeMap::new();
    for term in terms {
        if let Some(first) = seen.insert(&term.id, term) {
            faults.push(fault(
                &term.place.0,
                term.place.1,
                "编号",
                "L05",
                format!("编号 {} 重复，{} 第{}行已用", term.id, first.place.0, first.place.1),
                "换一个没用过的编号",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_however_its_name_is_written() {
        let file = |name: &str, text: &str| LexiconFile { name: name.into(), bytes: text.into() };
        let groups = file("groups.csv", "组名,词语\n親人,老伴｜我妈\n大家,{亲人}｜{親人}｜众人\n");
        let mut faults = Vec::new();
        let tables = load_tables(&[groups], &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(tables.groups["大家"], ["众人", "我妈", "老伴"]);
    }
}

//! `lexicon fmt`: one way to write a table, whoever edited it with whatever.
//!
//! UTF-8, commas, line feeds, quotes only where needed; columns in the order of the handbook, Chinese headers and
//! words; half-width signs in patterns. The order of the rows, the bars between parts, and every cell's meaning stay.
//! A byte order mark stays, and what was no UTF-8 gets one: it came from a spreadsheet and goes back to one.

use std::collections::BTreeSet;

use super::diagnostic::Diagnostic;
use super::load::CHOICES;
use super::table::{COLUMNS, Row, read_table};
use super::vocabulary::{Kind, List, ScamType};
use super::{Lexicon, LexiconFile};

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formatted {
    /// It is as it should be.
    Same,
    /// It should read so.
    Changed(Vec<u8>),
    /// It has faults and is left alone.
    Faulty,
}

/// Formats the tables (`.csv`) of a folder. Returns what became of each, in name order, and the faults of those that
/// are left alone. Other files are passed over.
pub fn format_tables(files: &[LexiconFile]) -> (Vec<(String, Formatted)>, Vec<Diagnostic>) {
    let (_, mut faults) = Lexicon::load_sound_rows(files.to_vec());
    faults.retain(|fault| fault.file.ends_with(".csv"));
    let faulty: BTreeSet<&str> = faults.iter().map(|fault| fault.file.as_str()).collect();
    let mut tables: Vec<&LexiconFile> = files.iter().filter(|file| file.name.ends_with(".csv")).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let formatted = |file: &&LexiconFile| {
        let outcome = match canonical(&file.name, &file.bytes) {
            _ if faulty.contains(file.name.as_str()) => Formatted::Faulty,
            bytes if bytes == file.bytes => Formatted::Same,
            bytes => Formatted::Changed(bytes),
        };
        (file.name.clone(), outcome)
    };
    (tables.iter().map(formatted).collect(), faults)
}

const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// A sound table as it should be written.
fn canonical(file: &str, bytes: &[u8]) -> Vec<u8> {
    let table = read_table(file, bytes, &mut Vec::new());
    // A table without rows has nothing to be put in order.
    let Some(first) = table.rows.first() else { return bytes.to_vec() };
    let order = order(first.names(), &table.rows);
    let marked = bytes.starts_with(MARK) || std::str::from_utf8(bytes).is_err();
    let mut writer = csv::Writer::from_writer(if marked { MARK.to_vec() } else { Vec::new() });
    // Writing to memory does not fail, and every row has as many cells as the header.
    let header = writer.write_record(order.iter().map(|&place| first.names()[place].unwrap_or_default()));
    debug_assert!(header.is_ok());
    for row in &table.rows {
        let cells = order.iter().map(|&place| match row.names()[place] {
            Some(column) => cell(column, row.cell_at(place), row),
            None => one_blank(row.cell_at(place)),
        });
        let written = writer.write_record(cells);
        debug_assert!(written.is_ok());
    }
    writer.into_inner().unwrap_or_default()
}

/// The places of the columns in the order in which they are written. A column without a header, where people write
/// what the program does not read, comes last, and goes if it is empty.
fn order(names: &[Option<&'static str>], rows: &[Row]) -> Vec<usize> {
    // The first column that a table must have says what it is, as for the loader.
    const GROUPS: &[&str] = &["组名", "词语", "备注"];
    const WORDING: &[&str] = &["片段", "说话人", "通话数"];
    let has = |name: &str| names.contains(&Some(name));
    let first = match () {
        () if ["词条", "短语", "词"].into_iter().any(has) => &[],
        () if has("组名") => GROUPS,
        () => WORDING,
    };
    let place = |name: &str| first.iter().copied().chain(COLUMNS.iter().map(|(name, _)| *name)).position(|n| n == name);
    let used = |place: &usize| names[*place].is_some() || rows.iter().any(|row| !row.cell_at(*place).is_empty());
    let mut order: Vec<usize> = (0..names.len()).filter(used).collect();
    order.sort_by_key(|&at| names[at].map_or(usize::MAX, |name| place(name).unwrap_or(usize::MAX)));
    order
}

/// A cell as it should be written.
fn cell(column: &str, text: &str, row: &Row) -> String {
    let text = one_blank(text);
    let list = List::parse(row.cell("词表"));
    let known = match column {
        "词条" | "变体" | "短语" | "词语" => Some(signs(&text)),
        "需要语境" | "排除语境" => Some(conditions(&text)),
        "词表" => list.map(|list| list.as_str().to_owned()),
        "诈骗类型" if list == Some(List::Scam) => ScamType::parse(&text).map(|kind| kind.as_str().to_owned()),
        "环节/类别" => list.and_then(|list| Kind::parse(list, &text)).map(|kind| {
            let deed = if list == Some(List::Scam) { text.trim_start_matches(|c| !"+~".contains(c)) } else { "" };
            format!("{}{deed}", kind.as_str())
        }),
        "权重" => text.parse().ok().map(|weight: u8| weight.to_string()),
        _ => CHOICES.iter().find(|(name, _)| *name == column && list.is_some()).and_then(|(_, words)| {
            words.iter().find(|(_, english)| *english == text).map(|(chinese, _)| (*chinese).to_owned())
        }),
    };
    known.unwrap_or(text)
}

/// Tabs part cells in other tables: within one they are blanks.
fn one_blank(text: &str) -> String {
    text.replace('\t', " ").trim().to_owned()
}

/// Patterns with the signs of the language in one spelling. Bars outside of brackets part patterns: they stay.
fn signs(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '(' | '（' => {
                depth += 1;
                shown.push('(');
            }
            ')' | '）' => {
                depth = depth.saturating_sub(1);
                shown.push(')');
            }
            '｛' => shown.push('{'),
            '｝' => shown.push('}'),
            '｜' if depth > 0 => shown.push('|'),
            // Typed as `……`, one gap.
            '…' if shown.ends_with('…') => {}
            c => shown.push(c),
        }
    }
    shown
}

/// Conditions: `范围:词｜词；范围:词`.
fn conditions(cell: &str) -> String {
    let one = |part: &str| match part.split_once([':', '：']) {
        Some((reach, words)) => {
            let reach: String = reach.chars().filter(|c| !c.is_whitespace()).collect();
            format!("{reach}:{}", signs(words.trim()))
        }
        None => part.to_owned(),
    };
    let all = cell.split(['；', ';']).map(str::trim).filter(|part| !part.is_empty());
    all.map(one).collect::<Vec<_>>().join("；")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::builtin_files;
    use super::*;

    const HEADER: &str = "编号,词条,变体,词表,诈骗类型,环节/类别,权重,说话人,否定,边界,同音,需要语境,排除语境,应命中,不应命中,来源,生效,失效,状态,维护组,备注";

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn the_tables_of_the_program_are_as_they_should_be() {
        let (formatted, faults) = format_tables(&builtin_files());
        assert!(faults.is_empty(), "{faults:?}");
        assert!(formatted.len() > 15);
        for (name, outcome) in formatted {
            assert!(outcome == Formatted::Same, "{name}");
        }
    }

    #[test]
    fn what_a_spreadsheet_saved_is_written_as_the_handbook_does() {
        let saved = "note;ID;term;variants;list;scam_type;kind;weight;speaker;negation;status;require;example_hit;;\r\n\
             老王加的;ZZ-1;让我（下载｜装）……软件;装（个|）软件 | 下个软件|;诈骗;虚假征信;转移渠道~;08;customer;keep;trial;近 20 字：他｜ 她；本句:骗;他让我下载那个软件|让我装软件 ;看一眼;\r\n\
             ;;;;;;;;;;;;;;\r\n";
        let wanted = "编号,词条,变体,词表,诈骗类型,环节/类别,权重,说话人,否定,需要语境,应命中,状态,备注,\n\
             ZZ-1,让我(下载|装)…软件,装(个|)软件 | 下个软件|,scam,fake_credit,C~,8,客户,保留,近20字:他｜ 她；本句:骗,他让我下载那个软件|让我装软件,试行,老王加的,看一眼\n";
        // A semicolon within conditions needs its quotes where semicolons part cells.
        let saved = saved.replace("近 20 字：他｜ 她；本句:骗", "\"近 20 字：他｜ 她;本句:骗\"");
        let bytes = encoding_rs::GB18030.encode(&saved).0.into_owned();
        let formatted = canonical("x.csv", &bytes);
        assert_eq!(text(&formatted), format!("\u{FEFF}{wanted}"));
        assert_eq!(canonical("x.csv", &formatted), formatted);
        assert_eq!(text(&canonical("x.csv", saved.as_bytes())), wanted, "no mark where there was none");
    }

    #[test]
    fn a_faulty_table_is_left_alone_and_the_others_are_not() {
        let file = |name: &str, text: &str| LexiconFile { name: name.into(), bytes: text.into() };
        let files =
            [file("b.csv", "词;词频;词性\n数字钱包;;n\n"), file("a.csv", "编号;词条\nA-1;x\n"), file("c.toml", "x")];
        let (formatted, faults) = format_tables(&files);
        assert_eq!(formatted[0], ("a.csv".to_owned(), Formatted::Faulty));
        assert_eq!(formatted[1].1, Formatted::Changed("词,词频,词性\n数字钱包,,n\n".into()));
        assert_eq!(formatted.len(), 2);
        assert!(faults.iter().all(|fault| fault.file == "a.csv") && !faults.is_empty());
    }

    /// What the loader makes of a table of terms, without the places.
    fn meaning(bytes: &[u8]) -> Option<Vec<String>> {
        let mut files = vec![LexiconFile { name: "x.csv".into(), bytes: bytes.to_vec() }];
        files.extend(builtin_files().into_iter().filter(|file| ["groups.csv", "scoring.toml"].contains(&&*file.name)));
        let (lexicon, faults) = Lexicon::load_sound_rows(files);
        let sound = faults.iter().all(|fault| fault.file != "x.csv");
        let shown = lexicon?.terms.into_iter().map(|mut term| {
            term.text.clear();
            term.place.1 = 0;
            format!("{term:?}")
        });
        sound.then(|| shown.collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn every_meaning_stays_and_twice_is_once(
            rows in prop::collection::vec((
                "(转|到|账户|（是|）|\\(|\\)|｜|\\||…|……|…12|\\{家人\\}|｛金额｝| |，|\"){1,9}",
                "(词|（甲｜乙）|\\|| |｜|\"|,){0,5}",
                "(近 5字：|本句:)(甲|乙|｜| ){1,4}(；|;)?",
                prop::sample::select(vec!["", "客户", "agent", "any"]),
                prop::sample::select(vec!["P", "由头", "K+", "套取凭证~"]),
                "[ 好=\t\",，;#'\u{a0}]{0,4}",
            ), 1..4),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(HEADER.split(',')).expect("to memory");
            for (index, (term, variants, require, speaker, kind, note)) in rows.iter().enumerate() {
                let id = format!("ZZ-{index}");
                let cells = [&id, term, variants, "scam", "*", kind, "7", speaker, "", "", "", require, "", "例句", "", "", "", "", "", "", note];
                writer.write_record(cells).expect("to memory");
            }
            let bytes = writer.into_inner().expect("to memory");
            // Faulty tables are never formatted.
            if let Some(before) = meaning(&bytes) {
                let formatted = canonical("x.csv", &bytes);
                prop_assert_eq!(meaning(&formatted), Some(before));
                prop_assert_eq!(canonical("x.csv", &formatted), formatted);
            }
        }
    }
}

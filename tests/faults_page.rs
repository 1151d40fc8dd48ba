//! `docs/faults.md` says what the program does: its table of codes is that of the program, its table of
//! promises names every row once, and every test that it names exists.

mod common;

use std::fs;

use common::project;
use tinghu::read::{InflateLimits, MAX_ID_BYTES, MAX_TEXT_BYTES, MAX_TURN_BYTES, MAX_TURNS, Options, RejectCode};

fn page() -> String {
    fs::read_to_string(project("docs/faults.md")).expect("the page")
}

/// The cells of the rows of all tables whose first cell is like `I01` or `F010`, without its marks.
fn rows(page: &str, letters: &str, digits: usize) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Option<Vec<String>> {
        let inner = line.strip_prefix('|')?.strip_suffix('|')?;
        let cells: Vec<String> = inner.split(" | ").map(|cell| cell.trim().trim_matches('`').to_owned()).collect();
        let (letter, number) = cells[0].split_at_checked(1)?;
        let fits = letters.contains(letter) && number.len() == digits && number.bytes().all(|b| b.is_ascii_digit());
        fits.then_some(cells)
    };
    page.lines().filter_map(cells).collect()
}

#[test]
fn every_reject_code_stands_in_the_page_with_its_cause_and_mend() {
    let expected: String = RejectCode::ALL
        .iter()
        .map(|code| {
            format!(
                "| `{}` | {} | {} | {} | {} |\n",
                code.as_str(),
                code.meaning_en(),
                code.mend_en(),
                code.meaning_zh(),
                code.mend_zh()
            )
        })
        .collect();
    let page = page();
    assert!(page.contains(&expected), "the table of codes must read:\n{expected}");
    assert_eq!(rows(&page, "F", 3).len(), RejectCode::ALL.len(), "and hold no other code");
}

#[test]
fn every_row_of_the_requirements_stands_in_the_page_once_and_in_order() {
    let sections = [("I", 23), ("L", 4), ("O", 8), ("D", 3), ("S", 6), ("P", 4)];
    let expected: Vec<String> = sections
        .iter()
        .flat_map(|(letter, count)| (1..=*count).map(move |number| format!("{letter}{number:02}")))
        .collect();
    let found: Vec<String> = rows(&page(), "ILODSP", 2).into_iter().map(|mut row| row.swap_remove(0)).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_test_that_the_page_names_exists() {
    let mut named = 0;
    for row in rows(&page(), "ILODSP", 2) {
        assert_eq!(row.len(), 4, "{row:?}");
        if row[2] == "…" {
            continue;
        }
        let tests: Vec<&str> = row[2].split('`').filter(|part| part.contains("::")).collect();
        let bare = if tests.is_empty() { vec![row[2].as_str()] } else { tests };
        for test in bare {
            let (file, function) = test.split_once("::").unwrap_or_else(|| panic!("{}: {test}", row[0]));
            let text = fs::read_to_string(project(file)).unwrap_or_else(|_| panic!("{}: no file {file}", row[0]));
            let at = text.find(&format!("fn {function}(")).unwrap_or_else(|| panic!("{}: no test {test}", row[0]));
            let before: Vec<&str> = text[..at].lines().rev().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert!(before.iter().take(3).any(|line| *line == "#[test]"), "{}: {test} is no test", row[0]);
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn the_limits_in_the_page_are_those_of_the_program() {
    let (options, inflate) = (Options::default(), InflateLimits::default());
    let page = page();
    for (what, limit) in [
        (
            "one line, one JSON value, one call in a table or plain text",
            format!("{} MiB", options.max_call_bytes >> 20),
        ),
        ("text of one turn", format!("{} KiB", MAX_TURN_BYTES >> 10)),
        ("text of one call", format!("{} MiB", MAX_TEXT_BYTES >> 20)),
        ("turns of one call", format!("{MAX_TURNS}")),
        ("a call id and the other short fields", format!("{MAX_ID_BYTES} bytes")),
        ("a compressed file, unpacked", format!("{} GiB", inflate.total >> 30)),
        ("its ratio", format!("{} : 1 beyond the first {} MiB", inflate.ratio, inflate.free >> 20)),
    ] {
        let row = format!("| {what} | {limit} |");
        assert!(page.contains(&row), "the table of limits must hold: {row}");
    }
}

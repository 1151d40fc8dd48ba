//! No cell of any output becomes a formula, breaks its row, or is changed by a spreadsheet.
//!
//! Calls whose every free text is arbitrary, with a liking for what spreadsheets obey, go through the rendering that
//! the nightly run uses, and its rows are read back.

mod common;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use tinghu::call::{Call, Speaker, Turn};
use tinghu::engine::Engine;
use tinghu::read::{Origin, Reject, RejectCode};
use tinghu::score::score_call;
use tinghu::write::{
    CALL_COLUMNS, CALL_REVIEW, Column, HIT_COLUMNS, HIT_REVIEW, Profile, REJECT_COLUMNS, Style, header, render,
    render_reject,
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicon is sound"));

const STYLES: [Style; 3] = [
    Style { profile: Profile::Excel, quotes: true },
    Style { profile: Profile::Data, quotes: true },
    Style { profile: Profile::Excel, quotes: false },
];

/// What is neither seen nor stops a spreadsheet from finding a formula.
fn before_formula(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || "'\"`´‘’“”＇＂".contains(c)
        || matches!(
            c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}'
        )
        || matches!(c, '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E01EF}')
}

/// Why a spreadsheet would not take the cell for the text that it is.
fn danger(cell: &str) -> Option<&'static str> {
    if cell.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Some("a control character or a line break");
    }
    // Our own apostrophe before it makes anything text.
    if cell.starts_with('\'') {
        return None;
    }
    let first = cell.trim_start_matches(before_formula).chars().next();
    first.is_some_and(|c| "=+-@＝＋－＠﹦﹢﹣﹫\u{2212}".contains(c)).then_some("a formula")
}

/// Columns that are numbers; a minus is theirs.
const NUMBERS: [&str; 2] = ["points", "得分"];

/// Holds bytes of rows, with their header, against what every table promises.
fn assert_safe(
    columns: &[Column],
    review: &[&str],
    rows: &[u8],
    count: Option<usize>,
    style: Style,
) -> Vec<BTreeMap<String, String>> {
    let head = header(columns, review, style);
    let ending = if style.profile == Profile::Excel { "\r\n" } else { "\n" };
    let text = String::from_utf8([head.as_slice(), rows].concat()).expect("UTF-8");
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    assert!(text.ends_with(ending), "the last row is ended");
    let lines: Vec<&str> = text.split_terminator(ending).collect();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let width = columns.len() + if style.profile == Profile::Excel { review.len() } else { 0 };
    assert_eq!(names.len(), width);
    let mut found = Vec::new();
    // A reader that is not flexible refuses a row of another length than the header.
    for (record, line) in reader.records().zip(&lines[1..]) {
        let record = record.expect("as many cells as the header");
        assert!(!line.contains(['\n', '\r']), "one physical line: {line:?}");
        for (name, cell) in names.iter().zip(&record) {
            if NUMBERS.contains(&name.as_str()) {
                assert!(cell.parse::<i32>().is_ok(), "{name}: {cell:?}");
            } else {
                assert_eq!(danger(cell), None, "{name}: {cell:?}");
            }
        }
        found.push(names.iter().cloned().zip(record.iter().map(str::to_owned)).collect());
    }
    assert_eq!(found.len(), lines.len() - 1, "a record is a line");
    assert!(count.is_none_or(|count| found.len() == count));
    found
}

/// Pieces that texts are made of: what is dangerous, what hides it, what is matched, and anything.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "﹦", "\u{2212}", "|", "%", "=cmd|' /C calc'!A0",
            "=HYPERLINK(\"http://x\",\"y\")", ";=1+1", ",=1+1", "\",=1+1,\"",
        ])
        .prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            " ", "\u{3000}", "\u{a0}", "'", "\"", "“", "‘", "＇", "\u{200b}", "\u{feff}", "\u{202e}", "\u{2060}", "\u{ad}",
            "\u{3164}", "\u{fe0f}", "\u{2800}", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\u{e0020}",
        ])
        .prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            "百万保障", "验证码我念给他了", "急死我了", "安全账户", "您别着急", "这个是诈骗", "我不想活了", "，", "。", "0000000000000",
            "六二二二零零零零",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat())
}

fn speaker() -> impl Strategy<Value = Speaker> {
    prop::sample::select(vec![Speaker::Agent, Speaker::Customer, Speaker::Other])
}

fn turn() -> impl Strategy<Value = Turn> {
    (speaker(), text(), prop::option::of(0..9_000_u64)).prop_map(|(speaker, text, start)| Turn {
        speaker,
        start_ms: start,
        end_ms: start.map(|start| start + 1),
        text,
    })
}

fn call() -> impl Strategy<Value = Call> {
    let fields = [(); 3].map(|()| prop::option::of(text()));
    (text(), fields, prop::collection::vec(turn(), 1..8)).prop_map(|(id, [started_at, agent_id, team], turns)| Call {
        id,
        started_at,
        direction: None,
        agent_id,
        team,
        turns,
        warnings: vec![],
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_of_calls_and_hits_are_safe_whatever_the_call_holds(call in call(), source in text()) {
        let origin = Origin { source: source.into(), line: 1, byte: 0 };
        let scored = score_call(&ENGINE, &call);
        for style in STYLES {
            let rows = render(ENGINE.lexicon(), &call, &origin, &scored, style);
            assert_safe(CALL_COLUMNS, CALL_REVIEW, &rows.calls, Some(1), style);
            assert_safe(HIT_COLUMNS, HIT_REVIEW, &rows.hits, Some(scored.ledger.len()), style);
        }
    }

    #[test]
    fn rows_of_rejects_are_safe_whatever_the_input_is_called(source in text(), id in prop::option::of(text()), detail in text()) {
        let origin = Origin { source: source.into(), line: 1, byte: 0 };
        let reject = Reject::new(origin, id, RejectCode::MissingColumn, &detail);
        for style in STYLES {
            assert_safe(REJECT_COLUMNS, &[], &render_reject(&reject, style), Some(1), style);
        }
    }

    /// Fifteen digits are all that a spreadsheet keeps of a number; zeros at its head it drops.
    #[test]
    fn ids_of_any_length_survive_the_excel_profile(id in "[0-9]{1,40}|[0-9]{1,3}[eE][0-9]{1,4}|[0-9]{1,4}[-/.][0-9]{1,2}([-/.][0-9]{1,4})?|(JAN|mar|Sept)-?[0-9]{1,4}|[A-Z]{2}-?[0-9]{8,30}") {
        let turns = vec![Turn { speaker: Speaker::Customer, start_ms: None, end_ms: None, text: "百万保障".to_owned() }];
        let call = Call { id: id.clone(), started_at: None, direction: None, agent_id: None, team: None, turns, warnings: vec![] };
        let origin = Origin { source: "night.jsonl".into(), line: 1, byte: 0 };
        let scored = score_call(&ENGINE, &call);
        for style in STYLES {
            let rows = render(ENGINE.lexicon(), &call, &origin, &scored, style);
            let excel = style.profile == Profile::Excel;
            let name = if excel { "通话编号" } else { "call_id" };
            let of_calls = assert_safe(CALL_COLUMNS, CALL_REVIEW, &rows.calls, Some(1), style);
            let of_hits = assert_safe(HIT_COLUMNS, HIT_REVIEW, &rows.hits, None, style);
            for row in of_calls.iter().chain(&of_hits) {
                let cell = &row[name];
                prop_assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), &id);
                let number = cell.bytes().all(|byte| byte.is_ascii_digit());
                let safe_number = number && cell.len() <= 11 && !cell.starts_with('0');
                let letters = cell.starts_with(|c: char| c.is_ascii_uppercase());
                prop_assert!(!excel || cell.starts_with('\'') || safe_number || letters, "{}", cell);
                let month = ["JAN", "mar", "Sept"].iter().any(|month| cell.starts_with(month));
                prop_assert!(!excel || !month, "{}", cell);
            }
        }
    }
}

/// The whole way, from a file to files: also what the readers let through.
#[test]
fn a_published_run_is_safe_in_both_profiles() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = folder.path().join("=cmd");
    std::fs::create_dir(&inputs).expect("made");
    let mut lines = String::new();
    for (index, start) in ["=", "+", "-", "@", "＝", " =", "'=", "\"=", "\u{3000}-", "\u{3164}+"].iter().enumerate() {
        let said = format!("{start}1+1，客服说我开通了百万保障，验证码我念给他了");
        let call = serde_json::json!({"call_id": format!("{start}A{index}"), "agent_id": format!("{start}7"), "team": start,
            "started_at": format!("{start}2"), "turns": [{"speaker": "customer", "text": said}, {"speaker": "agent", "text": said}]});
        lines += &format!("{call}\n{{\"call_id\":\"{start}B\"\n");
    }
    std::fs::write(inputs.join("@night.jsonl"), lines).expect("written");
    for (name, profile) in [("excel", Profile::Excel), ("data", Profile::Data)] {
        let out = folder.path().join(name);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tinghu"))
            .current_dir(folder.path())
            .args(["score", "=cmd", "--out", name, "--profile", name, "--max-rejects", "100%", "--quiet"])
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        let style = Style { profile, quotes: true };
        for (file, columns, review) in [
            ("calls.csv", CALL_COLUMNS, CALL_REVIEW),
            ("hits.csv", HIT_COLUMNS, HIT_REVIEW),
            ("rejects.csv", REJECT_COLUMNS, &[]),
        ] {
            let bytes = std::fs::read(out.join(file)).expect("published");
            let head = header(columns, review, style);
            let rows = bytes.strip_prefix(head.as_slice()).expect("the header that belongs to it");
            assert!(assert_safe(columns, review, rows, None, style).len() >= 10, "{file}");
        }
    }
}

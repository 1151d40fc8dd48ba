//! What a run wrote is what is read back, in either profile, whatever stood in the cells.

mod common;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use common::{call_of, project, tinghu};
use proptest::prelude::*;
use tinghu::call::{Call, Speaker};
use tinghu::engine::Engine;
use tinghu::lexicon::{Lexicon, LexiconFile, builtin_files};
use tinghu::read::Origin;
use tinghu::run::{CallRow, Calls, HitRow, Hits, Run};
use tinghu::score::score_call;
use tinghu::write::{CALL_COLUMNS, CALL_REVIEW, HIT_COLUMNS, HIT_REVIEW, Profile, Style, header, render};

/// What matters here is the reading: a handful of terms make a quick engine.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut files = builtin_files();
    files.retain(|file| ["scoring.toml", "groups.csv", "outcome.csv"].contains(&file.name.as_str()));
    files.push(LexiconFile { name: "rules.toml".into(), bytes: b"rule = []\n".to_vec() });
    Engine::new(Lexicon::load(files).expect("a small lexicon")).expect("an engine")
});

fn calls(folder: &Path) -> Vec<CallRow> {
    let mut rows = Run::open(folder).expect("a run").calls().expect("calls.csv");
    std::iter::from_fn(|| rows.read().expect("a row")).collect()
}

/// Every row of `hits.csv`, shown.
fn hits(folder: &Path) -> Vec<String> {
    let mut rows = Run::open(folder).expect("a run").hits().expect("hits.csv");
    let mut shown = Vec::new();
    while let Some(row) = rows.read().expect("a row") {
        shown.push(format!("{row:?}"));
    }
    shown
}

#[test]
fn both_profiles_of_a_run_read_back_the_same() {
    let folder = tempfile::tempdir().expect("folder");
    let input = project("data/calls").display().to_string();
    let [excel, data] = ["excel", "data"].map(|profile| {
        let out = folder.path().join(profile).join("run");
        let output = tinghu(["score", &input, "--profile", profile, "--quiet", "--out", &out.display().to_string()]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        out
    });
    let rows = calls(&excel);
    assert_eq!(rows, calls(&data));
    assert_eq!(hits(&excel), hits(&data));
    let run = Run::open(&data).expect("a run");
    assert_eq!(run.manifest().counts.scored, rows.len() as u64);
    assert_eq!((run.manifest().profile, run.calls().expect("calls").profile()), (Profile::Data, Profile::Data));
    let excel = Run::open(&excel).expect("a run");
    assert_eq!((excel.manifest().profile, excel.hits().expect("hits").profile()), (Profile::Excel, Profile::Excel));
    // The fields stand for the columns of their names.
    for (row, cells) in rows.iter().zip(common::rows(&folder.path().join("data"), "calls.csv")) {
        let maybe = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
        assert_eq!(row.call_id, cells["call_id"]);
        assert_eq!(row.risk_score.to_string(), cells["risk_score"]);
        assert_eq!(row.phase.as_str(), cells["phase"]);
        assert_eq!(row.agent_warned.to_string(), cells["agent_warned"]);
        assert_eq!(maybe(row.warning_latency_s), cells["warning_latency_s"]);
        assert_eq!(row.self_harm.to_string(), cells["self_harm"]);
        assert_eq!(maybe(row.empathy_score.map(u64::from)), cells["empathy_score"]);
        assert_eq!(row.empathy_level.as_str(), cells["empathy_level"]);
        assert_eq!(row.taboo_count.to_string(), cells["taboo_count"]);
        assert_eq!(maybe(row.review_priority.map(u64::from)), cells["review_priority"]);
        assert_eq!(row.top_evidence, cells["top_evidence"]);
        assert_eq!(row.source, cells["source"]);
    }
}

#[test]
fn the_rows_of_a_call_are_found_again_by_their_place() {
    let folder = tempfile::tempdir().expect("folder");
    let (input, out) = (project("data/calls").display().to_string(), folder.path().join("run"));
    tinghu(["score", &input, "--quiet", "--out", &out.display().to_string()]);
    let run = Run::open(&out).expect("a run");
    let (mut all, mut passed) = (run.hits().expect("hits"), run.hits().expect("hits"));
    let mut places = Vec::new();
    for call in calls(&out) {
        let mut rows = Vec::new();
        while let Some(row) = all.read_of(&call.call_id).expect("a row") {
            rows.push(format!("{row:?}"));
        }
        let found = passed.pass_of(&call.call_id, None).expect("rows");
        assert_eq!(found.as_ref().map_or(0, |lines| lines.all), rows.len() as u64);
        let counting = rows.iter().filter(|row| !row.contains("points: 0,")).count() as u64;
        assert_eq!(found.as_ref().map_or(0, |lines| lines.counting), counting);
        places.extend(found.map(|lines| (lines.place, call.call_id, rows)));
    }
    all.finish().expect("nothing is left");
    for (place, call_id, rows) in places.iter().rev() {
        passed.go_to(place).expect("a place");
        for row in rows {
            assert_eq!(*row, format!("{:?}", passed.read_of(call_id).expect("a row").expect("a row")));
        }
        assert!(passed.read_of(call_id).expect("readable").is_none());
    }
}

/// A call whose every text is odd.
fn odd(id: &str, text: &str) -> Call {
    let thanks = format!("谢谢你，钱已经退回来了{text}");
    Call {
        id: id.to_owned(),
        started_at: Some(text.to_owned()),
        agent_id: Some(text.to_owned()),
        team: Some(format!("{text}组")),
        ..call_of([(Speaker::Customer, thanks), (Speaker::Customer, format!("{text}，太好了，钱退回来了"))])
    }
}

fn from(source: &str) -> Origin {
    Origin { source: source.into(), line: 1, byte: 0 }
}

/// As the cells hold it: on one line, without what shows nothing.
fn on_one_line(text: &str) -> String {
    let blank = |c: char| matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}');
    let spaced = text.chars().map(|c| if blank(c) { ' ' } else { c });
    spaced.filter(|c| !c.is_control() && !tinghu::text::is_invisible(*c)).collect()
}

proptest! {
    #[test]
    fn odd_cells_read_back_as_they_were(
        id in "([a=+',\"\n0-9E/-]|好|“|\u{200b}|\u{3164}){1,6}|0[0-9]{1,12}|mar[0-9]|\\PC{1,4}",
        text in "([a=+',\"\n\r\t@ 好，“1]|\u{200b}|\u{2028}|\u{3000}|\u{ad}){0,6}|\\PC{0,4}",
    ) {
        // An identifier that itself begins with an apostrophe reads like one that was given it.
        prop_assume!(!on_one_line(&id).starts_with('\''));
        let call = odd(&id, &text);
        let scored = score_call(&ENGINE, &call);
        let origin = from(&text);
        let mut read = Vec::new();
        for profile in [Profile::Excel, Profile::Data] {
            let style = Style { profile, quotes: true };
            let rows = render(ENGINE.lexicon(), &call, &origin, &scored, style);
            let table = [header(CALL_COLUMNS, CALL_REVIEW, style), rows.calls].concat();
            let row = Calls::new(&table[..], Path::new("calls.csv")).expect("a table").read().expect("a row");
            let row = row.expect("one row");
            prop_assert_eq!(&row.call_id, &on_one_line(&id));
            prop_assert_eq!(&row.source, &on_one_line(&text));
            let table = [header(HIT_COLUMNS, HIT_REVIEW, style), rows.hits].concat();
            let mut hits = Hits::new(&table[..], Path::new("hits.csv")).expect("a table");
            let mut shown = Vec::new();
            while let Some(hit) = hits.read().expect("a row") {
                prop_assert_eq!(hit.call_id, &row.call_id);
                shown.push(format!("{hit:?}"));
            }
            prop_assert_eq!(shown.len(), scored.ledger.len());
            read.push((row, shown));
        }
        prop_assert_eq!(&read[0], &read[1]);
    }
}

#[test]
fn what_protects_a_cell_is_taken_off_and_nothing_else() {
    let call = odd("'it", "'=1+1");
    let scored = score_call(&ENGINE, &call);
    let origin = from("'plain'");
    let style = Style { profile: Profile::Excel, quotes: true };
    let rows = render(ENGINE.lexicon(), &call, &origin, &scored, style);
    let text = String::from_utf8(rows.calls.clone()).expect("UTF-8");
    assert!(text.contains(",''=1+1,"), "{text}");
    let table = [header(CALL_COLUMNS, CALL_REVIEW, style), rows.calls].concat();
    let row = Calls::new(&table[..], Path::new("x")).expect("a table").read().expect("a row").expect("a row");
    assert_eq!((row.call_id.as_str(), row.agent_id.as_str(), row.source.as_str()), ("'it", "'=1+1", "'plain'"));
}

#[test]
fn what_is_wrong_is_named_by_file_line_and_column_and_not_shown() {
    let folder = tempfile::tempdir().expect("folder");
    let (input, out) = (project("data/calls/cases.jsonl").display().to_string(), folder.path().join("run"));
    tinghu(["score", &input, "--quiet", "--profile", "data", "--out", &out.display().to_string()]);
    let good = fs::read_to_string(out.join("calls.csv")).expect("calls.csv");
    let failing = |text: &[u8]| {
        fs::write(out.join("calls.csv"), text).expect("written");
        let mut rows = match Calls::open(&out.join("calls.csv")) {
            Ok(rows) => rows,
            Err(error) => return error.to_string(),
        };
        loop {
            match rows.read() {
                Ok(row) => assert!(row.is_some(), "no fault was found"),
                Err(error) => return error.to_string(),
            }
        }
    };
    for (said, text) in [
        ("“风险等级”（risk_level）", good.replacen("phase", "risk_level", 1).replacen("risk_level", "phase", 1)),
        ("risk_level", good.replacen("risk_level", "秘密", 1)),
        ("第 2 行“风险等级”（risk_level）", good.replacen(",high,", ",秘密,", 1)),
        ("第 3 行", good.replacen("\n", "\n秘密,1\n", 2).replacen("秘密,1\n", "", 1)),
    ] {
        let error = failing(text.as_bytes());
        assert!(error.contains(said) && error.contains("calls.csv") && !error.contains("秘密"), "{error}");
    }
    let mut bytes = good.clone().into_bytes();
    let second = good.find('\n').expect("a line") + 1;
    bytes[second] = 0xff;
    assert!(failing(&bytes).contains("第 2 行：不是 UTF-8"));
    fs::write(out.join("run.json"), "{\"profile\":\"秘密\"}").expect("written");
    let error = Run::open(&out).expect_err("no manifest").to_string();
    assert!(error.contains("run.json 第 1 行") && !error.contains("秘密"), "{error}");
    fs::remove_file(out.join("run.json")).expect("removed");
    assert!(Run::open(&out).expect_err("no run").to_string().contains("run.json"));
}

#[test]
fn hits_of_an_unknown_call_are_no_part_of_a_run() {
    let style = Style { profile: Profile::Data, quotes: true };
    let call = odd("A", "");
    let rows = render(ENGINE.lexicon(), &call, &from(""), &score_call(&ENGINE, &call), style);
    let table = [header(HIT_COLUMNS, HIT_REVIEW, style), rows.hits].concat();
    let mut hits = Hits::new(&table[..], Path::new("hits.csv")).expect("a table");
    assert!(hits.read_of("B").expect("readable").is_none());
    assert!(hits.finish().expect_err("rows are left").to_string().contains("calls.csv"));
    let row: Option<HitRow<'_>> = hits.read().expect("readable");
    assert_eq!(row.expect("a row").call_id, "A");
    hits.pass_of("A", None).expect("readable");
    hits.finish().expect("nothing is left");
}

//! The workbook as those who open it in the morning meet it: sheets, headers, cells, drop-downs; and nothing in it
//! that a spreadsheet would run.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, DataType, Range, Reader, Xlsx, open_workbook};
use common::{project, tinghu, workbook_parts};
use tinghu::morning::{EVIDENCE_SHEET, REVIEW_SHEET, Wanted, make_again};
use tinghu::run::verdict::{CALL_REVIEW_SHEET, HIT_REVIEW_SHEET, HitVerdict, Verdict};
use tinghu::run::{CallRow, Run};
use tinghu::write::{AGENT_COLUMNS, CALL_COLUMNS, OutputFolder, RealDisk, Start};

/// Scores an input for Excel into `run` below the folder.
fn score(input: &Path, folder: &Path, more: &[&str]) {
    let (input, out) = (input.display().to_string(), folder.join("run").display().to_string());
    let mut words = vec!["score", &input, "--quiet", "--max-rejects", "100%", "--out", &out];
    words.extend(more);
    let output = tinghu(&words);
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 3)), "{code:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn workbook(folder: &Path) -> Xlsx<std::io::BufReader<fs::File>> {
    open_workbook(folder.join("run/calls.xlsx")).expect("a workbook")
}

fn sheet(folder: &Path, name: &str) -> Range<Data> {
    workbook(folder).worksheet_range(name).expect("a sheet")
}

/// The rows of a table by header, below the row that holds `key`.
fn table(range: &Range<Data>, key: &str) -> Vec<BTreeMap<String, Data>> {
    let mut rows = range.rows().skip_while(|row| !row.contains(&Data::String(key.to_owned())));
    let headers: Vec<String> = rows.next().expect("the headers").iter().map(Data::to_string).collect();
    rows.map(|row| headers.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

fn calls(folder: &Path) -> Vec<CallRow> {
    let mut rows = Run::open(&folder.join("run")).expect("a run").calls().expect("calls.csv");
    std::iter::from_fn(|| rows.read().expect("a row")).collect()
}

/// Lines of `hits.csv` by call.
fn lines(folder: &Path) -> BTreeMap<String, usize> {
    let mut hits = Run::open(&folder.join("run")).expect("a run").hits().expect("hits.csv");
    let mut lines = BTreeMap::new();
    while let Some(hit) = hits.read().expect("a row") {
        *lines.entry(hit.call_id.to_owned()).or_default() += 1;
    }
    lines
}

#[test]
fn the_sheets_hold_what_the_tables_hold() {
    let folder = tempfile::tempdir().expect("folder");
    score(&project("data/calls"), folder.path(), &[]);
    let names = workbook(folder.path()).sheet_names();
    assert_eq!(names, ["总览", REVIEW_SHEET, "全部通话", EVIDENCE_SHEET, "坐席", "说明"]);

    let rows = calls(folder.path());
    let all = table(&sheet(folder.path(), "全部通话"), "通话编号");
    assert_eq!(all.len(), rows.len());
    let first: Vec<String> =
        sheet(folder.path(), "全部通话").rows().next().expect("headers").iter().map(Data::to_string).collect();
    assert_eq!(first, CALL_COLUMNS.iter().map(|(_, header)| *header).collect::<Vec<_>>());
    for (row, cells) in rows.iter().zip(&all) {
        assert_eq!(cells["通话编号"], Data::String(row.call_id.clone()));
        assert_eq!(cells["风险分"], Data::Float(row.risk_score.into()));
        assert_eq!(cells["风险等级"], Data::String(row.risk_level.zh().into()));
        assert_eq!(cells["所处阶段"], Data::String(row.phase.zh().into()));
        assert_eq!(cells["关键原话"].to_string(), row.top_evidence);
        assert_eq!(cells["开始时间"].is_datetime(), !row.started_at.is_empty(), "{:?}", cells["开始时间"]);
    }

    let review = table(&sheet(folder.path(), REVIEW_SHEET), "通话编号");
    assert_eq!(review.len(), rows.iter().filter(|row| row.needs_review).count());
    let order: Vec<(i64, i64)> = review
        .iter()
        .map(|row| {
            (
                row["复核优先级"].to_string().parse().expect("a number"),
                -row["风险分"].to_string().parse::<i64>().expect("a number"),
            )
        })
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(review.iter().all(|row| !row["复核原因"].is_empty() && !row["关键原话"].is_empty()));
    assert!(CALL_REVIEW_SHEET.iter().all(|column| review[0][*column].is_empty()));

    let evidence = table(&sheet(folder.path(), EVIDENCE_SHEET), "命中编号");
    let lines = lines(folder.path());
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for row in &evidence {
        *shown.entry(row["通话编号"].to_string()).or_default() += 1;
        assert!(row["命中编号"].to_string().starts_with('h'));
    }
    for call in &review {
        let id = call["通话编号"].to_string();
        assert_eq!(shown.remove(&id), lines.get(&id).copied(), "{id}");
    }
    assert!(shown.is_empty(), "lines of other calls: {:?}", shown.keys());
    assert!(HIT_REVIEW_SHEET.iter().all(|column| evidence[0][*column].is_empty()));

    let agents = table(&sheet(folder.path(), "坐席"), "坐席工号");
    assert_eq!(agents[0].len(), AGENT_COLUMNS.len());
    let counted: f64 = agents.iter().filter_map(|row| row["通话数"].as_f64()).sum();
    assert_eq!(counted as usize, rows.len());

    let overview = sheet(folder.path(), "总览");
    let number =
        |label: &str| overview.rows().find(|row| row[0] == Data::String(label.to_owned())).map(|row| row[1].clone());
    let count = |which: fn(&CallRow) -> bool| Some(Data::Float(rows.iter().filter(|row| which(row)).count() as f64));
    assert_eq!(number("已评分通话"), count(|_| true));
    assert_eq!(number("高风险未警示"), count(CallRow::is_missed_scam));
    assert_eq!(number("应共情"), count(CallRow::is_care_due));
    assert_eq!(number("待复核"), count(|row| row.needs_review));
    assert_eq!(number("自伤线索"), count(|row| row.self_harm));

    let guide: Vec<String> = sheet(folder.path(), "说明").rows().map(|row| row[0].to_string()).collect();
    for (_, header) in CALL_COLUMNS.iter().chain(AGENT_COLUMNS) {
        assert!(guide.iter().any(|name| name == header), "{header} is not explained");
    }
}

#[test]
fn headers_stay_verdicts_drop_down_and_levels_have_colours() {
    let folder = tempfile::tempdir().expect("folder");
    score(&project("data/calls"), folder.path(), &[]);
    let parts = workbook_parts(&folder.path().join("run/calls.xlsx"));
    let part = |name: &str| &parts.iter().find(|(part, _)| part == name).unwrap_or_else(|| panic!("no {name}")).1;
    for (place, staying) in [("2", "C3"), ("3", "B2"), ("4", "B3"), ("5", "C3")] {
        let xml = part(&format!("xl/worksheets/sheet{place}.xml"));
        assert!(xml.contains("state=\"frozen\"") && xml.contains(&format!("topLeftCell=\"{staying}\"")), "{place}");
        assert!(xml.contains("<autoFilter"), "{place}");
    }
    let choices = |words: Vec<&str>| format!("<formula1>\"{}\"</formula1>", words.join(","));
    let review = part("xl/worksheets/sheet2.xml");
    assert!(review.contains(&choices(Verdict::ALL.iter().map(|word| word.zh()).collect())));
    let evidence = part("xl/worksheets/sheet4.xml");
    assert!(evidence.contains(&choices(HitVerdict::ALL.iter().map(|word| word.zh()).collect())));
    let styles = part("xl/styles.xml");
    assert!(styles.contains("FFF8CBC6") && styles.contains("FFFFE8B3"), "the colours of high and medium");
    // A cell of the level 高 is in the colour of it.
    let red = styles.matches("<fill>").count() > 4;
    assert!(red && review.contains(">高</t>"));
}

#[test]
fn nothing_in_it_runs_or_leads_anywhere() {
    let folder = tempfile::tempdir().expect("folder");
    let hostile = "=cmd|' /C calc'!A0";
    let turn = |speaker: &str, text: &str| serde_json::json!({"speaker": speaker, "text": text});
    let call = serde_json::json!({
        "call_id": "=HYPERLINK(\"http://a.invalid\",\"x\")",
        "agent_id": "@SUM(1)", "team": hostile, "started_at": "+1",
        "turns": [
            turn("agent", "=1+1 您好，请问是您本人转账吗？"),
            turn("customer", "=cmd|' /C calc'!A0 客服说我开通了百万保障 让我开屏幕共享把钱转到安全账户"),
            turn("agent", "http://a.invalid mailto:a@a.invalid 好的。"),
            turn("customer", "_x003D_1 验证码我已经念给他了，钱也转过去了 <f>1+1</f> &amp; \u{ffff}"),
        ],
    });
    let long = call.to_string().replace("=HYPERLINK(\\\"http://a.invalid\\\",\\\"x\\\")", "202611220000000001");
    let input = folder.path().join("=night.jsonl");
    fs::write(&input, format!("{call}\n{long}\n")).expect("written");
    score(&input, folder.path(), &[]);
    for (name, xml) in workbook_parts(&folder.path().join("run/calls.xlsx")) {
        assert!(!xml.contains("<f>") && !xml.contains("<f ") && !xml.contains("<hyperlink"), "{name}");
        assert!(!xml.contains("TargetMode=\"External\"") && !xml.contains("<definedName name=\"x"), "{name}");
        assert!(!name.contains("external") && !name.contains("vba"), "{name}");
    }
    let agents = fs::read_to_string(folder.path().join("run/agents.csv")).expect("agents.csv");
    assert!(agents.contains("\r\n'@SUM(1),'=cmd|' /C calc'!A0,2,"), "{agents}");
    let all = table(&sheet(folder.path(), "全部通话"), "通话编号");
    let ids: Vec<&Data> = all.iter().map(|row| &row["通话编号"]).collect();
    assert!(ids.contains(&&Data::String("202611220000000001".into())), "{ids:?}");
    for name in workbook(folder.path()).sheet_names() {
        for cell in sheet(folder.path(), &name).rows().flatten() {
            let Data::String(text) = cell else { continue };
            assert!(!text.starts_with(['=', '@', '+', '-']), "{name}: {text}");
        }
    }
    // What stands in angle brackets or looks like an escape is text as it was said.
    let texts: String = sheet(folder.path(), EVIDENCE_SHEET).rows().flatten().map(Data::to_string).collect();
    assert!(texts.contains("<f>1+1</f>") && texts.contains("_x003D_1"), "{texts}");
}

#[test]
fn a_finished_run_gives_the_same_workbook_again() {
    let folder = tempfile::tempdir().expect("folder");
    score(&project("data/calls"), folder.path(), &[]);
    let run = folder.path().join("run");
    let all =
        || ["calls.xlsx", "agents.csv", "calls.csv", "run.json"].map(|name| fs::read(run.join(name)).expect("a file"));
    let before = all();
    let out = OutputFolder::prepare(&run, Start::Overwrite, &[], std::sync::Arc::new(RealDisk)).expect("free");
    make_again(&out, Wanted { workbook: true, page: false, parquet: false }, None).expect("made");
    assert!(before == all());
    drop(out);
    fs::remove_file(run.join("calls.xlsx")).expect("there");
    let made = common::tinghu(["report", run.to_str().expect("UTF-8"), "--workbook"]);
    assert!(made.status.success() && fs::read(run.join("calls.xlsx")).expect("there again") == before[0]);
}

#[test]
fn it_is_made_for_excel_only_and_can_be_left_out() {
    let folder = tempfile::tempdir().expect("folder");
    let (input, run) = (project("data/calls/cases.jsonl"), folder.path().join("run"));
    score(&input, folder.path(), &[]);
    assert!(run.join("calls.xlsx").exists());
    let listed = || Run::open(&run).expect("a run").manifest().outputs.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        listed(),
        ["agents.csv", "calls.csv", "calls.xlsx", "conversations.jsonl", "hits.csv", "rejects.csv", "report.html"]
    );
    let tables = ["agents.csv", "calls.csv", "conversations.jsonl", "hits.csv", "rejects.csv"];
    for more in [&["--no-workbook", "--no-report"][..], &["--profile", "data"]] {
        fs::write(run.join("calls.xlsx"), "of a former run").expect("written");
        score(&input, folder.path(), &[&["--force"], more].concat());
        assert!(!run.join("calls.xlsx").exists(), "{more:?}: what another run left does not stay beside these rows");
        assert_eq!(listed(), tables);
    }
}

#[test]
fn a_night_without_a_call_has_a_workbook_too() {
    let folder = tempfile::tempdir().expect("folder");
    let input = folder.path().join("night.jsonl");
    fs::write(&input, "\n{broken\n").expect("written");
    score(&input, folder.path(), &[]);
    assert_eq!(table(&sheet(folder.path(), "全部通话"), "通话编号").len(), 0);
    let overview = sheet(folder.path(), "总览");
    assert!(overview.rows().any(|row| row[0] == Data::String("F030".into()) && row[1] == Data::Float(1.0)));
}

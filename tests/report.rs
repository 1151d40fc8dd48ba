//! The page of the night: what it says is what the tables say, in a real browser, whatever stands in a transcript.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{project, rows, tinghu};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A call that needs review and holds markup wherever text may stand.
fn planted() -> String {
    let evil = "</script><script>window.faults.push('ran')</script><b class=evil>";
    let turns = json!([
        {"speaker": "agent", "start_ms": 0, "end_ms": 900, "text": "您好，请问有什么可以帮您？"},
        {"speaker": "customer", "start_ms": 1000, "end_ms": 9000, "text": format!("{evil}有个自称抖音客服的人让我把钱转到安全账户，说开了百万保障要扣费")},
        {"speaker": "customer", "start_ms": 9500, "end_ms": 19000, "text": "他让我开屏幕共享，我把验证码念给他了，转了三万块，急死我了，我不想活了，卡号6222020000000000008"},
        {"speaker": "agent", "start_ms": 20000, "end_ms": 24000, "text": "哦，那您稍等。"}
    ]);
    json!({"call_id": "PLANTED", "agent_id": evil, "team": evil, "turns": turns}).to_string() + "\n"
}

/// Scores the sample calls and the planted one as a bank would.
fn run(more: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let calls = folder.path().join("planted.jsonl");
    std::fs::write(&calls, planted()).expect("written");
    let out = folder.path().join("run");
    let inputs = [project("data/calls"), calls].map(|path| path.display().to_string());
    let mut words = vec!["score", &inputs[0], &inputs[1], "--quiet", "--out", out.to_str().expect("UTF-8")];
    words.extend(more);
    let output = tinghu(&words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (folder, out)
}

fn page(run: &Path) -> String {
    std::fs::read_to_string(run.join("report.html")).expect("the page")
}

/// The object that the page carries.
fn data(page: &str) -> Value {
    let from = page.find("type=\"application/json\">").expect("the data") + 24;
    let to = from + page[from..].find("</script>").expect("its end");
    serde_json::from_str(&page[from..to]).expect("JSON")
}

#[test]
fn the_page_says_what_the_tables_say() {
    let (folder, run) = run(&[]);
    let page = page(&run);
    let data = data(&page);
    let calls = rows(folder.path(), "calls.csv");
    let count = |column: &str, value: &str| calls.iter().filter(|row| row[column] == value).count();
    assert_eq!(data["night"]["now"]["calls"], calls.len());
    assert_eq!(data["night"]["now"]["risk"][0], json!(["高", count("风险等级", "high")]));
    assert_eq!(data["night"]["to_review"], count("需复核", "true"));
    let cases = data["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), count("需复核", "true"), "all fit");
    for case in cases {
        let row =
            calls.iter().find(|row| row["通话编号"] == case["call_id"].as_str().expect("an id")).expect("its row");
        let points = |dimension: u64| -> i64 {
            let lines = case["lines"].as_array().expect("lines").iter();
            lines.filter(|line| line[0] == dimension).map(|line| line[9].as_i64().expect("points")).sum()
        };
        assert_eq!(points(0).to_string(), row["风险分"], "{}", case["call_id"]);
        assert_eq!(case["said"].as_array().expect("turns").len().to_string(), row["句数"]);
    }
    let order: Vec<u64> = cases.iter().map(|case| case["review_priority"].as_u64().expect("a priority")).collect();
    assert!(order.is_sorted(), "most urgent first");
    assert!(!page.contains("6222020000000000008"), "numbers are masked");
    assert!(
        !page.contains("http://")
            || page.matches("http://").count() == page.matches("http://www.w3.org/2000/svg").count()
    );
}

#[test]
fn a_finished_run_gives_the_same_page_again_and_another_to_compare_with_shows() {
    let (_folder, run) = run(&[]);
    let first = page(&run);
    let at = run.to_str().expect("UTF-8");
    assert!(tinghu(["report", at]).status.success());
    assert_eq!(page(&run), first);
    assert!(tinghu(["report", at, "--compare", at]).status.success());
    let compared = data(&page(&run));
    assert_eq!(compared["night"]["before"], compared["night"]["now"]);
    let manifest = std::fs::read_to_string(run.join("run.json")).expect("the manifest");
    let hash = blake3::hash(page(&run).as_bytes()).to_hex().to_string();
    assert!(manifest.contains(&hash), "the manifest knows the page");
    let nothing = tinghu(["report", "no/such/run"]);
    assert_eq!(nothing.status.code(), Some(2), "{}", String::from_utf8_lossy(&nothing.stderr));
}

#[test]
fn the_page_is_left_out_or_made_without_words_when_asked() {
    let (_folder, without) = run(&["--no-report"]);
    assert!(!without.join("report.html").exists());
    let (_folder, silent) = run(&["--no-quotes"]);
    let page = page(&silent);
    assert!(!page.contains("屏幕共享，我把") && !page.contains("急死我了"), "no word of a customer");
    let cases = data(&page)["cases"].clone();
    assert!(cases[0]["said"].as_array().expect("turns").iter().all(|turn| turn[3] == ""));
    let (_folder, other) = run(&["--profile", "data"]);
    assert!(!other.join("report.html").exists() && other.join("conversations.jsonl").exists());
    assert!(tinghu(["report", other.to_str().expect("UTF-8")]).status.success());
    assert!(other.join("report.html").exists());
}

/// More calls than a page can carry: it says how many it left out, and stays within its size.
#[test]
fn a_page_stays_within_its_size() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said: Value = serde_json::from_str(&planted()).expect("JSON");
    let filler = json!({"speaker": "agent", "text": "天气不错。".repeat(390)});
    let call = |at: usize| {
        let mut turns = said["turns"].as_array().expect("turns").clone();
        turns.extend(std::iter::repeat_n(filler.clone(), 8));
        json!({"call_id": format!("L{at:05}"), "turns": turns})
    };
    let calls: String = (0..360).map(|at| call(at).to_string() + "\n").collect();
    std::fs::write(folder.path().join("long.jsonl"), calls).expect("written");
    let run = folder.path().join("run");
    let input = folder.path().join("long.jsonl");
    assert!(
        tinghu(["score".as_ref(), input.as_os_str(), "--out".as_ref(), run.as_os_str(), "--quiet".as_ref()])
            .status
            .success()
    );
    let page = page(&run);
    assert!(page.len() < 20_000_000, "{} bytes", page.len());
    let data = data(&page);
    assert_eq!(data["night"]["to_review"], 360);
    assert_eq!(data["night"]["shown"], data["cases"].as_array().expect("cases").len());
    assert!(data["night"]["shown"].as_u64() < Some(360));
}

/// The browser, or `None`, said aloud, where there is none and the machine is not one that must have it.
#[expect(clippy::print_stderr, reason = "what is not tested must be seen")]
fn browser() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()));
    if found.is_none() {
        assert!(std::env::var_os("TINGHU_BROWSER_REQUIRED").is_none(), "no chromium on this machine");
        eprintln!("NOT TESTED: the page in a browser; no chromium on this machine");
    }
    found
}

fn headless(browser: &str, profile: &Path, more: &[&str]) -> std::process::Output {
    let mut command = Command::new(browser);
    command.args([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--virtual-time-budget=8000",
    ]);
    command.arg(format!("--user-data-dir={}", profile.display())).args(more);
    command.output().expect("the browser starts")
}

#[test]
fn a_reader_can_use_the_page_in_a_browser() {
    let Some(browser) = browser() else { return };
    let (folder, run) = run(&[]);
    let watched = page(&run)
        .replacen("<title>", "<script>window.faults=[];window.onerror=(m)=>{window.faults.push(m)};console.error=console.warn=(m)=>window.faults.push(String(m));</script><title>", 1)
        .replacen("</body>", &format!("<script>{}</script></body>", include_str!("browser/harness.js")), 1);
    let copy = folder.path().join("watched.html");
    std::fs::write(&copy, watched).expect("written");
    let address = format!("file://{}", copy.display());
    let profile = folder.path().join("profile");
    let output = headless(browser, &profile, &["--dump-dom", &address]);
    let dom = String::from_utf8_lossy(&output.stdout);
    let from = dom.find("<pre id=\"told\">").unwrap_or_else(|| panic!("nothing told: {dom:.2000}")) + 15;
    let told = dom[from..from + dom[from..].find("</pre>").expect("its end")].replace("&lt;", "<").replace("&gt;", ">");
    let told: Value = serde_json::from_str(&told.replace("&amp;", "&")).expect("JSON");
    assert_eq!(told["faults"], json!([]), "no error, and no planted script ran");
    assert_eq!(told["ready"], "yes");
    let data = data(&page(&run));
    let cards = told["cards"].as_array().expect("cards");
    assert!(cards.contains(&json!(["待复核", data["night"]["to_review"].to_string()])), "{cards:?}");
    let charts = told["charts"].as_array().expect("charts");
    assert_eq!(charts.len(), 9);
    for chart in charts {
        assert!(chart["bars"].as_u64() > Some(0) && chart["inked"] == true && chart["label"] != "", "{chart}");
    }
    assert_eq!(told["rows"], data["cases"].as_array().expect("cases").len());
    let high = data["cases"].as_array().expect("cases").iter().filter(|case| case["risk_level"] == "高").count();
    assert_eq!(told["high"], high);
    assert!(told["found"].as_str().expect("text").contains(&high.to_string()));
    assert!(told["harm"].as_u64() > Some(0) && told["harm"].as_u64() < told["rows"].as_u64());
    assert_eq!(told["searched"], json!(["PLANTED"]));
    assert_eq!(told["address"], "#call=PLANTED");
    assert_eq!((&told["heading"], &told["turns"]), (&json!("PLANTED"), &json!(4)));
    assert!(told["planted"].as_str().expect("text").starts_with("</script><script>window.faults"), "it stays text");
    assert!(told["dots"].as_u64() > Some(2), "a timeline");
    assert!(told["tip"].as_str().expect("text").contains("分"), "what evidence means, on focus: {}", told["tip"]);
    assert_eq!((&told["hovered"], &told["hidden"]), (&json!(true), &json!(true)));
    let planted =
        data["cases"].as_array().expect("cases").iter().find(|case| case["call_id"] == "PLANTED").expect("it");
    let scores = ["risk_score", "distress_score", "empathy_score"].map(|score| planted[score].to_string());
    assert_eq!(told["ledgers"], json!(scores), "the ledgers add up");
    assert_eq!(told["closed"], "PLANTED", "Escape closes, and the row has the focus again");
    assert_eq!((&told["moved"], &told["dark"]), (&json!(true), &json!(true)));
    assert_eq!((&told["foreign"], &told["loaded"]), (&json!(0), &json!(0)), "no markup from outside, nothing loaded");

    let print = folder.path().join("print.pdf");
    let address = format!("file://{}#call=PLANTED", run.join("report.html").display());
    headless(browser, &profile, &[&format!("--print-to-pdf={}", print.display()), &address]);
    assert!(std::fs::metadata(&print).is_ok_and(|file| file.len() > 10_000), "it prints");
}

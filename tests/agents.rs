//! `agents.csv` of a made night: figures that can be counted on paper.

mod common;

use std::fs;

use common::{project, rows, tinghu};

/// The line of a sample call, given to an agent under another id.
fn given(line: &str, id: &str, agent: &str, team: &str) -> String {
    let mut call: serde_json::Value = serde_json::from_str(line).expect("JSON");
    call["call_id"] = id.into();
    call["agent_id"] = agent.into();
    call["team"] = team.into();
    format!("{call}\n")
}

#[test]
fn the_figures_of_a_made_night_are_those_counted_on_paper() {
    let folder = tempfile::tempdir().expect("folder");
    let score = |input: &str, out: &str, profile: &str| {
        let out = folder.path().join(out).join("run");
        let output = tinghu(["score", input, "--quiet", "--profile", profile, "--out", &out.display().to_string()]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        out
    };
    // One call in which the scam was missed and one in which the agent warned, both with distress.
    let samples = project("data/calls/night.jsonl");
    score(&samples.display().to_string(), "alone", "data");
    let alone = rows(&folder.path().join("alone"), "calls.csv");
    let text = fs::read_to_string(&samples).expect("the samples");
    let find = |warned: &str| {
        let fits = |row: &&std::collections::BTreeMap<String, String>| {
            let timed = row["warning_latency_s"].is_empty() == (warned == "false");
            row["risk_level"] == "high" && row["agent_warned"] == warned && timed && row["empathy_level"] != "not_due"
        };
        let row = alone.iter().find(fits).expect("such a call");
        let id = format!("\"{}\"", row["call_id"]);
        (text.lines().find(|line| line.contains(&id)).expect("its line").to_owned(), row.clone())
    };
    let ((missed, missed_row), (warned, warned_row)) = (find("false"), find("true"));

    // Agent 0412: ten calls with a warning and five missed scams; agent 0413: nine missed scams; agent 9 in team B: one.
    let mut night = String::new();
    for call in 0..24 {
        let (line, agent) = match call {
            0..10 => (&warned, "0412"),
            10..15 => (&missed, "0412"),
            _ => (&missed, "0413"),
        };
        night += &given(line, &format!("A{call}"), agent, "甲组");
    }
    night += &given(&warned, "B", "9", "=乙组");
    let input = folder.path().join("made.jsonl");
    fs::write(&input, night).expect("written");
    let input = input.display().to_string();
    let data = score(&input, "data", "data");
    let made = rows(&folder.path().join("data"), "agents.csv");

    let of = |row: &std::collections::BTreeMap<String, String>, name: &str| row[name].parse::<u32>().expect("a number");
    let tenths = |sum: u32, by: u32| format!("{}.{}", (sum * 20 + by) / (by * 2) / 10, (sum * 20 + by) / (by * 2) % 10);
    let sum = |name: &str| 10 * of(&warned_row, name) + 5 * of(&missed_row, name);
    let share = (sum("episodes_answered") * 200 + sum("episodes")) / (sum("episodes") * 2);
    let expected = [
        ("'=乙组", "9", "1", "1", "0", "1", "", "1", "", "", ""),
        (
            "甲组",
            "0412",
            "15",
            "15",
            "5",
            "10",
            &format!("{}.0", warned_row["warning_latency_s"]),
            "15",
            &tenths(sum("empathy_score"), 15),
            &format!("{}.{:02}", share / 100, share % 100),
            &tenths(100 * sum("taboo_count"), 15),
        ),
        ("甲组", "0413", "9", "9", "9", "0", "", "9", "", "", ""),
    ];
    let columns = [
        "team",
        "agent_id",
        "calls",
        "high_risk_calls",
        "missed_scams",
        "latency_calls",
        "median_warning_latency_s",
        "empathy_due_calls",
        "mean_empathy",
        "answered_share",
        "taboo_per_100_calls",
    ];
    assert_eq!(made.len(), expected.len());
    for (row, wanted) in made.iter().zip(expected) {
        let wanted: [&str; 11] = wanted.into();
        let cells = columns.map(|column| row[column].as_str());
        assert_eq!(cells, wanted);
    }
    assert_eq!(made[0].len(), columns.len());

    let excel = score(&input, "excel", "excel");
    let text = fs::read_to_string(excel.join("agents.csv")).expect("agents.csv");
    assert!(text.starts_with("\u{feff}坐席工号,班组,通话数,高风险通话数,高风险未警示数,"), "{text}");
    assert!(text.contains("\r\n'0412,甲组,15,") && text.contains("\r\n9,'=乙组,1,"), "{text}");
    let data = fs::read_to_string(data.join("agents.csv")).expect("agents.csv");
    assert!(data.starts_with("agent_id,team,") && data.contains("\n0412,甲组,15,"), "{data}");
}

//! The five cases that the project began with, as full conversations, judged by the whole program.

mod common;

use common::{call, project, rows, score};

fn number(cell: &str) -> u32 {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?} is no number"))
}

#[test]
fn million_guarantee_is_high_with_its_stages_and_the_warning_credited() {
    let (_, folder) = score(&project("data/calls/cases.jsonl"), &[]);
    let row = call(folder.path(), "S01");
    assert_eq!(row["risk_level"], "high");
    assert_eq!(row["scam_type"], "million_guarantee");
    for stage in ["P", "C", "W"] {
        assert!(row["stages"].split('>').any(|seen| seen == stage), "{stage} in {}", row["stages"]);
    }
    assert_eq!(row["agent_warned"], "true");
    assert!(row["duty_steps"].contains("verify"), "{}", row["duty_steps"]);
}

#[test]
fn the_douyin_call_is_high_and_the_transfer_stopped() {
    let (_, folder) = score(&project("data/calls/cases.jsonl"), &[]);
    let row = call(folder.path(), "S02");
    assert_eq!(row["risk_level"], "high");
    assert_eq!(row["scam_type"], "live_membership");
    assert_eq!(row["agent_warned"], "true");
    assert_eq!(row["duty_steps"], "identity>verify>warn");
    assert!(row["distress_kinds"].contains("D8"), "she says the same again and again: {}", row["distress_kinds"]);
    assert!(row["outcome"].contains("transfer_stopped"), "{}", row["outcome"]);
    assert!(row["outcome"].contains("thanks"), "{}", row["outcome"]);
    assert!(row["vulnerability"].contains("elderly"), "{}", row["vulnerability"]);
}

#[test]
fn the_tuition_call_names_the_loss_and_the_recovery() {
    let (_, folder) = score(&project("data/calls/cases.jsonl"), &[]);
    let row = call(folder.path(), "S03");
    assert_eq!(row["risk_level"], "high");
    assert_eq!(row["scam_type"], "tuition_overseas");
    assert!(["completed", "recovered"].contains(&row["phase"].as_str()), "{}", row["phase"]);
    assert!(row["stages"].contains('W'), "{}", row["stages"]);
    assert!(row["outcome"].contains("returned") || row["outcome"].contains("reversed"), "{}", row["outcome"]);
    assert!(row["protective_actions"].contains("return_request"), "{}", row["protective_actions"]);
}

#[test]
fn the_lost_phone_is_low_and_its_good_care_seen() {
    let (_, folder) = score(&project("data/calls/cases.jsonl"), &[]);
    let row = call(folder.path(), "S04");
    assert_eq!(row["risk_level"], "low");
    assert!(row["protective_actions"].contains("disable_payment"), "{}", row["protective_actions"]);
    assert!(row["vulnerability"].contains("abroad"), "{}", row["vulnerability"]);
    assert_ne!(row["empathy_level"], "poor");
    let warm = rows(folder.path(), "hits.csv")
        .into_iter()
        .filter(|hit| hit["call_id"] == "S04" && hit["kind"].starts_with('E') && hit["speaker"] == "agent")
        .count();
    assert!(warm >= 2, "the agent's care is in the evidence: {warm}");
}

#[test]
fn the_widower_is_in_grief_and_answered() {
    let (_, folder) = score(&project("data/calls/cases.jsonl"), &[]);
    let row = call(folder.path(), "S05");
    assert_eq!(row["risk_level"], "low");
    assert_eq!(row["distress_level"], "high");
    assert!(row["distress_kinds"].contains("D3"), "{}", row["distress_kinds"]);
    assert_eq!(row["empathy_level"], "good");
    assert!(number(&row["episodes_answered"]) >= 1);
    let answer = rows(folder.path(), "hits.csv")
        .into_iter()
        .find(|hit| hit["call_id"] == "S05" && hit["dimension"] == "empathy" && hit["reason"].contains("回应第"))
        .expect("the answer to his grief is a line of the ledger");
    assert!(!answer["quote"].is_empty() && number(&answer["points"]) > 0);
}

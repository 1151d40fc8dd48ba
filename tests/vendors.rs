//! The JSON of speech systems, as their makers publish it, is the same call as the native one.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{project, rows, score};
use tinghu::call::{Call, InputWarning, Speaker};
use tinghu::read::{Options, SpeakerTable, discover, open};

fn fixture(name: &str) -> PathBuf {
    project("tests/fixtures/vendors").join(name)
}

/// The one call of a file.
fn read(name: &str, speakers: &SpeakerTable) -> Call {
    let found = discover(&[fixture(name)]).expect("the fixture");
    let mut calls: Vec<Call> = found
        .sources
        .iter()
        .flat_map(|source| open(source, &Options::default()))
        .map(|raw| raw.parse(speakers).unwrap_or_else(|reject| panic!("{name}: {}", reject.reason)).0)
        .collect();
    assert_eq!(calls.len(), 1, "{name}");
    calls.remove(0)
}

/// The files, the ids of their calls, and whether their voices are only numbered.
const VENDORS: [(&str, &str, bool); 6] = [
    ("funasr.json", "funasr", true),
    ("whisperx.json", "whisperx", true),
    ("amazon-transcribe.json", "fixture-amazon", false),
    ("amazon-contact-lens.json", "fixture-contact", false),
    ("alibaba-upload.json", "fixture-ali-upload", false),
    ("alibaba-review.json", "fixture-ali-review", false),
];

#[test]
fn every_system_says_the_same_call() {
    let native = read("native.jsonl", &SpeakerTable::default());
    for (name, id, numbered) in VENDORS {
        let call = read(name, &SpeakerTable::default());
        assert_eq!(call.id, id, "{name}");
        let told = |call: &Call| -> Vec<_> {
            let turn =
                |turn: &tinghu::call::Turn| (turn.speaker, turn.start_ms, turn.end_ms, turn.text.trim().to_owned());
            call.turns.iter().map(turn).collect()
        };
        assert_eq!(told(&call), told(&native), "{name}");
        let warned = if numbered { vec![InputWarning::InferredRoles] } else { vec![] };
        assert_eq!(call.warnings, warned, "{name}");
    }
}

#[test]
fn settings_say_who_the_voices_are() {
    let names = [("SPEAKER_00", Speaker::Customer), ("SPEAKER_01", Speaker::Agent)];
    let told = SpeakerTable::with(names.map(|(name, who)| (name.to_owned(), who)).into());
    let call = read("whisperx.json", &told);
    assert_eq!(call.turns[0].speaker, Speaker::Customer, "what the bank says counts, not what it looks like");
    assert!(call.warnings.is_empty());
}

#[test]
fn they_score_alike() {
    let (code, folder) = score(&fixture(""), &[]);
    assert_eq!(code, 0);
    let calls = rows(folder.path(), "calls.csv");
    assert_eq!(calls.len(), VENDORS.len() + 1);
    let what = |row: &BTreeMap<String, String>| {
        ["risk_score", "scam_type", "phase", "distress_score", "empathy_score", "agent_warned"]
            .map(|name| row[name].clone())
    };
    assert!(calls.iter().all(|row| what(row) == what(&calls[0])));
    assert_eq!((calls[0]["risk_level"].as_str(), calls[0]["agent_warned"].as_str()), ("high", "true"));
    let warned = calls.iter().filter(|row| row["input_warnings"] == "inferred_roles").count();
    assert_eq!(warned, 2);
}

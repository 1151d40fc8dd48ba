//! `conversations.jsonl`: what was said in the calls to review, for the page of the night.

use serde::Serialize;

use super::quotes::Quotes;
use crate::call::{Call, Speaker};

/// A line: the call, and its turns in order.
#[derive(Serialize)]
struct Conversation<'a> {
    call_id: &'a str,
    turns: Vec<Said<'a>>,
}

/// Who, when (milliseconds from the beginning of the call), and the masked text: empty where quotes are not wanted.
#[derive(Serialize)]
struct Said<'a>(Speaker, Option<u64>, &'a str);

/// Adds the line of a call; one text has as many characters as the other, so that the spans of `hits.csv` fit.
pub(super) fn push(bytes: &mut Vec<u8>, call: &Call, quotes: &Quotes<'_>) {
    let said = |(at, turn): (usize, &crate::call::Turn)| Said(turn.speaker, turn.start_ms, quotes.text(at));
    let turns = call.turns.iter().enumerate().map(|(at, turn)| said((at, turn))).collect();
    let line = serde_json::to_vec(&Conversation { call_id: &call.id, turns }).expect("texts and numbers are JSON");
    bytes.extend_from_slice(&line);
    bytes.push(b'\n');
}

//! Scoring: the ledger adds up, nothing depends on chance, every place exists, every row is safe.

use std::sync::{Arc, LazyLock};

use tinghu::call::{Call, Speaker, Turn};
use tinghu::engine::Engine;
use tinghu::read::Origin;
use tinghu::score;
use tinghu::write::{CALL_COLUMNS, HIT_COLUMNS, Profile, Style, render};

use super::cells::records;

/// Built once: it takes longer than a thousand calls.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicon is sound"));

/// A call from any bytes: one turn a line, `坐席`, `客户` or nothing before the first `：`, and before
/// that its times in seconds, as in `12-15客户：我的卡被冻结了`.
pub fn call(data: &[u8]) -> Call {
    let text = String::from_utf8_lossy(data);
    let turns = text.split('\n').map(|line| {
        let (head, words) = line.split_once('：').unwrap_or(("", line));
        let name = head.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        let (start, end) = head[..head.len() - name.len()].split_once('-').unwrap_or_default();
        let ms = |seconds: &str| seconds.parse::<u32>().ok().map(|seconds| u64::from(seconds) * 1_000);
        let speaker = match name {
            "坐席" => Speaker::Agent,
            "客户" => Speaker::Customer,
            _ => Speaker::Other,
        };
        let end_ms = ms(end).filter(|end| *end >= ms(start).unwrap_or(0));
        Turn { speaker, start_ms: ms(start), end_ms, text: words.to_owned() }
    });
    let started_at = Some("2026-11-22T21:03:11+08:00".to_owned());
    let (turns, warnings) = (turns.collect(), Vec::new());
    Call { id: "F-0".to_owned(), started_at, direction: None, agent_id: None, team: None, turns, warnings }
}

/// The whole engine over one call.
pub fn score_call(data: &[u8]) {
    scored(&ENGINE, &call(data));
}

/// Scores a call with an engine and checks all that a score promises.
pub fn scored(engine: &Engine, call: &Call) {
    // That the ledger adds up is asserted within, in every build.
    let scored = score::score_call(engine, call);
    assert_eq!(scored, score::score_call(engine, call), "the same call, another score");
    assert!(scored.risk.score <= 100 && scored.distress.score <= 100 && scored.confidence <= 100);
    assert!(scored.empathy.score.is_none_or(|score| score <= 100));
    for line in &scored.ledger {
        let length = line.turn.map_or(0, |turn| call.turns[turn].text.chars().count() as u32);
        for (start, end) in [line.span, line.quote].into_iter().flatten() {
            assert!(start < end && end <= length, "a place outside the turn: {line:?}");
        }
        if let (Some(span), Some(quote)) = (line.span, line.quote) {
            assert!(quote.0 <= span.0 && span.1 <= quote.1, "a quote without its words: {line:?}");
        }
    }
    let origin = Origin { source: Arc::from("夜.jsonl"), line: 1, byte: 0 };
    // The profiles take turns: rendering both would halve what a run gets done.
    let (profile, review) =
        if scored.ledger.len().is_multiple_of(2) { (Profile::Excel, 2) } else { (Profile::Data, 0) };
    let rows = render(engine.lexicon(), call, &origin, &scored, Style { profile, quotes: true });
    let calls = records(&rows.calls, profile);
    assert!(calls.len() == 1 && calls[0].len() == CALL_COLUMNS.len() + review);
    let hits = records(&rows.hits, profile);
    assert_eq!(hits.len(), scored.ledger.len(), "one row a line");
    assert!(hits.iter().all(|row| row.len() == HIT_COLUMNS.len() + review));
}

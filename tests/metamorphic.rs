//! What must hold whatever is said: relations between a call and the same call a little changed.

mod common;

use std::sync::LazyLock;

use common::call_of as call;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tinghu::call::{Call, Speaker, Turn};
use tinghu::context;
use tinghu::engine::Engine;
use tinghu::lexicon::{Kind, Lexicon, List, Stage, builtin_files};
use tinghu::matching::TurnText;
use tinghu::normalise::{fold, mask_turns};
use tinghu::score::{Dimension, Source, score_call};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicons"));

/// Sentences in which something is found: the lexicon's own examples, in both directions.
static SENTENCES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let terms = ENGINE.lexicon().terms.iter();
    terms.flat_map(|term| term.example_hit.iter().chain(&term.example_nohit)).cloned().collect()
});

/// The same cases on every machine and every day.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

prop_compose! {
    /// A call of up to a dozen of the lexicon's sentences, some of them cut or run together.
    fn calls()(
        turns in prop::collection::vec((0..3_usize, any::<prop::sample::Index>(), 0..20_usize), 1..12),
    ) -> Call {
        let speakers = [Speaker::Customer, Speaker::Agent, Speaker::Other];
        call(turns.into_iter().map(|(speaker, at, cut)| {
            let text = at.get(&SENTENCES);
            let kept = if cut < 15 { usize::MAX } else { cut };
            (speakers[speaker], text.chars().take(kept).collect::<String>())
        }))
    }
}

/// What a call's own words weigh for each stage, before caps, rules and wording.
fn stage_evidence(call: &Call) -> Vec<(Stage, u32)> {
    let reading = context::read(&ENGINE, call);
    let weight = |stage: Stage| {
        let of_stage = reading.hits.iter().filter_map(|hit| {
            let term = ENGINE.lexicon().term(hit.term);
            matches!(term.kind, Kind::Stage(own, _) if own == stage)
                .then_some(u32::from(term.weight) * hit.factor / 100)
        });
        of_stage.sum()
    };
    Stage::ALL.iter().map(|&stage| (stage, weight(stage))).collect()
}

/// Turns that say nothing and answer nothing.
const NEUTRAL: &[(Speaker, &str)] = &[
    (Speaker::Agent, "请您稍等一下。"),
    (Speaker::Customer, "今天天气挺冷的。"),
    (Speaker::Agent, "祝您生活愉快。"),
    (Speaker::Customer, "窗外在下雨。"),
    (Speaker::Other, "……"),
];

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn neutral_turns_at_the_end_never_lower_the_evidence(
        call in calls(),
        more in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        let before = stage_evidence(&call);
        let mut longer = call.clone();
        for at in more {
            let (speaker, text) = at.get(NEUTRAL);
            longer.turns.push(Turn { speaker: *speaker, start_ms: None, end_ms: None, text: (*text).to_owned() });
        }
        for ((stage, before), (_, after)) in before.into_iter().zip(stage_evidence(&longer)) {
            prop_assert!(after >= before, "{stage:?}: {before} before, {after} after in {longer:?}");
        }
    }

    #[test]
    fn every_hit_leads_back_to_words_that_fold_to_what_was_matched(call in calls(), dirt in "[ \u{200b}\u{feff}　]{0,2}") {
        // Invisible characters between all others move every offset.
        let mut call = call;
        for turn in &mut call.turns {
            turn.text = turn.text.chars().map(|c| format!("{c}{dirt}")).collect();
        }
        let reading = context::read(&ENGINE, &call);
        for hit in &reading.hits {
            let chars: Vec<char> = call.turns[hit.turn].text.chars().collect();
            prop_assert!(hit.start < hit.end && hit.end as usize <= chars.len(), "{hit:?}");
            let original: String = chars[hit.start as usize..hit.end as usize].iter().collect();
            let text = &reading.turns[hit.turn];
            let (from, to) =
                (text.view.position_of_original(hit.start), text.view.position_of_original(hit.end - 1) + 1);
            let matched: String = text.view.chars()[from..to].iter().collect();
            let seen: String = TurnText::new(&original).view.chars().iter().collect();
            prop_assert_eq!(&seen, &matched);
            let term = ENGINE.lexicon().term(hit.term);
            if let Some(literal) = term.patterns.first().and_then(|pattern| pattern.literal()).filter(|_| hit.matched.as_str() == "exact") {
                prop_assert_eq!(fold(literal), matched);
            }
        }
    }

    /// Any characters at all: nothing panics, offsets are in bounds, folding twice is folding once, and
    /// masking keeps every place.
    #[test]
    fn any_text_is_read(texts in prop::collection::vec("\\PC{0,40}|[安全账户转不没有一二三0-9，。？\u{0}\u{200b}\u{202e}🀄a]{0,40}", 0..6)) {
        let speakers = [Speaker::Customer, Speaker::Agent, Speaker::Other];
        let call = call(texts.into_iter().enumerate().map(|(at, text)| (speakers[at % 3], text)));
        for turn in &call.turns {
            let folded = fold(&turn.text);
            prop_assert_eq!(&fold(&folded), &folded);
            prop_assert_eq!(folded.chars().count(), turn.text.chars().count());
            let view = TurnText::new(&turn.text).view;
            for at in 0..view.chars().len() {
                let (from, to) = view.original(at, at + 1);
                prop_assert_eq!(to, from + 1);
                let original = turn.text.chars().nth(from as usize).expect("in bounds");
                prop_assert_eq!(fold(&original.to_string()).chars().next(), Some(view.chars()[at]));
            }
        }
        let masked = mask_turns(&call.turns);
        for (masked, turn) in masked.iter().zip(&call.turns) {
            prop_assert_eq!(masked.chars().count(), turn.text.chars().count());
        }
        let scored = score_call(&ENGINE, &call);
        for line in &scored.ledger {
            if let (Some(turn), Some((from, to)), Some((start, end))) = (line.turn, line.quote, line.span) {
                let length = call.turns[turn].text.chars().count() as u32;
                prop_assert!(from <= start && start < end && end <= to && to <= length, "{line:?}");
            }
        }
    }
}

/// The engine with one more row in its exceptions.
fn with_exception(phrase: &str, cancels: &str) -> Engine {
    let mut files = builtin_files();
    let table = files.iter_mut().find(|file| file.name == "exceptions.csv").expect("the exceptions");
    let row = format!("\n\"{phrase}\",{cancels},属性测试,\n");
    table.bytes.extend_from_slice(row.as_bytes());
    Engine::new(Lexicon::load(files).expect("a sound lexicon")).expect("an engine")
}

/// An exception that covers a scam term of a call, for every tenth sentence of the scam tables: neither
/// the sum of the hits nor the score of the call rises. Building an engine is dear, so that the calls are
/// chosen and not drawn.
#[test]
fn an_added_exception_never_raises_risk() {
    let scam: Vec<(&str, &str)> = ENGINE
        .lexicon()
        .terms
        .iter()
        .filter(|term| term.list == List::Scam)
        .filter_map(|term| Some((term.id.as_str(), term.example_hit.first()?.as_str())))
        .collect();
    let words = ["验证码", "安全账", "屏幕", "转账", "客服", "贷款", "投资", "公安"];
    let mut cancelled = 0;
    for (round, word) in words.into_iter().enumerate() {
        let own: Vec<&(&str, &str)> = scam.iter().filter(|(_, sentence)| sentence.contains(word)).take(12).collect();
        assert!(own.len() > 1, "{word}");
        let ids: Vec<&str> = own.iter().map(|(id, _)| *id).collect();
        let named = if round % 2 == 0 { "*".to_owned() } else { ids[..ids.len() / 2 + 1].join("｜") };
        let excepting = with_exception(word, &named);
        for at in 0..own.len() {
            let told: Vec<(Speaker, String)> = (0..3)
                .map(|step| (Speaker::Customer, own[(at + step * 5) % own.len()].1.to_owned()))
                .chain([(Speaker::Agent, "您先别转，这是诈骗。".to_owned()), (Speaker::Customer, "好的。".to_owned())])
                .collect();
            let call = call(told);
            let (before, after) = (score_call(&ENGINE, &call), score_call(&excepting, &call));
            let hits = |scored: &tinghu::score::Scored| {
                let lines = scored.ledger.iter().filter(|line| line.dimension == Dimension::Risk);
                lines.filter(|line| line.source == Source::Hit).map(|line| line.points).sum::<i32>()
            };
            assert!(hits(&after) <= hits(&before), "{word} for {named} in {call:?}");
            let (before_score, after_score) = (before.risk.score, after.risk.score);
            assert!(after_score <= before_score, "{before_score} → {after_score}: {word} for {named} in {call:?}");
            cancelled += usize::from(hits(&after) < hits(&before));
        }
    }
    assert!(cancelled > 20, "the exceptions do something: {cancelled}");
}

/// `*` stands for scam terms: what speaks for the customer is not cancelled with them.
#[test]
fn an_exception_for_all_spares_what_is_no_scam_term() {
    let excepting = with_exception("我一听就是骗子直接挂了", "*");
    let refused = call(vec![
        (Speaker::Agent, "您好，请讲。".to_owned()),
        (Speaker::Customer, "有个客服说我开通了百万保障要扣钱，我一听就是骗子直接挂了。".to_owned()),
    ]);
    let frames = |engine: &Engine| context::read(engine, &refused).frames.all().len();
    assert!(frames(&ENGINE) > 0);
    assert_eq!(frames(&excepting), frames(&ENGINE));
}

/// Two runs over the two parts of a night are the run over the whole: every count adds up and every row
/// is the same.
#[test]
fn two_runs_over_the_parts_sum_to_the_run_over_the_whole() {
    let line = |at: usize| {
        let turn = |step: usize| {
            let (speaker, text) = (["customer", "agent"][step % 2], &SENTENCES[(at * 53 + step * 7) % SENTENCES.len()]);
            serde_json::json!({"speaker": speaker, "text": text})
        };
        let call = serde_json::json!({"call_id": format!("S{at}"), "turns": (0..6).map(turn).collect::<Vec<_>>()});
        format!("{call}\n")
    };
    let mut lines: Vec<String> = (0..40).map(line).collect();
    for at in [0, 7, 19] {
        lines.insert(at, format!("{{\"call_id\":\"broken-{at}\",\n"));
    }
    let run = |lines: &[String]| {
        let run = common::score_files(&[("night.jsonl", lines.concat().as_bytes())]);
        let rows = |name: &str| {
            let mut rows = common::rows(run.folder.path(), name);
            for row in &mut rows {
                row.remove("source");
                // Lines and bytes are counted within a file.
                row.remove("line");
                row.remove("byte");
            }
            rows
        };
        let tables = ["calls.csv", "hits.csv", "rejects.csv"].map(rows);
        let counts = run.manifest()["counts"].as_object().expect("counts").clone();
        (counts, tables)
    };
    let (whole, tables) = run(&lines);
    assert_eq!(whole["rejected"], 3);
    for at in [1, lines.len() / 2, lines.len() - 1] {
        let ((first, head), (second, tail)) = (run(&lines[..at]), run(&lines[at..]));
        for (name, count) in &whole {
            let sum = first[name].as_u64().expect("a count") + second[name].as_u64().expect("a count");
            assert_eq!(Some(sum), count.as_u64(), "{name}, parted at {at}");
        }
        for ((head, tail), whole) in head.into_iter().zip(tail).zip(&tables) {
            let joined: Vec<_> = head.into_iter().chain(tail).collect();
            assert_eq!(&joined, whole, "parted at {at}");
        }
    }
}

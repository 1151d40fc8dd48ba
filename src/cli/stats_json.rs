//! What `lexicon stats --format json` shows.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tinghu::call::Speaker;
use tinghu::evaluate::{Precision, Precisions};
use tinghu::lexicon::Lexicon;
use tinghu::stats::{Answer, Fired, Survey, TrialCall, Trials};

/// What people found, and what would have spared their false alarms.
pub struct Reviewed<'a> {
    pub precisions: &'a Precisions,
    pub trials: &'a [Trials],
    pub answers: &'a [(&'a TrialCall, Answer)],
}

/// All of it as one object.
pub fn all(survey: &Survey, lexicon: &Lexicon, reviewed: Option<&Reviewed<'_>>) -> Value {
    let fired: Vec<Value> = survey.fired().into_iter().map(|(id, fired)| term(id, fired)).collect();
    let never: Vec<&str> = survey.never(lexicon).into_iter().map(|term| term.id.as_str()).collect();
    let mut shown = json!({
        "calls": survey.calls,
        "low_risk_calls": survey.ordinary,
        "terms": fired,
        "never": never,
    });
    if let Some(reviewed) = reviewed {
        let Precisions { levels, types, rules, terms } = reviewed.precisions;
        let table = |rows: &[Precision]| rows.iter().map(precision).collect::<Vec<Value>>();
        shown["precision"] =
            json!({ "level": table(levels), "scam_type": table(types), "rule": table(rules), "line": table(terms) });
        let sum = |of: fn(&Trials) -> u64| reviewed.trials.iter().map(of).sum::<u64>();
        shown["without_words"] = sum(|trials| trials.without_words).into();
        shown["moved"] = sum(|trials| trials.moved).into();
        shown["false_alarms"] = reviewed.answers.iter().map(|(alarm, answer)| false_alarm(alarm, answer)).collect();
    }
    shown
}

fn term(id: &str, fired: &Fired) -> Value {
    let stances: BTreeMap<&str, u64> = fired.by_stance.iter().map(|(stance, hits)| (stance.as_str(), *hits)).collect();
    json!({
        "id": id,
        "term": fired.term,
        "dimension": fired.dimension.as_str(),
        "calls": fired.calls,
        "hits": fired.hits,
        "counted": fired.counted,
        "agent_hits": fired.said_by(Speaker::Agent),
        "customer_hits": fired.said_by(Speaker::Customer),
        "other_hits": fired.said_by(Speaker::Other),
        "stances": stances,
        "counted_low_risk_calls": fired.ordinary,
        "partner": fired.partner().map(|partner| json!({ "id": partner.id, "calls": partner.calls })),
    })
}

fn precision(row: &Precision) -> Value {
    let it = &row.verdicts;
    json!({
        "of": row.of,
        "right": it.right,
        "false_alarm": it.false_alarm,
        "missed": it.missed,
        "unsure": it.unsure,
        "precision": it.precision(),
        "interval": it.interval().map(|(low, high)| [low, high]),
    })
}

fn false_alarm(alarm: &TrialCall, answer: &Answer) -> Value {
    let mut shown = json!({
        "call_id": alarm.call.id,
        "risk_score": alarm.score,
        "risk_level": alarm.level.as_str(),
        "proposal": null,
        "rests_on": [],
    });
    match answer {
        Answer::Rows(proposal) => {
            let rows = proposal.rows.iter().map(|row| json!({ "phrase": row.phrase, "cancels": row.cancels }));
            shown["proposal"] = json!({
                "rows": rows.collect::<Vec<_>>(),
                "risk_score": proposal.score,
                "risk_level": proposal.level.as_str(),
                "spared": proposal.spared,
                "lost": proposal.lost,
                "kept": proposal.kept,
            });
        }
        Answer::RestsOn(lines) => {
            shown["rests_on"] = lines.iter().map(|(id, points)| json!({ "id": id, "points": points })).collect();
        }
    }
    shown
}

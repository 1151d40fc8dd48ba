//! `lexicon check`: what loading alone cannot see. Runs every row's own examples and looks for
//! rows that duplicate, shadow or cancel one another.

use std::collections::BTreeMap;

use crate::call::Call;
use crate::context;
use crate::engine::Engine;
use crate::lexicon::{Diagnostic, Exception, Lexicon, List, Severity, Term, Unit};
use crate::matching::{CallText, RawHit, TurnText};

/// All findings about a loaded lexicon, sorted by file and line.
///
/// `today` (`YYYY-MM-DD`) decides which rows have expired; the caller knows the clock.
pub fn check(engine: &Engine, today: &str) -> Vec<Diagnostic> {
    let lexicon = engine.lexicon();
    let mut findings = Vec::new();
    for (index, term) in lexicon.terms.iter().enumerate() {
        examples(engine, index as u32, term, &mut findings);
        if !term.valid_to.is_empty() && term.valid_to.as_str() < today {
            findings.push(warning(
                term,
                "失效",
                "L30",
                format!("{} 已于 {} 失效", term.id, term.valid_to),
                "删去，或改失效日期",
            ));
        }
        if term.example_nohit.is_empty()
            && term.weight >= 15
            && term.patterns.iter().any(|pattern| pattern.min_chars() < 4)
        {
            findings.push(warning(
                term,
                "不应命中",
                "L31",
                format!("{} 很短而权重高，却没有反例", term.id),
                "写一句无辜而相近的话",
            ));
        }
    }
    duplicates(lexicon, &mut findings);
    for exception in &lexicon.exceptions {
        exceptions(lexicon, exception, today, &mut findings);
    }
    findings.sort();
    findings
}

/// Share (percent) of ordinary calls on which a scam term may fire before it is called too broad.
pub(crate) const TOO_BROAD_PERCENT: usize = 2;

/// Scam terms that count on more than two in a hundred of calls known to be ordinary, and on at least two.
pub fn too_broad(engine: &Engine, ordinary: &[Call]) -> Vec<Diagnostic> {
    let mut calls_of_term = vec![0_usize; engine.lexicon().terms.len()];
    for call in ordinary {
        let reading = context::read(engine, call);
        let mut terms: Vec<u32> = reading.hits.iter().filter(|hit| hit.factor > 0).map(|hit| hit.term).collect();
        terms.sort_unstable();
        terms.dedup();
        for term in terms {
            calls_of_term[term as usize] += 1;
        }
    }
    let findings = engine.lexicon().terms.iter().zip(calls_of_term).filter(|(term, calls)| {
        term.list == List::Scam && *calls >= 2 && calls * 100 > ordinary.len() * TOO_BROAD_PERCENT
    });
    findings
        .map(|(term, calls)| {
            let message = format!("{} 在 {} 通普通电话里命中 {calls} 通", term.id, ordinary.len());
            warning(term, "词条", "L38", message, "把词条写得更具体，或加需要语境")
        })
        .collect()
}

/// Runs `应命中` and `不应命中` of one row.
fn examples(engine: &Engine, index: u32, term: &Term, findings: &mut Vec<Diagnostic>) {
    if term.example_hit.is_empty() {
        findings.push(error(term, "应命中", "L32", format!("{} 没有例句", term.id), "写一句客户或坐席真会说的话"));
    }
    for example in &term.example_hit {
        if !hits(engine, term, example).iter().any(|hit| hit.term == index && hit.exception.is_none()) {
            findings.push(error(
                term,
                "应命中",
                "L33",
                format!("{} 没有命中自己的例句「{example}」", term.id),
                "改词条、语境条件或例句",
            ));
        }
    }
    for example in &term.example_nohit {
        if hits(engine, term, example).iter().any(|hit| hit.term == index && hit.exception.is_none()) {
            findings.push(error(
                term,
                "不应命中",
                "L34",
                format!("{} 命中了反例「{example}」", term.id),
                "把词条写得更具体，或加排除语境",
            ));
        }
    }
}

fn hits(engine: &Engine, term: &Term, example: &str) -> Vec<RawHit> {
    let turns = [TurnText::new(example)];
    // An example speaks for the row as long as the row is in force.
    let date = (!term.valid_from.is_empty()).then_some(term.valid_from.as_str());
    let call = CallText::new(&turns);
    engine.with_room(|room| engine.matcher().hits(&turns[0], &call, engine.lexicon(), engine.segmenter(), date, room))
}

/// Rows of one list whose patterns are the same after folding.
fn duplicates(lexicon: &Lexicon, findings: &mut Vec<Diagnostic>) {
    let mut seen = BTreeMap::new();
    for term in &lexicon.terms {
        for pattern in &term.patterns {
            // However the alternatives are bracketed.
            let units: Vec<_> = pattern.units.iter().map(|unit| (*unit == Unit::Amount, unit.literals())).collect();
            let key = (term.list, term.scam_type, term.voice as u8, units, &pattern.gaps);
            if let Some(first) = seen.insert(key, term).filter(|first: &&Term| first.id != term.id) {
                let message = format!("{} 与 {} 的写法相同", term.id, first.id);
                findings.push(warning(term, "词条", "L35", message, "并成一行"));
            }
        }
    }
}

fn exceptions(lexicon: &Lexicon, exception: &Exception, today: &str, findings: &mut Vec<Diagnostic>) {
    let mut finding = |severity, code, message: String, mend: &str| {
        findings.push(Diagnostic {
            file: exception.place.0.clone(),
            line: exception.place.1,
            column: "取消词条".into(),
            severity,
            code,
            message,
            mend: mend.into(),
        });
    };
    for name in &exception.cancels {
        let known = lexicon.terms.iter().any(|term| match name.strip_suffix('*') {
            Some(prefix) => term.id.starts_with(prefix),
            None => term.id == *name,
        });
        if !known {
            finding(Severity::Error, "L36", format!("没有编号为 {name} 的词条"), "改正编号");
        }
    }
    if let Some(phrase) = exception.patterns.first().and_then(|pattern| pattern.literal()) {
        let itself = lexicon.terms.iter().find(|term| {
            exception.names(term) && term.patterns.iter().any(|pattern| pattern.literal() == Some(phrase))
        });
        if let Some(term) = itself {
            finding(
                Severity::Error,
                "L37",
                format!("例外「{phrase}」与词条 {} 相同，词条永远不起作用", term.id),
                "停用词条，或把例外写长",
            );
        }
    }
    if !exception.expires.is_empty() && exception.expires.as_str() < today {
        finding(Severity::Warning, "L30", format!("例外已于 {} 到期", exception.expires), "删去，或改到期日期");
    }
}

fn error(term: &Term, column: &str, code: &'static str, message: String, mend: &str) -> Diagnostic {
    Diagnostic {
        file: term.place.0.clone(),
        line: term.place.1,
        column: column.into(),
        severity: Severity::Error,
        code,
        message,
        mend: mend.into(),
    }
}

fn warning(term: &Term, column: &str, code: &'static str, message: String, mend: &str) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..error(term, column, code, message, mend) }
}

//! `rules.toml`: conditions over hits for what a single term cannot say.

use serde::Deserialize;

use super::LexiconFile;
use super::diagnostic::Diagnostic;
use super::table::fault;
use super::term::Term;
use super::vocabulary::{
    ContextKind, Deed, DistressKind, DutyKind, EmpathyKind, OutcomeKind, ScamType, Stage, TabooKind, VulnerabilityKind,
};
use crate::call::Speaker;

/// What a rule does to the risk score when its conditions hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The score is at least this.
    Floor(u32),
    /// The score is at most this.
    Ceiling(u32),
    /// So many points more.
    Add(u32),
}

/// What a condition looks for among the hits that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// `stage:K`, `stage:K+` (done or going on), `stage:K~` (about to be done, or done).
    Stage(Stage, Deed),
    /// `type:fake_loan`: any hit that is particular to the script.
    Type(ScamType),
    /// `type:*`: any hit that is particular to some script.
    AnyType,
    /// `term:MG-014`.
    Term(String),
    /// `distress:D2`.
    Distress(DistressKind),
    /// `empathy:E6`.
    Empathy(EmpathyKind),
    /// `taboo:N3`.
    Taboo(TabooKind),
    /// `duty:warn`.
    Duty(DutyKind),
    /// `outcome:returned`.
    Outcome(OutcomeKind),
    /// `vulnerability:elderly`.
    Vulnerability(VulnerabilityKind),
    /// `frame:refused`.
    Frame(ContextKind),
}

/// A named rule over the hits of a call.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable identifier, shown in the ledger.
    pub id: String,
    /// What it does.
    pub effect: Effect,
    /// Why, in Chinese, shown in the ledger.
    pub reason: String,
    /// Points that the stages must have earned for a floor to apply; `floor_needs` of the scoring if none.
    pub needs: Option<u32>,
    /// Each must be found.
    pub all: Vec<Selector>,
    /// One must be found, if there are any.
    pub any: Vec<Selector>,
    /// So many distinct ones of these must be found.
    pub at_least: Option<(usize, Vec<Selector>)>,
    /// None may be found.
    pub none: Vec<Selector>,
    /// The members of `all` must come in this order.
    pub in_order: bool,
    /// The members of `all` must lie within so many turns.
    pub within_turns: Option<usize>,
    /// … and within so many seconds, where the call has times.
    pub within_seconds: Option<u64>,
    /// Only hits of this speaker count.
    pub by: Option<Speaker>,
    /// Holds only if the second is absent in the so many turns after the first.
    pub absent_after: Option<(Selector, Selector, usize)>,
    /// Holds only if the selector is found in so many different turns.
    pub repeated: Option<(Selector, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    #[serde(default)]
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    reason: String,
    floor: Option<u32>,
    ceiling: Option<u32>,
    needs: Option<u32>,
    add: Option<u32>,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    at_least: Option<RawAtLeast>,
    #[serde(default)]
    none: Vec<String>,
    #[serde(default)]
    in_order: bool,
    within_turns: Option<usize>,
    within_seconds: Option<u64>,
    by: Option<Speaker>,
    absent_after: Option<RawAbsent>,
    repeated: Option<RawRepeated>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAtLeast {
    n: usize,
    of: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAbsent {
    anchor: String,
    wanted: String,
    turns: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRepeated {
    of: String,
    turns: usize,
}

impl Selector {
    /// Reads `stage:K+` and the like; `None` if a word is unknown.
    pub fn parse(text: &str) -> Option<Selector> {
        let (kind, word) = text.split_once(':')?;
        match kind {
            "stage" => {
                let deed = match word.chars().last()? {
                    '+' => Deed::Done,
                    '~' => Deed::About,
                    _ => Deed::Spoken,
                };
                Stage::parse(word.trim_end_matches(['+', '~'])).map(|stage| Selector::Stage(stage, deed))
            }
            "type" if word == "*" => Some(Selector::AnyType),
            "type" => ScamType::parse(word).map(Selector::Type),
            "term" => Some(Selector::Term(word.to_owned())),
            "distress" => DistressKind::parse(word).map(Selector::Distress),
            "empathy" => EmpathyKind::parse(word).map(Selector::Empathy),
            "taboo" => TabooKind::parse(word).map(Selector::Taboo),
            "duty" => DutyKind::parse(word).map(Selector::Duty),
            "outcome" => OutcomeKind::parse(word).map(Selector::Outcome),
            "vulnerability" => VulnerabilityKind::parse(word).map(Selector::Vulnerability),
            "frame" => ContextKind::parse(word).map(Selector::Frame),
            _ => None,
        }
    }
}

/// Finds and reads `rules.toml`; faults are collected.
pub(super) fn load(files: &[LexiconFile], terms: &[Term], faults: &mut Vec<Diagnostic>) -> Vec<Rule> {
    const NAME: &str = "rules.toml";
    let Some(file) = files.iter().find(|file| file.name == NAME) else {
        faults.push(fault(NAME, 0, "", "L21", "没有 rules.toml", "从内置词库复制一份：tinghu init DIR"));
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&file.bytes);
    let raw = match toml::from_str::<RuleFile>(&text) {
        Ok(raw) => raw,
        Err(error) => {
            let line = error.span().map_or(0, |span| 1 + text[..span.start].matches('\n').count() as u64);
            faults.push(fault(NAME, line, "", "L21", error.message(), "与内置的 rules.toml 对照"));
            return Vec::new();
        }
    };
    let mut rules: Vec<Rule> = Vec::new();
    for raw in raw.rule {
        match understand(raw, terms) {
            Ok(rule) if rules.iter().any(|other| other.id == rule.id) => {
                faults.push(fault(NAME, 0, &rule.id, "L05", "规则编号重复", "换一个编号"));
            }
            Ok(rule) => rules.push(rule),
            Err((id, message)) => faults.push(fault(NAME, 0, &id, "L21", message, "与内置的 rules.toml 对照")),
        }
    }
    rules
}

fn understand(raw: RawRule, terms: &[Term]) -> Result<Rule, (String, String)> {
    let selector = |text: &String| match Selector::parse(text) {
        Some(Selector::Term(id)) if !terms.iter().any(|term| term.id == id) => Err(format!("没有编号为 {id} 的词条")),
        Some(selector) => Ok(selector),
        None => Err(format!("看不懂条件「{text}」")),
    };
    let list = |texts: &[String]| texts.iter().map(selector).collect::<Result<Vec<_>, _>>();
    let build = || {
        let effect = match (raw.floor, raw.ceiling, raw.add) {
            (Some(points), None, None) if points <= 100 => Effect::Floor(points),
            (None, Some(points), None) if points <= 100 => Effect::Ceiling(points),
            (None, None, Some(points)) if points <= 100 => Effect::Add(points),
            _ => return Err("floor、ceiling、add 三者写一个，0 到 100".to_owned()),
        };
        Ok(Rule {
            id: raw.id.clone(),
            effect,
            reason: raw.reason.clone(),
            needs: raw.needs,
            all: list(&raw.all)?,
            any: list(&raw.any)?,
            at_least: raw
                .at_least
                .as_ref()
                .map(|at_least| Ok::<_, String>((at_least.n, list(&at_least.of)?)))
                .transpose()?,
            none: list(&raw.none)?,
            in_order: raw.in_order,
            within_turns: raw.within_turns,
            within_seconds: raw.within_seconds,
            by: raw.by,
            absent_after: raw
                .absent_after
                .as_ref()
                .map(|absent| Ok::<_, String>((selector(&absent.anchor)?, selector(&absent.wanted)?, absent.turns)))
                .transpose()?,
            repeated: raw
                .repeated
                .as_ref()
                .map(|repeated| Ok::<_, String>((selector(&repeated.of)?, repeated.turns)))
                .transpose()?,
        })
    };
    build().map_err(|message| (raw.id.clone(), message))
}

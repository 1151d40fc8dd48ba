//! The night in numbers, as the page shows it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Night;
use crate::morning::agents::ENOUGH;
use crate::morning::figures::Figures;
use crate::score::{Band, Dimension, DistressLevel, RiskLevel};
use crate::write::AgentRow;

/// Most rows of agents and terms that the page lists.
const ROWS: usize = 200;
const TERMS: usize = 30;

/// A word and a count.
type Bars = Vec<(&'static str, u64)>;

/// What stands above the list of calls.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    engine_version: String,
    lexicon_version: String,
    read: u64,
    scored: u64,
    rejected: u64,
    skipped: u64,
    from: String,
    to: String,
    /// Calls to review, and how many of them the page carries.
    to_review: u64,
    shown: u64,
    has_conversations: bool,
    /// The ledgers, in the order in which lines name them.
    dimensions: Vec<&'static str>,
    now: Counts,
    before: Option<Counts>,
    enough: u64,
    teams: Vec<Group>,
    agents: Vec<Group>,
    /// Agents with enough calls, listed or not.
    agents_enough: u64,
    /// Id, term, dimension, calls, hits.
    terms: Vec<(String, String, &'static str, u64, u64)>,
}

/// What can be compared between two nights.
#[derive(Debug, Serialize)]
struct Counts {
    calls: u64,
    risk: Bars,
    scam_types: Bars,
    phases: Bars,
    missed: u64,
    distress: Bars,
    distress_kinds: Bars,
    trends: Bars,
    self_harm: u64,
    care: Bars,
    care_tens: [u64; 10],
    care_due: u64,
    mean_care: String,
    taboo: u64,
    reasons: Bars,
    review: u64,
}

/// An agent or a team: id, team, calls, high risk, missed, median warning seconds, care due, mean care, answered
/// share, taboo in a hundred; as texts, empty where too few calls would speak.
#[derive(Debug, Serialize)]
struct Group(String, String, u64, u64, u64, String, u64, String, String, String);

impl Overview {
    /// Of a night whose page carries so many calls.
    pub fn of(night: &Night<'_>, shown: u64, has_conversations: bool) -> Overview {
        let manifest = night.run.manifest();
        let counts = &manifest.counts;
        let (from, to) = night.figures.span.clone().unwrap_or_default();
        let enough = |row: &AgentRow| row.calls >= ENOUGH;
        let agents: Vec<Group> = night.agents.rows().filter(enough).map(group).collect();
        Overview {
            engine_version: manifest.engine_version.clone(),
            lexicon_version: manifest.lexicon_version.clone(),
            read: counts.read,
            scored: counts.scored,
            rejected: counts.rejected,
            skipped: counts.skipped,
            from,
            to,
            to_review: night.review.offered(),
            shown,
            has_conversations,
            dimensions: Dimension::ALL.iter().map(|dimension| dimension.zh()).collect(),
            now: counts_of(night.figures),
            before: night.before.map(counts_of),
            enough: ENOUGH,
            teams: night.figures.teams.rows().filter(enough).take(ROWS).map(group).collect(),
            agents_enough: agents.len() as u64,
            agents: busiest(agents),
            terms: night
                .terms
                .busiest(TERMS)
                .into_iter()
                .map(|term| (term.id.clone(), term.term.clone(), term.dimension.zh(), term.calls, term.hits))
                .collect(),
        }
    }
}

/// The agents with most missed scams first, then by calls: those are looked for.
fn busiest(mut agents: Vec<Group>) -> Vec<Group> {
    agents.sort_by(|a, b| (b.4, b.2, &a.1, &a.0).cmp(&(a.4, a.2, &b.1, &b.0)));
    agents.truncate(ROWS);
    agents
}

fn group(row: AgentRow) -> Group {
    let shown = |figure: Option<crate::write::Decimal>| figure.map_or(String::new(), |figure| figure.to_string());
    Group(
        row.agent_id,
        row.team,
        row.calls,
        row.high_risk_calls,
        row.missed_scams,
        shown(row.median_warning_latency_s),
        row.empathy_due_calls,
        shown(row.mean_empathy),
        shown(row.answered_share),
        shown(row.taboo_per_100_calls),
    )
}

fn counts_of(figures: &Figures) -> Counts {
    let all_risk = RiskLevel::ALL.iter().rev();
    let all_distress = DistressLevel::ALL.iter().rev();
    let bands = Band::ALL.iter().filter(|band| **band != Band::NotDue);
    Counts {
        calls: figures.calls,
        risk: all_risk.map(|level| (level.zh(), figures.risk.get(level).copied().unwrap_or(0))).collect(),
        scam_types: most_first(&figures.scam_types, |kind| kind.map_or("看不出类型", |kind| kind.zh())),
        phases: figures.phases.iter().map(|(phase, calls)| (phase.zh(), *calls)).collect(),
        missed: figures.missed_scams,
        distress: all_distress.map(|level| (level.zh(), figures.distress.get(level).copied().unwrap_or(0))).collect(),
        distress_kinds: most_first(&figures.distress_kinds, |kind| kind.zh()),
        trends: figures.trends.iter().map(|(trend, calls)| (trend.zh(), *calls)).collect(),
        self_harm: figures.self_harm,
        care: bands.map(|band| (band.zh(), figures.care.get(band).copied().unwrap_or(0))).collect(),
        care_tens: figures.care_tens,
        care_due: figures.care_due(),
        mean_care: figures.mean_care().map_or(String::new(), |mean| mean.to_string()),
        taboo: figures.taboo,
        reasons: most_first(&figures.review_reasons, |reason| reason.zh()),
        review: figures.to_review(),
    }
}

fn most_first<K: Copy + Ord>(counts: &BTreeMap<K, u64>, word: impl Fn(K) -> &'static str) -> Bars {
    let mut bars: Vec<(K, u64)> = counts.iter().map(|(key, calls)| (*key, *calls)).collect();
    bars.sort_by_key(|(key, calls)| (std::cmp::Reverse(*calls), *key));
    bars.into_iter().map(|(key, calls)| (word(key), calls)).collect()
}

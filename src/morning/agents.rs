//! The figures of the agents, gathered call by call.

use std::collections::BTreeMap;

use crate::run::CallRow;
use crate::score::RiskLevel;
use crate::write::{AgentRow, Decimal};

/// Calls from which on a figure is shown: of fewer, chance says more than the agent does.
pub const ENOUGH: u64 = 10;

/// Agents that are told apart. A night with more has something else in the column; its further ones share a row.
const AGENTS: usize = 50_000;
/// The row of the agents beyond.
const OTHERS: &str = "（其余）";

/// Gathers the figures of agents (in a team), teams, or any other group of calls.
#[derive(Debug, Default)]
pub struct AgentTally {
    /// By team, then staff number: the order of the rows.
    groups: BTreeMap<(String, String), Group>,
}

/// What is counted for one row.
#[derive(Debug, Default)]
struct Group {
    calls: u64,
    high_risk: u64,
    missed: u64,
    /// How many calls had a warning after so many seconds.
    latencies: BTreeMap<u64, u64>,
    due: u64,
    empathy: u128,
    episodes: u128,
    answered: u128,
    taboo: u128,
}

impl AgentTally {
    /// Counts a call for its agent and team.
    pub fn add(&mut self, call: &CallRow) {
        self.count(call, &call.agent_id);
    }

    /// Counts a call for its team as a whole.
    pub fn add_to_team(&mut self, call: &CallRow) {
        self.count(call, "");
    }

    fn count(&mut self, call: &CallRow, agent_id: &str) {
        let key = (call.team.clone(), agent_id.to_owned());
        let known = self.groups.len() < AGENTS || self.groups.contains_key(&key);
        let key = if known { key } else { (OTHERS.to_owned(), OTHERS.to_owned()) };
        self.groups.entry(key).or_default().add(call);
    }

    /// One row for each, by team and then by staff number.
    pub fn rows(&self) -> impl Iterator<Item = AgentRow> + '_ {
        self.groups.iter().map(|((team, agent_id), group)| group.row(agent_id, team))
    }
}

impl Group {
    fn add(&mut self, call: &CallRow) {
        self.calls += 1;
        self.high_risk += u64::from(call.risk_level == RiskLevel::High);
        self.missed += u64::from(call.is_missed_scam());
        if let Some(seconds) = call.warning_latency_s {
            *self.latencies.entry(seconds).or_default() += 1;
        }
        if call.is_care_due() {
            self.due += 1;
            self.empathy += u128::from(call.empathy_score.unwrap_or(0));
            self.episodes += u128::from(call.episodes);
            self.answered += u128::from(call.episodes_answered);
        }
        self.taboo += u128::from(call.taboo_count);
    }

    fn row(&self, agent_id: &str, team: &str) -> AgentRow {
        let latency_calls = self.latencies.values().sum();
        let figure = |cases: u64, of: u128, by: u128, places| {
            Some(cases).filter(|cases| *cases >= ENOUGH).and_then(|_| Decimal::ratio(of, by, places))
        };
        AgentRow {
            agent_id: agent_id.to_owned(),
            team: team.to_owned(),
            calls: self.calls,
            high_risk_calls: self.high_risk,
            missed_scams: self.missed,
            latency_calls,
            median_warning_latency_s: figure(latency_calls, self.middle_two(latency_calls), 2, 1),
            empathy_due_calls: self.due,
            mean_empathy: figure(self.due, self.empathy, u128::from(self.due), 1),
            answered_share: figure(self.due, self.answered, self.episodes, 2),
            taboo_per_100_calls: figure(self.calls, self.taboo * 100, u128::from(self.calls), 1),
        }
    }

    /// The sum of the two values in the middle of the latencies; of an odd number, twice the one.
    fn middle_two(&self, count: u64) -> u128 {
        let at = |place: u64| {
            let mut before = 0;
            let reaches = |calls: &u64| {
                before += calls;
                before > place
            };
            let mut reaches = reaches;
            self.latencies.iter().find(|(_, calls)| reaches(calls)).map_or(0, |(seconds, _)| u128::from(*seconds))
        };
        at(count.saturating_sub(1) / 2) + at(count / 2)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::row;
    use crate::score::Band;

    /// Twelve calls of one agent, so that every figure can be counted on paper.
    fn twelve() -> Vec<CallRow> {
        let call = |index: usize| {
            let high = index < 4;
            CallRow {
                risk_level: if high { RiskLevel::High } else { RiskLevel::Low },
                agent_warned: index != 3,
                // 10 of them: 5, 10, …, 50.
                warning_latency_s: (index < 10).then_some(5 * (index as u64 + 1)),
                empathy_level: if index < 10 { Band::Fair } else { Band::NotDue },
                empathy_score: (index < 10).then_some(40 + index as u8),
                episodes: if index < 10 { 2 } else { 0 },
                episodes_answered: if index < 10 { 1 + (index % 2) as u64 } else { 0 },
                taboo_count: index.is_multiple_of(4).into(),
                ..row("A")
            }
        };
        (0..12).map(call).collect()
    }

    fn only(calls: &[CallRow]) -> AgentRow {
        let mut tally = AgentTally::default();
        calls.iter().for_each(|call| tally.add(call));
        let rows: Vec<AgentRow> = tally.rows().collect();
        assert_eq!(rows.len(), 1);
        rows.into_iter().next().expect("a row")
    }

    #[test]
    fn every_figure_is_that_counted_on_paper() {
        let shown = |number: Option<Decimal>| number.map_or(String::new(), |number| number.to_string());
        let agent = only(&twelve());
        assert_eq!((agent.agent_id.as_str(), agent.team.as_str()), ("2290", "甲组"));
        assert_eq!((agent.calls, agent.high_risk_calls, agent.missed_scams), (12, 4, 1));
        // 5, 10, … 50: half-way between 25 and 30.
        assert_eq!((agent.latency_calls, shown(agent.median_warning_latency_s).as_str()), (10, "27.5"));
        // (40 + … + 49) / 10.
        assert_eq!((agent.empathy_due_calls, shown(agent.mean_empathy).as_str()), (10, "44.5"));
        // 15 of 20 episodes; 3 failings in 12 calls.
        assert_eq!((shown(agent.answered_share).as_str(), shown(agent.taboo_per_100_calls).as_str()), ("0.75", "25.0"));
        // An odd number of latencies, some of them equal: 1, 7 × 3, 9 × 7.
        let seconds = [9, 7, 9, 1, 9, 7, 9, 9, 7, 9, 9];
        let calls: Vec<CallRow> = seconds.map(|s| CallRow { warning_latency_s: Some(s), ..row("B") }).into();
        assert_eq!(shown(only(&calls).median_warning_latency_s), "9.0");
    }

    #[test]
    fn what_rests_on_fewer_than_ten_calls_is_blank() {
        let calls = twelve();
        let row = only(&calls[1..]);
        // Eleven calls, nine with a latency, nine in which care was due.
        assert_eq!((row.calls, row.latency_calls, row.empathy_due_calls), (11, 9, 9));
        assert_eq!((row.median_warning_latency_s, row.mean_empathy, row.answered_share), (None, None, None));
        assert!(row.taboo_per_100_calls.is_some());
        let row = only(&calls[..9]);
        assert_eq!((row.calls, row.high_risk_calls, row.missed_scams, row.taboo_per_100_calls), (9, 4, 1, None));
    }

    #[test]
    fn rows_go_by_team_and_staff_number_and_are_bounded() {
        let mut tally = AgentTally::default();
        for (team, agent) in [("乙组", "1"), ("甲组", "2"), ("乙组", "0"), ("", ""), ("甲组", "2")] {
            tally.add(&CallRow { team: team.into(), agent_id: agent.into(), ..row("A") });
        }
        let rows: Vec<(String, String, u64)> = tally.rows().map(|row| (row.team, row.agent_id, row.calls)).collect();
        let expected = [("", "", 1), ("乙组", "0", 1), ("乙组", "1", 1), ("甲组", "2", 2)];
        assert_eq!(rows, expected.map(|(team, agent, calls)| (team.to_owned(), agent.to_owned(), calls)));
        for agent in 0..AGENTS + 10 {
            tally.add(&CallRow { agent_id: format!("x{agent}"), ..row("A") });
        }
        assert_eq!(tally.rows().count(), AGENTS + 1);
        assert_eq!(tally.rows().map(|row| row.calls).sum::<u64>() as usize, AGENTS + 15);
        assert!(tally.rows().any(|row| row.agent_id == OTHERS && row.calls == 14));
    }
}

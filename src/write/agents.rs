//! `agents.csv`: one row per agent and team.

use std::fmt;

use super::Column;
use super::cell::Style;

/// The columns, in order.
pub const AGENT_COLUMNS: &[Column] = &[
    ("agent_id", "坐席工号"),
    ("team", "班组"),
    ("calls", "通话数"),
    ("high_risk_calls", "高风险通话数"),
    ("missed_scams", "高风险未警示数"),
    ("latency_calls", "有警示用时通话数"),
    ("median_warning_latency_s", "警示用时中位秒"),
    ("empathy_due_calls", "应共情通话数"),
    ("mean_empathy", "共情均分"),
    ("answered_share", "情绪已回应占比"),
    ("taboo_per_100_calls", "每百通禁语数"),
];

/// What is known of one agent in one team. What rests on fewer than ten calls is `None`: it would say more of chance
/// than of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    /// Staff number as in `calls.csv`; empty where the calls do not say.
    pub agent_id: String,
    /// Team as in `calls.csv`; empty where the calls do not say.
    pub team: String,
    /// Calls.
    pub calls: u64,
    /// Calls at high risk.
    pub high_risk_calls: u64,
    /// Calls at high risk without a warning by the agent.
    pub missed_scams: u64,
    /// Calls in which it is known how long the warning took.
    pub latency_calls: u64,
    /// Median over those of the seconds from the first evidence to the warning.
    pub median_warning_latency_s: Option<Decimal>,
    /// Calls in which care was due.
    pub empathy_due_calls: u64,
    /// Mean empathy score over those.
    pub mean_empathy: Option<Decimal>,
    /// Of the episodes of distress in those the share that was answered, 0 to 1.
    pub answered_share: Option<Decimal>,
    /// Forbidden or failing phrases in a hundred calls.
    pub taboo_per_100_calls: Option<Decimal>,
}

/// A number with few decimals, exact: no floating point decides a last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: u128,
    places: u32,
}

impl Decimal {
    /// A quotient, rounded half up to so many decimals; `None` for a division by nothing.
    pub fn ratio(of: u128, by: u128, places: u32) -> Option<Decimal> {
        let scaled = of * 10_u128.pow(places);
        (by > 0).then(|| Decimal { units: (scaled * 2 + by) / (by * 2), places })
    }

    /// For drawing and for cells that are numbers.
    pub fn to_f64(self) -> f64 {
        self.units as f64 / 10_f64.powi(self.places as i32)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = 10_u128.pow(self.places);
        write!(f, "{}.{:0width$}", self.units / one, self.units % one, width = self.places as usize)
    }
}

/// Renders the row of one agent.
pub fn render_agent(agent: &AgentRow, style: Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut row = style.row(&mut bytes);
    let mut text = String::new();
    let mut shown = |number: Option<Decimal>| {
        text = number.map_or(String::new(), |number| number.to_string());
        text.clone()
    };
    row.id(&agent.agent_id);
    row.id(&agent.team);
    row.number(Some(agent.calls));
    row.number(Some(agent.high_risk_calls));
    row.number(Some(agent.missed_scams));
    row.number(Some(agent.latency_calls));
    row.plain(&shown(agent.median_warning_latency_s));
    row.number(Some(agent.empathy_due_calls));
    row.plain(&shown(agent.mean_empathy));
    row.plain(&shown(agent.answered_share));
    row.plain(&shown(agent.taboo_per_100_calls));
    row.finish();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_half_up() {
        let shown = |of, by, places| Decimal::ratio(of, by, places).map(|number| number.to_string());
        assert_eq!(shown(2, 3, 2).as_deref(), Some("0.67"));
        assert_eq!(shown(1, 8, 2).as_deref(), Some("0.13"));
        assert_eq!(shown(205, 10, 1).as_deref(), Some("20.5"));
        assert_eq!(shown(0, 7, 1).as_deref(), Some("0.0"));
        assert_eq!(shown(1, 0, 1), None);
        assert_eq!(Decimal::ratio(5, 4, 2).map(Decimal::to_f64), Some(1.25));
    }
}

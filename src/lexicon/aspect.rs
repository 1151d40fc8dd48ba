//! The questions that learnt wording helps to answer, and where their weights are written.

use super::vocabulary::{Phase, ScamType};
use crate::call::Speaker;

/// A question that wording helps to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// How much the call sounds like one with a scam in it.
    Risk,
    /// How distressed the customer sounds.
    Distress,
    /// How well the agent cares.
    Care,
    /// Whether the agent warns.
    Warned,
    /// Whether the agent uses words that a bank forbids.
    Taboo,
    /// Whether the customer hints at not wanting to live.
    SelfHarm,
    /// Whether it is this script.
    Type(ScamType),
    /// Whether it has come this far.
    Phase(Phase),
}

impl Aspect {
    pub(super) const SINGLE: [Aspect; 6] =
        [Aspect::Risk, Aspect::Distress, Aspect::Care, Aspect::Warned, Aspect::Taboo, Aspect::SelfHarm];

    /// How many have a column of their own; they come first in the order of [`Aspect::index`].
    pub const SINGLES: usize = Aspect::SINGLE.len();

    /// How many there are.
    pub const COUNT: usize = Aspect::SINGLES + ScamType::ALL.len() + Phase::ALL.len();

    /// All of them, in the order of [`Aspect::index`].
    pub fn all() -> impl Iterator<Item = Aspect> {
        let types = ScamType::ALL.iter().copied().map(Aspect::Type);
        Aspect::SINGLE.into_iter().chain(types).chain(Phase::ALL.iter().copied().map(Aspect::Phase))
    }

    /// Its place, from 0.
    pub fn index(self) -> usize {
        match self {
            Aspect::Risk => 0,
            Aspect::Distress => 1,
            Aspect::Care => 2,
            Aspect::Warned => 3,
            Aspect::Taboo => 4,
            Aspect::SelfHarm => 5,
            Aspect::Type(kind) => Aspect::SINGLE.len() + kind as usize,
            Aspect::Phase(phase) => Aspect::SINGLE.len() + ScamType::ALL.len() + phase as usize,
        }
    }

    /// Whose words answer it. How an agent reacts tells much of what the customer brings; care is not
    /// judged by what the customer suffers.
    pub fn heard(self) -> &'static [Speaker] {
        match self {
            Aspect::Risk | Aspect::Distress | Aspect::SelfHarm | Aspect::Phase(_) => {
                &[Speaker::Customer, Speaker::Agent]
            }
            Aspect::Type(_) => &[Speaker::Customer],
            Aspect::Care | Aspect::Warned | Aspect::Taboo => &[Speaker::Agent],
        }
    }

    /// The column of the table that holds its weights.
    pub fn column(self) -> &'static str {
        match self {
            Aspect::Risk => "风险",
            Aspect::Distress => "情绪",
            Aspect::Care => "关怀",
            Aspect::Warned => "警示",
            Aspect::Taboo => "失当",
            Aspect::SelfHarm => "自伤",
            Aspect::Type(_) => "类型",
            Aspect::Phase(_) => "阶段",
        }
    }

    /// Its name within the column, for the columns that hold several.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Aspect::Type(kind) => Some(kind.as_str()),
            Aspect::Phase(phase) => Some(phase.as_str()),
            _ => None,
        }
    }
}

/// The columns of the table that hold weights, in order.
pub const COLUMNS: [&str; 8] = ["风险", "情绪", "关怀", "警示", "失当", "自伤", "类型", "阶段"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_aspect_has_its_place() {
        let places: Vec<usize> = Aspect::all().map(Aspect::index).collect();
        assert_eq!(places, (0..Aspect::COUNT).collect::<Vec<_>>());
        assert!(Aspect::all().all(|aspect| COLUMNS.contains(&aspect.column())));
    }
}

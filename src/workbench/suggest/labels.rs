//! Which calls are confirmed and which are ordinary, whoever said so.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::Expected;
use crate::lexicon::ScamType;

/// What people found out about calls. Calls in neither list are part of the background only.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Identifiers of calls with a confirmed scam, and its script where it is known.
    pub confirmed: BTreeMap<String, Option<ScamType>>,
    /// Identifiers of calls known to be ordinary.
    pub ordinary: BTreeSet<String>,
}

/// What is known of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A scam, of this script where it is known.
    Confirmed(Option<ScamType>),
    /// No scam.
    Ordinary,
    /// Not known.
    Unknown,
}

impl Labels {
    /// From labelled calls: high risk is confirmed, low risk ordinary, medium is neither.
    pub fn of(expected: &BTreeMap<String, Expected>) -> Labels {
        let mut labels = Labels::default();
        for (id, label) in expected {
            match label.risk.as_str() {
                "high" => {
                    labels.confirmed.insert(id.clone(), ScamType::parse(&label.scam_type));
                }
                "low" => {
                    labels.ordinary.insert(id.clone());
                }
                _ => {}
            }
        }
        labels
    }

    /// What is known of a call.
    pub fn class(&self, id: &str) -> Class {
        match self.confirmed.get(id) {
            Some(kind) => Class::Confirmed(*kind),
            None if self.ordinary.contains(id) => Class::Ordinary,
            None => Class::Unknown,
        }
    }
}

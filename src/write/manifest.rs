//! `run.json`: what was run on what, written last; its presence means that the run is complete.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cell::Profile;
use crate::text::escape_json;

/// How many calls went where. `read = scored + rejected + skipped`, asserted for every run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Calls (or faults that stood for a call) met in the input.
    pub read: u64,
    /// Calls scored.
    pub scored: u64,
    /// Calls rejected.
    pub rejected: u64,
    /// Calls passed over. A resumed run takes over what the interrupted one counted, so it passes over none.
    pub skipped: u64,
    /// Calls at high risk.
    pub high_risk: u64,
    /// Calls at medium risk.
    pub medium_risk: u64,
    /// Calls with distress of medium or higher.
    pub distressed: u64,
    /// Calls with a hint at self-harm.
    pub self_harm: u64,
    /// Calls that a person should look at.
    pub needs_review: u64,
    /// Calls at high risk in which the agent gave no warning.
    #[serde(default)]
    pub missed_scams: u64,
    /// Calls in which the customer's distress called for care.
    #[serde(default)]
    pub care_due: u64,
}

impl Counts {
    /// Adds other counts.
    pub(crate) fn add(&mut self, other: &Counts) {
        let Counts { read, scored, rejected, skipped, high_risk, medium_risk, distressed, self_harm, .. } = other;
        let Counts { needs_review, missed_scams, care_due, .. } = other;
        self.read += read;
        self.scored += scored;
        self.rejected += rejected;
        self.skipped += skipped;
        self.high_risk += high_risk;
        self.medium_risk += medium_risk;
        self.distressed += distressed;
        self.self_harm += self_harm;
        self.needs_review += needs_review;
        self.missed_scams += missed_scams;
        self.care_due += care_due;
    }
}

/// One input as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// Name as given.
    pub source: String,
    /// Bytes read, before decompression.
    pub bytes: u64,
    /// BLAKE3 of those bytes, hexadecimal.
    pub blake3: String,
    /// The encoding decided on, where there was text.
    pub encoding: Option<String>,
}

/// When, and how long.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Timings {
    /// Start of the run, RFC 3339.
    pub started_at: String,
    /// Milliseconds from the start until all files were made.
    pub elapsed_ms: u64,
    /// Calls per second over that time.
    pub calls_per_s: u64,
    /// Calls taken over from an interrupted run.
    pub resumed: u64,
}

/// The whole manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the program.
    pub engine_version: String,
    /// Version of the lexicons.
    pub lexicon_version: String,
    /// Hash of the lexicon files.
    pub lexicon_blake3: String,
    /// Hash of the settings that shape the outputs.
    pub settings_blake3: String,
    /// Profile of the outputs.
    pub profile: Profile,
    /// Inputs in reading order.
    pub inputs: Vec<InputRecord>,
    /// Files in the input folders that were not read, with the reason.
    pub not_read: Vec<(String, String)>,
    /// Where the calls went.
    pub counts: Counts,
    /// BLAKE3 of each output file, by name.
    pub outputs: BTreeMap<String, String>,
    /// The only part that differs between two runs over the same input.
    pub timings: Timings,
}

impl Manifest {
    /// The bytes of `run.json`: a terminal that shows them obeys nothing in a file name.
    pub fn to_json(&self) -> Vec<u8> {
        let json = serde_json::to_string_pretty(self).unwrap_or_default();
        let mut safe = escape_json(&json);
        safe.push('\n');
        safe.into_bytes()
    }
}

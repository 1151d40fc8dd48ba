//! `calls.csv` read back.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::error::ReadRunError;
use super::table::Table;
use crate::call::{Direction, InputWarning};
use crate::lexicon::{DistressKind, DutyKind, OutcomeKind, Phase, ScamType, Stage, VulnerabilityKind};
use crate::score::{Band, DistressLevel, ReviewReason, RiskLevel, Trend};
use crate::write::{CALL_COLUMNS, Profile};

/// A row of `calls.csv`: one field for each column, in their order. Turns count from 1; texts are empty where the
/// call did not say, and masked like the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the fields are the columns of calls.csv; docs/ and the sheet 说明 tell what each means"
)]
pub struct CallRow {
    pub call_id: String,
    pub started_at: String,
    pub direction: Option<Direction>,
    pub agent_id: String,
    pub team: String,
    pub duration_s: Option<u64>,
    pub turns: u64,
    pub agent_turns: u64,
    pub customer_turns: u64,
    pub risk_score: u8,
    pub risk_level: RiskLevel,
    pub scam_type: Option<ScamType>,
    pub scam_type_2: Option<ScamType>,
    pub phase: Phase,
    pub stages: Vec<Stage>,
    pub risk_reason: String,
    pub first_evidence_turn: Option<u64>,
    pub agent_warned: bool,
    pub first_warning_turn: Option<u64>,
    pub warning_latency_s: Option<u64>,
    pub duty_steps: Vec<DutyKind>,
    pub protective_actions: Vec<DutyKind>,
    pub police_advised: bool,
    pub tips_given: u64,
    pub distress_score: u8,
    pub distress_level: DistressLevel,
    pub distress_kinds: Vec<DistressKind>,
    pub distress_first_turn: Option<u64>,
    pub distress_trend: Option<Trend>,
    pub self_harm: bool,
    pub vulnerability: Vec<VulnerabilityKind>,
    pub empathy_score: Option<u8>,
    pub empathy_level: Band,
    pub episodes: u64,
    pub episodes_answered: u64,
    pub response_latency_turns: Option<u64>,
    pub empathy_strengths: String,
    pub empathy_gaps: String,
    pub taboo_count: u64,
    pub template_repeats: u64,
    pub interruptions: u64,
    pub outcome: Vec<OutcomeKind>,
    pub needs_review: bool,
    pub review_priority: Option<u8>,
    pub review_reasons: Vec<ReviewReason>,
    pub confidence: u8,
    pub input_warnings: Vec<InputWarning>,
    pub top_evidence: String,
    pub source: String,
    pub lexicon_version: String,
    pub engine_version: String,
}

impl CallRow {
    /// A scam that the agent did not see: high risk, and no warning.
    pub fn is_missed_scam(&self) -> bool {
        self.risk_level == RiskLevel::High && !self.agent_warned
    }

    /// Whether the customer's distress called for care.
    pub fn is_care_due(&self) -> bool {
        self.empathy_level != Band::NotDue
    }
}

/// `calls.csv`, read row by row.
#[derive(Debug)]
pub struct Calls<R>(Table<R>);

impl Calls<File> {
    /// Opens the file.
    ///
    /// # Errors
    /// When it cannot be opened, or a column is missing.
    pub fn open(path: &Path) -> Result<Self, ReadRunError> {
        Table::open(path, CALL_COLUMNS).map(Calls)
    }
}

impl<R: Read> Calls<R> {
    /// Reads from anywhere; `path` is what messages name.
    ///
    /// # Errors
    /// When the header cannot be read, or a column is missing.
    pub fn new(source: R, path: &Path) -> Result<Self, ReadRunError> {
        Table::new(source, path, CALL_COLUMNS).map(Calls)
    }

    /// For whom the table was written.
    pub fn profile(&self) -> Profile {
        self.0.profile()
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// On what this program does not write.
    pub fn read(&mut self) -> Result<Option<CallRow>, ReadRunError> {
        if !self.0.advance()? {
            return Ok(None);
        }
        let mut cells = self.0.cells();
        let none_or_scam = |word: &str| match word {
            "none" => Some(None),
            word => ScamType::parse(word).map(Some),
        };
        // The order of the columns.
        Ok(Some(CallRow {
            call_id: cells.id()?.to_owned(),
            started_at: cells.id()?.to_owned(),
            direction: cells.maybe(Direction::parse)?,
            agent_id: cells.id()?.to_owned(),
            team: cells.id()?.to_owned(),
            duration_s: cells.maybe_number()?,
            turns: cells.number()?,
            agent_turns: cells.number()?,
            customer_turns: cells.number()?,
            risk_score: cells.number()?,
            risk_level: cells.of(RiskLevel::parse)?,
            scam_type: cells.of(none_or_scam)?,
            scam_type_2: cells.maybe(ScamType::parse)?,
            phase: cells.of(Phase::parse)?,
            stages: cells.words('>', Stage::parse)?,
            risk_reason: cells.text()?.to_owned(),
            first_evidence_turn: cells.maybe_number()?,
            agent_warned: cells.boolean()?,
            first_warning_turn: cells.maybe_number()?,
            warning_latency_s: cells.maybe_number()?,
            duty_steps: cells.words('>', DutyKind::parse)?,
            protective_actions: cells.words(';', DutyKind::parse)?,
            police_advised: cells.boolean()?,
            tips_given: cells.number()?,
            distress_score: cells.number()?,
            distress_level: cells.of(DistressLevel::parse)?,
            distress_kinds: cells.words(';', DistressKind::parse)?,
            distress_first_turn: cells.maybe_number()?,
            distress_trend: cells.maybe(Trend::parse)?,
            self_harm: cells.boolean()?,
            vulnerability: cells.words(';', VulnerabilityKind::parse)?,
            empathy_score: cells.maybe_number()?,
            empathy_level: cells.of(Band::parse)?,
            episodes: cells.number()?,
            episodes_answered: cells.number()?,
            response_latency_turns: cells.maybe_number()?,
            empathy_strengths: cells.text()?.to_owned(),
            empathy_gaps: cells.text()?.to_owned(),
            taboo_count: cells.number()?,
            template_repeats: cells.number()?,
            interruptions: cells.number()?,
            outcome: cells.words(';', OutcomeKind::parse)?,
            needs_review: cells.boolean()?,
            review_priority: cells.maybe_number()?,
            review_reasons: cells.words(';', ReviewReason::parse)?,
            confidence: cells.number()?,
            input_warnings: cells.words(';', InputWarning::parse)?,
            top_evidence: cells.text()?.to_owned(),
            source: cells.text()?.to_owned(),
            lexicon_version: cells.text()?.to_owned(),
            engine_version: cells.text()?.to_owned(),
        }))
    }
}

/// A row for tests, of a quiet call.
#[cfg(test)]
pub(crate) fn row(call_id: &str) -> CallRow {
    let values = "ID,2026-11-22T21:03:11+08:00,inbound,2290,甲组,60,4,2,2,0,low,none,,none,,,,false,,,,,false,0,0,none,,,,\
                  false,,,not_due,0,0,,,,0,0,0,,false,,,100,,,a.jsonl,1,1";
    let names: Vec<&str> = CALL_COLUMNS.iter().map(|(name, _)| *name).collect();
    let table = format!("{}\n{}\n", names.join(","), values.replace("ID", call_id));
    let mut rows = Calls::new(table.as_bytes(), Path::new("calls.csv")).expect("a table");
    rows.read().expect("a row").expect("one row")
}

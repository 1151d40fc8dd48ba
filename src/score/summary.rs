//! What is known of a call when it has been scored: one field for each column of `calls.csv`.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::ledger::{Dimension, Line};
use crate::call::InputWarning;
use crate::lexicon::{DistressKind, DutyKind, OutcomeKind, Phase, ScamType, Stage, VulnerabilityKind};
use crate::word::word_enum;

word_enum! {
    /// How urgently a person should look at the call for fraud.
    RiskLevel {
        /// Below the first threshold.
        Low = "low" "低",
        /// Signs, but no act.
        Medium = "medium" "中",
        /// In or near a scam now.
        High = "high" "高",
    }
}

word_enum! {
    /// How strong the customer's distress is.
    DistressLevel {
        /// None shown.
        None = "none" "无",
        /// Mild worry or impatience.
        Low = "low" "弱",
        /// Clearly anxious, upset or in hardship.
        Medium = "medium" "中",
        /// Despair, grief, panic, begging.
        High = "high" "强",
    }
}

word_enum! {
    /// Where the distress went.
    Trend {
        /// It eased.
        Eased = "eased" "缓解",
        /// It stayed.
        Steady = "steady" "持平",
        /// It grew.
        Worse = "worse" "加重",
    }
}

word_enum! {
    /// How well the customer was cared for.
    Band {
        /// Below the first threshold.
        Poor = "poor" "差",
        /// Between the thresholds.
        Fair = "fair" "一般",
        /// From the second threshold.
        Good = "good" "好",
        /// No distress that called for care; no score.
        NotDue = "not_due" "不适用",
    }
}

word_enum! {
    /// Why a person should look at the call, most pressing first.
    ReviewReason {
        /// A hint that the customer may not want to live.
        SelfHarm = "self_harm" "自伤线索",
        /// High risk, and the agent gave no warning.
        MissedScam = "missed_scam" "高风险未警示",
        /// High risk.
        HighRisk = "high_risk" "高风险",
        /// Distress, and poor care.
        PoorCare = "poor_care" "情绪未照顾好",
        /// The agent used words a bank forbids.
        Taboo = "taboo" "用了禁语",
        /// Medium risk.
        MediumRisk = "medium_risk" "中风险",
        /// The input may not be what it seems.
        DoubtfulInput = "doubtful_input" "录音转写可疑",
    }
}

/// A place in the call that explains something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Index of the turn, from 0.
    pub turn: usize,
    /// Characters of the turn to quote.
    pub quote: (u32, u32),
    /// Term or rule behind it.
    pub id: SmolStr,
}

/// A strength or a gap of the care given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Behaviour code, E1–E14 or N1–N9.
    pub code: &'static str,
    /// What it is, in Chinese.
    pub text: Cow<'static, str>,
    /// Where it shows, if anywhere.
    pub evidence: Option<Evidence>,
}

/// Risk columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// 0–100.
    pub score: u8,
    /// Level by the thresholds of the scoring.
    pub level: RiskLevel,
    /// The script, if it can be told.
    pub scam_type: Option<ScamType>,
    /// A second script that comes close.
    pub scam_type_2: Option<ScamType>,
    /// How far it has come.
    pub phase: Phase,
    /// Stages with points, in script order.
    pub stages: Vec<Stage>,
    /// At most three short lines in Chinese, without transcript text.
    pub reasons: Vec<String>,
    /// First turn with a term that counts; where only the wording tells, the turn that tells most.
    pub first_evidence: Option<usize>,
}

/// Distress columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distress {
    /// 0–100.
    pub score: u8,
    /// Level by the thresholds of the scoring.
    pub level: DistressLevel,
    /// Kinds shown, in their order.
    pub kinds: Vec<DistressKind>,
    /// First turn with distress.
    pub first: Option<usize>,
    /// Where it went; `None` without distress.
    pub trend: Option<Trend>,
    /// A hint that the customer may not want to live.
    pub self_harm: bool,
}

/// Duty columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Duty {
    /// Identity, verify, warn: those done, in the order of first doing.
    pub steps: Vec<DutyKind>,
    /// First turn with a term of warning; where only the wording tells, the turn that tells most.
    pub first_warning: Option<usize>,
    /// Seconds from the first evidence to the warning, where the call has times and the warning came after.
    pub warning_latency_s: Option<u64>,
    /// Protective actions, in order of first mention.
    pub protective: Vec<DutyKind>,
    /// The agent advised the police.
    pub police_advised: bool,
    /// Distinct tips given.
    pub tips: usize,
}

/// Empathy columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Empathy {
    /// 0–100; `None` where no care was due.
    pub score: Option<u8>,
    /// Band by the thresholds of the scoring.
    pub band: Band,
    /// Episodes of distress.
    pub episodes: usize,
    /// Episodes that got an answer.
    pub answered: usize,
    /// Agent turns until the slowest answer came; `None` if none came.
    pub latency_turns: Option<usize>,
    /// What was done well.
    pub strengths: Vec<Remark>,
    /// What to do better.
    pub gaps: Vec<Remark>,
    /// Forbidden or failing phrases.
    pub taboo: usize,
    /// Template phrases said again.
    pub template_repeats: usize,
    /// Times the agent cut in, where the call has times.
    pub interruptions: usize,
}

/// Review columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// 1 (first) to 5; `None` if nobody needs to look.
    pub priority: Option<u8>,
    /// Why.
    pub reasons: Vec<ReviewReason>,
}

/// A scored call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// Risk.
    pub risk: Risk,
    /// Distress.
    pub distress: Distress,
    /// Duty.
    pub duty: Duty,
    /// Circumstances of the customer.
    pub vulnerability: Vec<VulnerabilityKind>,
    /// Care.
    pub empathy: Empathy,
    /// What came of the call.
    pub outcomes: Vec<OutcomeKind>,
    /// Whether and why a person should look.
    pub review: Review,
    /// 0–100: how far the input allows a judgement.
    pub confidence: u8,
    /// What about the input may mislead.
    pub warnings: Vec<InputWarning>,
    /// The strongest places, best first, at most five.
    pub top_evidence: Vec<Evidence>,
    /// Every point, and every hit that gave none.
    pub ledger: Vec<Line>,
}

impl Scored {
    /// The promise of the program: the lines add up to the scores.
    ///
    /// # Panics
    /// If they do not.
    pub(super) fn assert_balanced(&self) {
        let mut sums = [0; 5];
        for line in &self.ledger {
            sums[line.dimension as usize] += line.points;
        }
        let sum = |dimension: Dimension| sums[dimension as usize];
        assert_eq!(sum(Dimension::Risk), i32::from(self.risk.score), "the risk ledger does not add up");
        assert_eq!(sum(Dimension::Distress), i32::from(self.distress.score), "the distress ledger does not add up");
        assert_eq!(
            sum(Dimension::Empathy),
            i32::from(self.empathy.score.unwrap_or(0)),
            "the empathy ledger does not add up"
        );
    }
}

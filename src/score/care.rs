//! What the agent said and did for the customer: behaviours, acts and failings, by turn.

use super::echo::echoes;
use super::wording::WordingReading;
use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading};
use crate::lexicon::wording::Aspect;
use crate::lexicon::{DutyKind, EmpathyKind, Kind, Lexicon, TabooKind};
use crate::normalise::is_han;

/// The agent's behaviours that count, in order.
#[derive(Debug)]
pub(super) struct Care<'a> {
    /// Caring behaviours with their weight.
    pub warm: Vec<(&'a Hit, EmpathyKind, u8)>,
    /// Failings with their penalty.
    pub taboos: Vec<(&'a Hit, TabooKind, u8)>,
    /// A failing heard in a call whose wording is anything but: not counted.
    pub doubted: Option<&'a Hit>,
    /// The turn of a failing in words that no term knows.
    pub failing: Option<usize>,
    /// Turns in which the agent helps: acts, promises, protects, warns; in order, each once.
    acts: Vec<usize>,
    /// Those of them in which more than a warning is given.
    helps: Vec<usize>,
    /// Turns in which the agent takes up the customer's own words and weighs them, in order.
    echoes: Vec<usize>,
}

impl<'a> Care<'a> {
    /// Collects what the agent's turns hold.
    pub fn read(lexicon: &Lexicon, call: &Call, reading: &'a Reading, wording: &WordingReading) -> Self {
        let failing = wording.certain(Aspect::Taboo, lexicon.scoring.wording.taboo);
        let warned = wording.certain(Aspect::Warned, lexicon.scoring.wording.warned);
        let mut care = Care {
            warm: Vec::new(),
            taboos: Vec::new(),
            doubted: None,
            failing: None,
            acts: Vec::new(),
            helps: Vec::new(),
            echoes: echoes(call, reading),
        };
        for hit in &reading.hits {
            if call.turns[hit.turn].speaker != Speaker::Agent || hit.factor == 0 {
                continue;
            }
            match hit.kind {
                Kind::Empathy(kind) => {
                    care.warm.push((hit, kind, hit.weight));
                    // 我帮您查一下 is how every call goes; an act has an object and a result.
                    if hit.weight >= 2 && matches!(kind, EmpathyKind::E7 | EmpathyKind::E13) {
                        care.acts.push(hit.turn);
                        care.helps.push(hit.turn);
                    }
                }
                Kind::Taboo(kind) => care.taboos.push((hit, kind, hit.weight)),
                Kind::Duty(DutyKind::Warn) if warned == Some(false) => {}
                Kind::Duty(DutyKind::Identity | DutyKind::Verify) => {}
                Kind::Duty(kind) => {
                    care.acts.push(hit.turn);
                    if kind != DutyKind::Warn {
                        care.helps.push(hit.turn);
                    }
                }
                _ => {}
            }
        }
        // One harsh word against the tone of a whole call is more likely misheard than said.
        if failing == Some(false) && care.taboos.len() == 1 {
            care.doubted = care.taboos.pop().map(|(hit, ..)| hit);
        }
        if failing == Some(true) && care.taboos.is_empty() {
            care.failing = wording.strongest_turn(Aspect::Taboo, call, Speaker::Agent);
        }
        // What is done with a scolding is not felt as help.
        let scolded: Vec<usize> = care.failed_turns().collect();
        for turns in [&mut care.acts, &mut care.helps, &mut care.echoes] {
            turns.retain(|turn| scolded.binary_search(turn).is_err());
            turns.dedup();
        }
        care
    }

    /// The caring behaviours of a turn, with the index of the first of them in [`Care::warm`].
    pub fn warm_in(&self, turn: usize) -> (usize, &[(&'a Hit, EmpathyKind, u8)]) {
        let from = self.warm.partition_point(|(hit, ..)| hit.turn < turn);
        let length = self.warm[from..].partition_point(|(hit, ..)| hit.turn == turn);
        (from, &self.warm[from..from + length])
    }

    /// Turns with a failing, in order, one for each.
    pub fn failed_turns(&self) -> impl Iterator<Item = usize> {
        self.taboos.iter().map(|(hit, ..)| hit.turn).chain(self.failing)
    }

    /// Turns in which the agent helps.
    pub fn acts(&self) -> &[usize] {
        &self.acts
    }

    /// Turns in which the agent does more than warn.
    pub fn helps(&self) -> &[usize] {
        &self.helps
    }

    /// Whether the agent takes up the customer's own words in this turn.
    pub fn echoes_in(&self, turn: usize) -> bool {
        self.echoes.binary_search(&turn).is_ok()
    }

    /// Whether anywhere in the call a feeling or the situation is answered with more than a template or 慢慢说.
    pub fn answered_warmly(&self) -> bool {
        let soothes = |kind| matches!(kind, EmpathyKind::E4 | EmpathyKind::E5);
        let enough = |kind| if soothes(kind) { 3 } else { 2 };
        let warm = |(_, kind, weight): &(&Hit, EmpathyKind, u8)| kind.answers_feeling() && *weight >= enough(*kind);
        !self.echoes.is_empty() || self.warm.iter().any(warm)
    }

    /// Whether the agent helps in this turn.
    pub fn acts_in(&self, turn: usize) -> bool {
        self.acts.binary_search(&turn).is_ok()
    }
}

impl EmpathyKind {
    /// Whether the behaviour answers a feeling, and not only a need.
    pub(super) fn answers_feeling(self) -> bool {
        matches!(
            self,
            EmpathyKind::E1
                | EmpathyKind::E2
                | EmpathyKind::E3
                | EmpathyKind::E4
                | EmpathyKind::E5
                | EmpathyKind::E6
                | EmpathyKind::E10
        )
    }
}

/// Shortest sentence, in characters, whose return is noticed: shorter ones are everyday phrases.
const SENTENCE: usize = 8;

/// How often the agent said the same again: a template (weight 1), or a whole sentence.
pub(super) fn fillers_repeated(call: &Call, reading: &Reading, care: &Care<'_>) -> usize {
    let fillers = care.warm.iter().filter(|(_, kind, weight)| *weight == 1 && *kind != EmpathyKind::E11);
    let mut templates: Vec<u32> = fillers.map(|(hit, ..)| hit.term).collect();
    templates.sort_unstable();
    let mut sentences: Vec<(u64, &[char])> = Vec::new();
    for (turn, _) in call.turns.iter().enumerate().filter(|(_, turn)| turn.speaker == Speaker::Agent) {
        let text = &reading.turns[turn];
        let chars = text.view.chars();
        let mut at = 0;
        while at < chars.len() {
            let (from, to) = text.clauses.sentence_around(at);
            if to - from >= SENTENCE {
                let (length, hash) = digest(&chars[from..to]);
                if length >= SENTENCE {
                    sentences.push((hash, &chars[from..to]));
                }
            }
            at = to;
        }
    }
    // Equal ones lie together; what differs mostly differs in the hash.
    sentences.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| said(a.1).cmp(said(b.1))));
    let again = |a: &(u64, &[char]), b: &(u64, &[char])| a.0 == b.0 && said(a.1).eq(said(b.1));
    let sentences = sentences.windows(2).filter(|pair| again(&pair[0], &pair[1])).count();
    templates.windows(2).filter(|pair| pair[0] == pair[1]).count().max(sentences)
}

/// What is said in a sentence: its Han characters.
fn said(sentence: &[char]) -> impl Iterator<Item = char> {
    sentence.iter().copied().filter(|c| is_han(*c))
}

/// The number of Han characters, and a hash of them.
fn digest(sentence: &[char]) -> (usize, u64) {
    let step = |(length, hash): (usize, u64), c| {
        (length + 1, (hash.rotate_left(5) ^ u64::from(u32::from(c))).wrapping_mul(0x517c_c1b7_2722_0a95))
    };
    said(sentence).fold((0, 0), step)
}

/// Characters that the customer still had to say for a cut-in to be one.
const CUT_OFF: u64 = 6;

/// Times the agent began while the customer still had something to say.
pub(super) fn interruptions(call: &Call, overlap_ms: u64) -> usize {
    call.turns
        .windows(2)
        .filter(|pair| pair[0].speaker == Speaker::Customer && pair[1].speaker == Speaker::Agent)
        .filter(|pair| {
            let (Some(start), Some(end), Some(cut)) = (pair[0].start_ms, pair[0].end_ms, pair[1].start_ms) else {
                return false;
            };
            let (spoken, overlap) = (end.saturating_sub(start), end.saturating_sub(cut));
            // Characters left, by the customer's own pace in this turn.
            let left = || pair[0].text.chars().count() as u64 * overlap / spoken.max(1);
            overlap > overlap_ms && left() >= CUT_OFF
        })
        .count()
}

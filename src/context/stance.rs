//! The stance of a hit, and what percent of its weight that leaves.

use std::sync::LazyLock;

use super::answer::{Answer, answer};
use super::brief::Brief;
use super::business::Business;
use super::frame::{Frames, TurnFrames};
use super::negation::{Negated, may_negate, negated};
use super::phrase::{Place, SaidBefore};
use super::{Stance, question};
use crate::call::{Call, Speaker};
use crate::lexicon::{Deed, Kind, List, Negation, RiskScoring, Stage, StanceFactors, Voice};
use crate::matching::{MatchKind, RawHit, TurnText};
use crate::normalise::WordSet;

/// Who speaks when a customer quotes the bank or the police.
static BANK: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "你们",
        "银行",
        "网点",
        "柜台",
        "短信提醒",
        "民警",
        "警察",
        "社区",
        "宣传",
        "反诈",
        "新闻",
        "电视",
        "大堂",
    ])
});

/// Who is said to speak when a customer reports.
static BY: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::new(["让我", "叫我", "要我", "喊我", "教我", "他", "她", "人家", "对方", "那边"]));

/// What is feared, not found.
static FEARED: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::new(["会不会", "能不能", "可不可以", "万一", "怕他", "怕被", "怕人", "可别", "别让"]));

/// Whether a term as written is one of fear.
pub(super) fn is_feared(term: &[char]) -> bool {
    FEARED.any_in(term)
}

/// Decides the stances of the hits of a call, turn by turn.
pub(super) struct Judge<'a> {
    scoring: &'a RiskScoring,
    briefs: &'a [Brief],
    call: &'a Call,
    turns: &'a [TurnText],
    turn: usize,
    hits: &'a [RawHit],
    framed: TurnFrames,
    business: Business,
    /// Whether the turn holds any word that can negate, and tells of a credential given or money sent; once asked.
    may_negate: Option<bool>,
    gave_in: Option<bool>,
    bank: SaidBefore,
    by: SaidBefore,
}

impl<'a> Judge<'a> {
    pub fn new(scoring: &'a RiskScoring, briefs: &'a [Brief], call: &'a Call, turns: &'a [TurnText]) -> Judge<'a> {
        let (framed, business) = (TurnFrames::default(), Business::default());
        let (bank, by) = (SaidBefore::default(), SaidBefore::default());
        let hits = &[];
        Judge {
            scoring,
            briefs,
            call,
            turns,
            turn: 0,
            hits,
            framed,
            business,
            may_negate: None,
            gave_in: None,
            bank,
            by,
        }
    }

    /// Goes on to a turn; `hits` are all hits in it.
    pub fn turn(&mut self, turn: usize, hits: &'a [RawHit], frames: &Frames) {
        (self.turn, self.hits) = (turn, hits);
        self.framed.read(frames, turn);
        self.business.read(hits, self.briefs);
        (self.may_negate, self.gave_in) = (None, None);
        (self.bank, self.by) = (SaidBefore::default(), SaidBefore::default());
    }

    /// Where a hit of the turn stands.
    pub fn place(&self, hit: &RawHit) -> Place<'a> {
        Place::new(self.call, self.turns, self.turn, (hit.start, hit.end))
    }

    fn speaker(&self) -> Speaker {
        self.call.turns[self.turn].speaker
    }

    fn factors(&self) -> &'a StanceFactors {
        &self.scoring.stances
    }

    /// Decides the stance of one hit of the turn; hits must come in the order of their starts.
    pub fn judge(&mut self, hit: &RawHit, covered: bool) -> (Stance, u32) {
        let term = self.briefs[hit.term as usize];
        if hit.exception.is_some() || (term.list == List::Scam && self.business.covers(hit)) {
            return (Stance::Legitimate, 0);
        }
        if term.trial {
            return (Stance::Trial, 0);
        }
        let homophone = if hit.kind == MatchKind::Homophone { self.scoring.homophone } else { 100 };
        let (stance, factor) = match term.list {
            List::Scam => self.scam(&term, hit),
            _ if !term.voice.fits(self.speaker()) => (Stance::OtherVoice, 0),
            List::Distress => self.plain(&term, hit, self.factors().weakened),
            List::Duty | List::Outcome | List::Vulnerability => self.plain(&term, hit, 0),
            List::Empathy | List::Taboo | List::Business | List::Context => (Stance::Asserted, 100),
        };
        if covered && factor > 0 {
            return (Stance::Covered, 0);
        }
        (stance, factor * homophone / 100)
    }

    /// Scam terms: the whole reading.
    fn scam(&mut self, term: &Brief, hit: &RawHit) -> (Stance, u32) {
        let factors = self.factors();
        if self.speaker() == Speaker::Agent && term.voice != Voice::Other {
            return self.agent_words(term, hit);
        }
        if !term.voice.fits(self.speaker()) {
            return (Stance::OtherVoice, 0);
        }
        let place = self.place(hit);
        if term.negation != Negation::Keep {
            match self.negated(term, &place) {
                Some(Negated::Denied) => {
                    let left = if term.negation == Negation::Weaken { factors.weakened } else { factors.negated };
                    return (Stance::Negated, left);
                }
                Some(Negated::Forbidden) if self.bank.asked(&BANK, &place) => return (Stance::Warned, 0),
                _ => {}
            }
        }
        if self.framed.of_others(place.start) {
            return (Stance::ThirdParty, factors.third_party);
        }
        if self.framed.settled {
            return (Stance::Historic, factors.historic);
        }
        if self.framed.supposed(place.start, &place.text().clauses) {
            return (Stance::Hypothetical, factors.hypothetical);
        }
        let own_deed = matches!(term.kind, Kind::Stage(_, Deed::Done));
        if !own_deed && self.framed.refused(place.start) && !self.gave_in() {
            return (Stance::Refused, factors.refused);
        }
        if own_deed && loss_feared(term, &place) {
            return (Stance::Hypothetical, factors.hypothetical);
        }
        // "我是不是被骗了" is a discovery, "我的钱你管得着吗" is resistance, whatever the mark.
        let rhetorical = matches!(term.kind, Kind::Stage(Stage::Realisation | Stage::Resistance | Stage::Urgency, _));
        let customer = self.speaker() == Speaker::Customer;
        if customer && !rhetorical && question::asks_whether(&place) && !self.reported(&place) {
            return (Stance::Asked, factors.asked);
        }
        (Stance::Asserted, 100)
    }

    /// Whether, and how, a hit is negated; of most turns it is enough to ask once.
    fn negated(&mut self, term: &Brief, place: &Place<'_>) -> Option<Negated> {
        let may = *self.may_negate.get_or_insert_with(|| may_negate(place.chars()));
        if may { negated(place, term.negates_itself) } else { None }
    }

    /// Whether the turn also tells, undenied, of a credential given or money sent: hanging up after that is no refusal.
    fn gave_in(&mut self) -> bool {
        if let Some(known) = self.gave_in {
            return known;
        }
        let given =
            |kind| matches!(kind, Kind::Stage(Stage::Credential | Stage::Money | Stage::Extraction, Deed::Done));
        let gave_in = self.hits.iter().any(|hit| {
            let term = self.briefs[hit.term as usize];
            given(term.kind) && hit.exception.is_none() && self.negated(&term, &self.place(hit)).is_none()
        });
        *self.gave_in.insert(gave_in)
    }

    /// Reported speech carries the evidence: what the swindler is said to say is never discounted.
    fn reported(&mut self, place: &Place<'_>) -> bool {
        self.by.asked(&BY, place) || BY.any_in(place.within())
    }

    /// A scam word in the agent's mouth: a warning, unless it is a question that the customer affirms.
    /// Threats, promises and haste in an agent's sentence are the agent's own business, asked or not.
    fn agent_words(&self, term: &Brief, hit: &RawHit) -> (Stance, u32) {
        let own_business =
            matches!(term.kind, Kind::Stage(Stage::Threat | Stage::Lure | Stage::Urgency | Stage::Resistance, _));
        if own_business {
            return (Stance::Warned, 0);
        }
        let place = self.place(hit);
        if !question::asks_whether(&place) {
            return (Stance::Warned, 0);
        }
        match answer(&place) {
            Answer::Affirmed => (Stance::Confirmed, self.factors().confirmed),
            Answer::Denied => (Stance::Negated, 0),
            Answer::Unclear => (Stance::Asked, 0),
        }
    }

    /// Other lists: negation only.
    fn plain(&mut self, term: &Brief, hit: &RawHit, weakened: u32) -> (Stance, u32) {
        if term.negation == Negation::Keep || self.negated(term, &self.place(hit)) != Some(Negated::Denied) {
            return (Stance::Asserted, 100);
        }
        (Stance::Negated, if term.negation == Negation::Weaken { weakened } else { 0 })
    }
}

/// 钱会不会叫他划走: a loss that is feared, not found.
fn loss_feared(term: &Brief, place: &Place<'_>) -> bool {
    matches!(term.kind, Kind::Stage(Stage::Realisation, _))
        && !term.feared
        && (FEARED.any_in(place.before(8)) || FEARED.any_in(place.within()))
}

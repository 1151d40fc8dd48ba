//! The stance of a hit, and what percent of its weight that leaves.

use std::cell::OnceCell;
use std::sync::LazyLock;

use super::Stance;
use super::answer::{Answer, answer};
use super::frame::Frames;
use super::negation::{Negated, negated};
use super::phrase::Place;
use super::question;
use crate::call::Speaker;
use crate::lexicon::{ContextKind, Deed, Kind, Lexicon, List, Negation, Stage, Status, Term, Voice};
use crate::matching::{MatchKind, RawHit};
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

/// What all hits of a turn have in common.
pub(super) struct TurnHits<'a> {
    hits: &'a [RawHit],
    /// First and one-past-last view positions of ordinary business phrases.
    business: Vec<(usize, usize)>,
    /// See [`gave_in`]; asked once.
    gave_in: OnceCell<bool>,
}

impl<'a> TurnHits<'a> {
    /// The hits of one turn.
    pub fn new(lexicon: &Lexicon, hits: &'a [RawHit]) -> Self {
        let business = |hit: &&RawHit| lexicon.term(hit.term).list == List::Business && hit.exception.is_none();
        let business = hits.iter().filter(business).map(|hit| (hit.start, hit.end)).collect();
        TurnHits { hits, business, gave_in: OnceCell::new() }
    }

    /// Whether the hit lies inside an ordinary business phrase.
    fn in_business(&self, hit: &RawHit) -> bool {
        let covers = |&(start, end): &(usize, usize)| {
            start <= hit.start && hit.end <= end && (end - start) > (hit.end - hit.start)
        };
        self.business.iter().any(covers)
    }
}

/// Decides the stance of one hit; `turn_hits` are all hits of its turn.
pub(super) fn judge(
    lexicon: &Lexicon,
    term: &Term,
    hit: &RawHit,
    place: &Place<'_>,
    frames: &Frames,
    turn_hits: &TurnHits<'_>,
    covered: bool,
) -> (Stance, u32) {
    let factors = &lexicon.scoring.risk.stances;
    if hit.exception.is_some() || (term.list == List::Scam && turn_hits.in_business(hit)) {
        return (Stance::Legitimate, 0);
    }
    if term.status == Status::Trial {
        return (Stance::Trial, 0);
    }
    let homophone = if hit.kind == MatchKind::Homophone { lexicon.scoring.risk.homophone } else { 100 };
    let (stance, factor) = match term.list {
        List::Scam => scam(lexicon, term, place, frames, turn_hits),
        _ if !term.voice.fits(place.speaker()) => (Stance::OtherVoice, 0),
        List::Distress => plain(term, place, factors.weakened),
        List::Empathy | List::Taboo => (Stance::Asserted, 100),
        List::Duty | List::Outcome | List::Vulnerability => plain(term, place, 0),
        List::Business | List::Context => (Stance::Asserted, 100),
    };
    if covered && factor > 0 {
        return (Stance::Covered, 0);
    }
    (stance, factor * homophone / 100)
}

/// Scam terms: the whole reading.
fn scam(lexicon: &Lexicon, term: &Term, place: &Place<'_>, frames: &Frames, turn_hits: &TurnHits<'_>) -> (Stance, u32) {
    let factors = &lexicon.scoring.risk.stances;
    if place.speaker() == Speaker::Agent && term.voice != Voice::Other {
        return agent_words(term, factors.confirmed, place);
    }
    if !term.voice.fits(place.speaker()) {
        return (Stance::OtherVoice, 0);
    }
    if term.negation != Negation::Keep {
        match negated(place, &term.text) {
            Some(Negated::Denied) => {
                let left = if term.negation == Negation::Weaken { factors.weakened } else { factors.negated };
                return (Stance::Negated, left);
            }
            Some(Negated::Forbidden) if BANK.any_in(place.sentence_before()) => return (Stance::Warned, 0),
            _ => {}
        }
    }
    let turn = place.turn;
    let before_hit = |frame: &&super::Frame| frame.start <= place.start;
    if !frames.any(ContextKind::FamilyVictim)
        && frames.in_turn(ContextKind::ThirdParty, turn).any(|frame| before_hit(&frame))
    {
        return (Stance::ThirdParty, factors.third_party);
    }
    let unresolved = frames.any(ContextKind::Unresolved);
    let historic = |kind| frames.in_turn(kind, turn).next().is_some();
    if !unresolved && (historic(ContextKind::Past) || historic(ContextKind::Closed)) {
        return (Stance::Historic, factors.historic);
    }
    let same_sentence = |frame: &super::Frame| place.text().clauses.same_sentence(frame.start, place.start);
    if frames.in_turn(ContextKind::Hypothetical, turn).any(|frame| same_sentence(frame) && before_hit(&frame)) {
        return (Stance::Hypothetical, factors.hypothetical);
    }
    let own_deed = matches!(term.kind, Kind::Stage(_, Deed::Done));
    let refused = frames.in_turn(ContextKind::Refused, turn).any(|frame| place.start < frame.end);
    if refused && !own_deed && !gave_in(lexicon, place, turn_hits) {
        return (Stance::Refused, factors.refused);
    }
    if own_deed && loss_feared(term, place) {
        return (Stance::Hypothetical, factors.hypothetical);
    }
    // "我是不是被骗了" is a discovery, "我的钱你管得着吗" is resistance, whatever the mark.
    let rhetorical = matches!(term.kind, Kind::Stage(Stage::Realisation | Stage::Resistance | Stage::Urgency, _));
    if place.speaker() == Speaker::Customer && !rhetorical && question::asks_whether(place) && !reported(place) {
        return (Stance::Asked, factors.asked);
    }
    (Stance::Asserted, 100)
}

/// Whether the turn also tells, undenied, of a credential given or money sent: hanging up after that is no refusal.
fn gave_in(lexicon: &Lexicon, place: &Place<'_>, turn_hits: &TurnHits<'_>) -> bool {
    let given = |hit: &RawHit| {
        let term = lexicon.term(hit.term);
        let given = matches!(term.kind, Kind::Stage(Stage::Credential | Stage::Money | Stage::Extraction, Deed::Done));
        let there = Place { start: hit.start, end: hit.end, ..*place };
        given && hit.exception.is_none() && negated(&there, &term.text).is_none()
    };
    *turn_hits.gave_in.get_or_init(|| turn_hits.hits.iter().any(given))
}

/// 钱会不会叫他划走: a loss that is feared, not found.
fn loss_feared(term: &Term, place: &Place<'_>) -> bool {
    static FEARED: LazyLock<WordSet> = LazyLock::new(|| {
        WordSet::new(["会不会", "能不能", "可不可以", "万一", "怕他", "怕被", "怕人", "可别", "别让"])
    });
    let own = || FEARED.any_in(&term.text.chars().collect::<Vec<char>>());
    matches!(term.kind, Kind::Stage(Stage::Realisation, _))
        && (FEARED.any_in(place.before(8)) || FEARED.any_in(place.within()))
        && !own()
}

/// Reported speech carries the evidence: what the swindler is said to say is never discounted.
fn reported(place: &Place<'_>) -> bool {
    static BY: LazyLock<WordSet> =
        LazyLock::new(|| WordSet::new(["让我", "叫我", "要我", "喊我", "教我", "他", "她", "人家", "对方", "那边"]));
    BY.any_in(place.sentence_before()) || BY.any_in(place.within())
}

/// A scam word in the agent's mouth: a warning, unless it is a question that the customer affirms.
/// Threats, promises and haste in an agent's sentence are the agent's own business, asked or not.
fn agent_words(term: &Term, confirmed: u32, place: &Place<'_>) -> (Stance, u32) {
    let own_business =
        matches!(term.kind, Kind::Stage(Stage::Threat | Stage::Lure | Stage::Urgency | Stage::Resistance, _));
    if own_business || !question::asks_whether(place) {
        return (Stance::Warned, 0);
    }
    match answer(place) {
        Answer::Affirmed => (Stance::Confirmed, confirmed),
        Answer::Denied => (Stance::Negated, 0),
        Answer::Unclear => (Stance::Asked, 0),
    }
}

/// Other lists: negation only.
fn plain(term: &Term, place: &Place<'_>, weakened: u32) -> (Stance, u32) {
    if term.negation == Negation::Keep || negated(place, &term.text) != Some(Negated::Denied) {
        return (Stance::Asserted, 100);
    }
    (Stance::Negated, if term.negation == Negation::Weaken { weakened } else { 0 })
}

//! From the parts of a written pattern to the units that the matcher joins.
//!
//! Alternatives multiply: every step here knows how much it makes, and refuses before it makes too much.

use super::pattern::{MAX_CHARS, Pattern, PatternError, Unit};

/// A unit with more literals than this is split where two alternatives meet.
const MAX_LITERALS: usize = 512;
/// Alternatives that meet are multiplied out up to so many words: fewer steps for the matcher.
const FEW: usize = 8;
/// Most literals that one cell may stand for: alternatives multiply, and a cell of a hundred brackets
/// must not fill the memory.
pub(super) const MAX_EXPANSION: usize = 1 << 14;

/// Words, sorted, each once.
pub(super) type Words = Vec<String>;

/// A part of a pattern as it is written.
#[derive(Debug, Clone)]
pub(super) enum Element {
    /// Alternatives that may include the empty one.
    Choice(Words),
    /// Alternatives some of which hold numbers: each is a way of its own.
    Fork(Vec<Vec<Element>>),
    /// Room for so many characters.
    Gap(usize),
    /// A sum of money.
    Amount,
    /// Any number.
    Number,
}

impl Element {
    /// About how much room it takes: its texts.
    fn weight(&self) -> usize {
        match self {
            Element::Choice(words) => words.len(),
            Element::Fork(ways) => ways.iter().flatten().map(Element::weight).sum(),
            Element::Gap(_) | Element::Amount | Element::Number => 1,
        }
    }
}

/// All texts that a sequence without gaps can stand for.
pub(super) fn expand(elements: Vec<Element>) -> Result<Words, PatternError> {
    let mut texts = vec![String::new()];
    for element in elements {
        match element {
            Element::Choice(words) if texts.len() * words.len() > MAX_EXPANSION => return Err(PatternError::TooMany),
            Element::Choice(words) if texts == [""] => texts = words,
            Element::Choice(words) => texts = product(&texts, &words),
            Element::Gap(_) => return Err(PatternError::GapInside),
            Element::Amount | Element::Number | Element::Fork(_) => return Err(PatternError::ClassInside),
        }
    }
    Ok(texts)
}

/// All ways through the forks of a sequence.
pub(super) fn unfork(elements: Vec<Element>) -> Result<Vec<Vec<Element>>, PatternError> {
    if !elements.iter().any(|element| matches!(element, Element::Fork(_))) {
        let weight: usize = elements.iter().map(Element::weight).sum();
        return if weight > MAX_EXPANSION { Err(PatternError::TooMany) } else { Ok(vec![elements]) };
    }
    let (mut ways, mut weight) = (vec![Vec::new()], 0);
    for element in elements {
        let branches = match element {
            Element::Fork(branches) => branches.into_iter().map(unfork).collect::<Result<Vec<_>, _>>()?.concat(),
            other => vec![vec![other]],
        };
        let added: usize = branches.iter().flatten().map(Element::weight).sum();
        weight = weight * branches.len() + added * ways.len();
        if weight > MAX_EXPANSION {
            return Err(PatternError::TooMany);
        }
        if let [branch] = branches.as_slice() {
            ways.iter_mut().for_each(|way: &mut Vec<Element>| way.extend_from_slice(branch));
            continue;
        }
        let on = |way: &Vec<Element>| branches.iter().map(|branch| [&way[..], branch].concat()).collect::<Vec<_>>();
        ways = ways.iter().flat_map(on).collect();
    }
    Ok(ways)
}

fn product(left: &Words, right: &Words) -> Words {
    sorted(left.iter().flat_map(|a| right.iter().map(move |b| [a.as_str(), b.as_str()].concat())).collect())
}

/// Sorts words and keeps each once.
pub(super) fn sorted(mut words: Vec<String>) -> Words {
    words.sort_unstable();
    words.dedup();
    words
}

/// A unit as it grows: its choices (still with their empty members), and how many literals they stand for.
struct Part {
    gap: usize,
    size: usize,
    kind: PartKind,
}

enum PartKind {
    Words(Vec<Words>),
    Amount,
    Number,
}

/// Joins neighbouring choices into units and puts the gaps between them.
pub(super) fn assemble(elements: Vec<Element>) -> Result<Pattern, PatternError> {
    if elements.is_empty() {
        return Err(PatternError::Empty);
    }
    if matches!(elements.first(), Some(Element::Gap(_))) || matches!(elements.last(), Some(Element::Gap(_))) {
        return Err(PatternError::LooseGap);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut gap_before = None;
    for element in elements {
        let kind = match element {
            Element::Gap(_) if gap_before.is_some() => return Err(PatternError::LooseGap),
            Element::Gap(length) => {
                gap_before = Some(length);
                continue;
            }
            Element::Choice(words) => match (gap_before, parts.last_mut()) {
                (None, Some(Part { size, kind: PartKind::Words(choices), .. }))
                    if *size * words.len() <= MAX_LITERALS =>
                {
                    *size *= words.len();
                    follow(choices, words);
                    continue;
                }
                _ => PartKind::Words(vec![words]),
            },
            Element::Amount => PartKind::Amount,
            Element::Number => PartKind::Number,
            Element::Fork(_) => return Err(PatternError::LooseGap),
        };
        let size = if let PartKind::Words(choices) = &kind { choices[0].len() } else { 1 };
        parts.push(Part { gap: gap_before.take().unwrap_or(0), size, kind });
    }
    let mut pattern = Pattern { units: Vec::new(), gaps: Vec::new() };
    // A part that may be missing says nothing by itself: it becomes room in the gap.
    let mut room = 0;
    for Part { gap, kind, .. } in parts {
        let unit = match kind {
            PartKind::Words(choices) if choices.iter().all(|words| words.first().is_some_and(String::is_empty)) => {
                room += gap + choices.iter().map(longest).sum::<usize>();
                continue;
            }
            PartKind::Words(choices) => Unit::Words(choices),
            PartKind::Amount => Unit::Amount,
            PartKind::Number => Unit::Number,
        };
        if unit.max_chars().is_some_and(|chars| chars > MAX_CHARS) {
            return Err(PatternError::TooLong);
        }
        if !pattern.units.is_empty() {
            pattern.gaps.push(gap + room);
        }
        room = 0;
        pattern.units.push(unit);
    }
    if pattern.min_chars() < 2 { Err(PatternError::TooShort) } else { Ok(pattern) }
}

/// Adds a choice to those that it follows without a gap.
fn follow(choices: &mut Vec<Words>, words: Words) {
    match choices.last_mut() {
        Some(last) if last.len() * words.len() <= FEW => *last = product(last, &words),
        _ => choices.push(words),
    }
}

/// Characters of the longest word.
fn longest(words: &Words) -> usize {
    words.iter().map(|word| word.chars().count()).max().unwrap_or(0)
}

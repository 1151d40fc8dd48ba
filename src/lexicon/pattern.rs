//! The light pattern language of the term column: words, `(a|b|)`, gaps `…`, groups `{家人}`.
//!
//! A pattern compiles into units with gaps between them. A unit is a row of choices that follow each other
//! without a gap, any word of each of which may stand there: alternatives multiply, so they are kept apart
//! and never written out.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::expand::{Element, MAX_EXPANSION, assemble, expand, sorted, unfork};
use crate::normalise::{fold_char, is_ignorable};

/// Gap length of a bare `…`, in characters.
pub const DEFAULT_GAP: usize = 8;
/// Longest gap that can be asked for; a longer one would join what does not belong together.
pub const MAX_GAP: usize = 30;
/// Longest piece of text without a gap, in characters.
pub const MAX_CHARS: usize = 120;
/// Brackets within brackets; far more than anybody can read.
const MAX_DEPTH: usize = 16;

/// Word groups by name, members folded.
pub type Groups = BTreeMap<String, Vec<String>>;

/// One place of a pattern: any of these may stand there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Choices in order, at least one. Each holds folded words, sorted, and the empty one where it may be
    /// missing; not all may.
    Words(Vec<Vec<String>>),
    /// A sum of money (`{金额}`).
    Amount,
    /// Any number (`{数字}`).
    Number,
}

/// A compiled term or variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The places, in order; at least one.
    pub units: Vec<Unit>,
    /// Longest gap in characters before each unit but the first: `gaps[i]` lies before `units[i + 1]`.
    pub gaps: Vec<usize>,
}

/// Why a pattern cannot be compiled. Messages are for lexicon maintainers, so in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    /// Nothing to match.
    #[error("词条为空")]
    Empty,
    /// A bracket without its partner.
    #[error("括号不成对：{0}")]
    Unbalanced(char),
    /// A group that `groups.csv` does not hold.
    #[error("没有这个词组：{{{0}}}；请先在 groups.csv 里添加")]
    UnknownGroup(String),
    /// A gap at the beginning or the end, or two in a row.
    #[error("间隔 … 只能放在两段文字之间")]
    LooseGap,
    /// A gap longer than thirty characters.
    #[error("间隔最长 {MAX_GAP} 个字")]
    LongGap,
    /// A gap within alternatives.
    #[error("括号里不能再有间隔 …")]
    GapInside,
    /// `{金额}` or `{数字}` in a word of a condition.
    #[error("语境条件的词里不能用 {{金额}}、{{数字}}")]
    ClassInside,
    /// Matches the empty text or a single character.
    #[error("词条太短：至少要有两个字")]
    TooShort,
    /// A piece without a gap that is longer than any phrase.
    #[error("一段文字最长 {MAX_CHARS} 个字")]
    TooLong,
    /// Brackets nested too deeply.
    #[error("括号最多套 {MAX_DEPTH} 层")]
    TooDeep,
    /// The alternatives multiply to too many texts.
    #[error("各种选择合起来超过 {MAX_EXPANSION} 种；请分成几个变体")]
    TooMany,
}

impl Pattern {
    /// Compiles a cell. The text is folded; white space and invisible characters in it are ignored, as
    /// in a turn. Most cells give one pattern; an alternative that holds a number gives one more.
    ///
    /// # Errors
    /// [`PatternError`], worded for the person who edits the cell.
    pub fn compile(text: &str, groups: &Groups) -> Result<Vec<Pattern>, PatternError> {
        let chars = signs(text);
        let mut parser = Parser { chars: &chars, at: 0, groups };
        let elements = parser.sequence(0)?;
        if parser.at < chars.len() {
            return Err(PatternError::Unbalanced(chars[parser.at]));
        }
        let mut left = MAX_EXPANSION;
        let mut patterns = Vec::new();
        for way in unfork(elements)? {
            let pattern = assemble(way)?;
            left = left.checked_sub(pattern.expansion()).ok_or(PatternError::TooMany)?;
            patterns.push(pattern);
        }
        Ok(patterns)
    }

    /// The fewest characters that a match can have, gaps not counted.
    pub fn min_chars(&self) -> usize {
        self.units.iter().map(Unit::min_chars).sum()
    }

    /// How many literals all units stand for.
    fn expansion(&self) -> usize {
        let size =
            |unit: &Unit| if let Unit::Words(choices) = unit { choices.iter().map(Vec::len).product() } else { 1 };
        self.units.iter().map(size).sum()
    }

    /// The only literal, if the pattern is plain text.
    pub fn literal(&self) -> Option<&str> {
        match self.units.as_slice() {
            [Unit::Words(choices)] => match choices.as_slice() {
                [words] if words.len() == 1 => Some(&words[0]),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Unit {
    /// Characters of the shortest member.
    pub fn min_chars(&self) -> usize {
        match self {
            Unit::Words(choices) => {
                let shortest = |words: &Vec<String>| words.iter().map(|word| word.chars().count()).min();
                choices.iter().filter_map(shortest).sum()
            }
            Unit::Amount => 2,
            Unit::Number => 1,
        }
    }

    /// Characters of the longest member; `None` for numbers, which have no end.
    pub fn max_chars(&self) -> Option<usize> {
        match self {
            Unit::Words(choices) => {
                let longest = |words: &Vec<String>| words.iter().map(|word| word.chars().count()).max();
                Some(choices.iter().filter_map(longest).sum())
            }
            Unit::Amount | Unit::Number => None,
        }
    }

    /// Every text that may stand here, sorted, each once; none for numbers. For tests and lints: a unit of a
    /// few brackets stands for hundreds.
    pub fn literals(&self) -> Vec<String> {
        let Unit::Words(choices) = self else { return Vec::new() };
        let mut literals = BTreeSet::from([String::new()]);
        for words in choices {
            literals = literals.iter().flat_map(|head| words.iter().map(move |word| format!("{head}{word}"))).collect();
        }
        literals.into_iter().collect()
    }
}

/// The characters of a cell that mean something, as the parser reads them.
fn signs(text: &str) -> Vec<char> {
    text.chars().filter(|c| !is_ignorable(*c)).map(canonical).collect()
}

/// One spelling for the signs of the language; everything else is folded.
fn canonical(c: char) -> char {
    match c {
        '（' => '(',
        '）' => ')',
        '｜' => '|',
        '｛' => '{',
        '｝' => '}',
        _ => fold_char(c),
    }
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    groups: &'a Groups,
}

impl Parser<'_> {
    fn sequence(&mut self, depth: usize) -> Result<Vec<Element>, PatternError> {
        let mut elements = Vec::new();
        let mut plain = String::new();
        while self.at < self.chars.len() {
            let c = self.chars[self.at];
            let ends_alternative = depth > 0 && matches!(c, '|' | ')');
            if ends_alternative || (depth == 0 && matches!(c, ')' | '|' | '}')) {
                if depth == 0 {
                    return Err(PatternError::Unbalanced(c));
                }
                break;
            }
            if !matches!(c, '(' | '{' | '…') {
                plain.push(c);
                self.at += 1;
                continue;
            }
            flush(&mut plain, &mut elements);
            self.at += 1;
            match c {
                '(' => elements.push(self.choice(depth)?),
                '{' => elements.push(self.group()?),
                _ => elements.push(self.gap(depth)?),
            }
        }
        flush(&mut plain, &mut elements);
        Ok(elements)
    }

    fn choice(&mut self, depth: usize) -> Result<Element, PatternError> {
        if depth == MAX_DEPTH {
            return Err(PatternError::TooDeep);
        }
        let mut words = Vec::new();
        let mut ways = Vec::new();
        loop {
            let way = self.sequence(depth + 1)?;
            if way.iter().all(|element| matches!(element, Element::Choice(_))) {
                words.extend(expand(way)?);
                if words.len() > MAX_EXPANSION {
                    words = sorted(words);
                }
                if words.len() > MAX_EXPANSION {
                    return Err(PatternError::TooMany);
                }
            } else {
                ways.push(way);
            }
            match self.chars.get(self.at) {
                Some('|') => self.at += 1,
                Some(')') => {
                    self.at += 1;
                    let words = sorted(words);
                    if ways.is_empty() {
                        return Ok(Element::Choice(words));
                    }
                    if !words.is_empty() {
                        ways.push(vec![Element::Choice(words)]);
                    }
                    return Ok(Element::Fork(ways));
                }
                _ => return Err(PatternError::Unbalanced('(')),
            }
        }
    }

    fn group(&mut self) -> Result<Element, PatternError> {
        let rest = &self.chars[self.at..];
        let length = rest.iter().position(|&c| c == '}').ok_or(PatternError::Unbalanced('{'))?;
        let name: String = rest[..length].iter().collect();
        self.at += length + 1;
        match name.as_str() {
            "金额" => Ok(Element::Amount),
            "数字" => Ok(Element::Number),
            _ => match self.groups.get(&name) {
                Some(words) => Ok(Element::Choice(sorted(words.clone()))),
                None => Err(PatternError::UnknownGroup(name)),
            },
        }
    }

    fn gap(&mut self, depth: usize) -> Result<Element, PatternError> {
        if depth > 0 {
            return Err(PatternError::GapInside);
        }
        // `……` is typed as one sign.
        while self.chars.get(self.at) == Some(&'…') {
            self.at += 1;
        }
        let digits: String = self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        self.at += digits.len();
        let length = if digits.is_empty() { DEFAULT_GAP } else { digits.parse().unwrap_or(usize::MAX) };
        if length > MAX_GAP { Err(PatternError::LongGap) } else { Ok(Element::Gap(length)) }
    }
}

fn flush(plain: &mut String, elements: &mut Vec<Element>) {
    if !plain.is_empty() {
        elements.push(Element::Choice(vec![std::mem::take(plain)]));
    }
}

/// Splits a cell of alternatives or examples at `｜` or `|` that stand outside brackets.
pub fn split_cell(cell: &str) -> Vec<String> {
    let (mut parts, mut from) = (Vec::new(), 0);
    let mut depth = 0_usize;
    for (at, c) in cell.char_indices() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            '｜' | '|' if depth == 0 => {
                parts.push(&cell[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&cell[from..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Expands a word of a condition: alternatives and groups, no gaps.
///
/// # Errors
/// [`PatternError`] as for patterns.
pub fn expand_word(text: &str, groups: &Groups) -> Result<Vec<String>, PatternError> {
    let chars = signs(text);
    let mut parser = Parser { chars: &chars, at: 0, groups };
    let elements = parser.sequence(0)?;
    Ok(expand(elements)?.into_iter().filter(|word| !word.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> Groups {
        Groups::from([("家人".to_owned(), vec!["老伴".to_owned(), "我妈".to_owned()])])
    }

    fn one(text: &str) -> Pattern {
        let mut patterns = Pattern::compile(text, &groups()).expect("valid");
        assert_eq!(patterns.len(), 1);
        patterns.remove(0)
    }

    #[test]
    fn an_alternative_with_a_number_is_a_way_of_its_own() {
        let patterns = Pattern::compile("转(了|给他{金额}|走{金额})", &groups()).expect("valid");
        let units: Vec<usize> = patterns.iter().map(|pattern| pattern.units.len()).collect();
        assert_eq!(units, [2, 2, 1]);
    }

    #[test]
    fn plain_text_is_one_literal() {
        let pattern = one("安全帐户");
        assert_eq!(pattern.literal(), Some("安全账户"));
        assert_eq!(one("安\u{ad}全\u{202a} 帐户"), pattern, "what a turn leaves out is left out here");
    }

    #[test]
    fn alternatives_multiply_and_gaps_divide() {
        let pattern = one("转(到|入|)…账户");
        assert_eq!(pattern.units.len(), 2);
        assert_eq!(pattern.gaps, [8]);
        assert_eq!(pattern.units[0].literals(), ["转", "转入", "转到"]);
    }

    #[test]
    fn choices_that_meet_are_not_written_out() {
        let unit = &one("(我|你|他|她|您)(让|叫|要|请|给)转(到|)").units[0];
        let Unit::Words(choices) = unit else { panic!("words") };
        assert_eq!(choices.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 2]);
        assert_eq!((unit.literals().len(), unit.min_chars(), unit.max_chars()), (50, 3, Some(4)));
    }

    #[test]
    fn a_part_that_may_be_missing_is_room_in_the_gap() {
        let pattern = one("让…4(我|)…下载");
        assert_eq!(pattern.units.len(), 2);
        assert_eq!(pattern.gaps, [4 + 1 + 8]);
    }

    #[test]
    fn groups_and_amounts_are_units() {
        let pattern = one("{家人}…12{金额}没了");
        assert_eq!(pattern.units[1], Unit::Amount);
        assert_eq!(pattern.gaps, [12, 0]);
    }

    #[test]
    fn faults_are_named() {
        for (text, fault) in [
            ("", PatternError::Empty),
            ("转(到|入", PatternError::Unbalanced('(')),
            ("转到)", PatternError::Unbalanced(')')),
            ("{家}走了", PatternError::UnknownGroup("家".into())),
            ("…账户", PatternError::LooseGap),
            ("转…99账户", PatternError::LongGap),
            ("(转…到)账户", PatternError::GapInside),
            ("钱", PatternError::TooShort),
            (&"钱".repeat(MAX_CHARS + 1), PatternError::TooLong),
            (&"(".repeat(5_000), PatternError::TooDeep),
            (&format!("({})", "(甲|乙)".repeat(40)), PatternError::TooMany),
            (&format!("转{}", "({金额}|{数字})".repeat(40)), PatternError::TooMany),
        ] {
            assert_eq!(Pattern::compile(text, &groups()), Err(fault), "{text}");
        }
    }
}

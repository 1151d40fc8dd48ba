//! The phrase around a hit that an exception could name.

use crate::segment::Segmenter;

/// Longest phrase that is proposed, in characters: longer ones are met only once.
const LONGEST: usize = 16;

/// Phrases of one clause around the words from `start` to `end` (characters of the turn), with at least one word more
/// than they have, shortest first. Words with digits or signs are not taken in: they are of this call only.
pub(super) fn phrases(turn: &str, start: usize, end: usize, segmenter: &Segmenter) -> Vec<String> {
    let chars: Vec<char> = turn.chars().collect();
    if start >= end || end > chars.len() || !chars[start..end].iter().all(|c| is_word(*c)) {
        return Vec::new();
    }
    let before = chars[..start].iter().rev().take_while(|c| is_word(**c)).count();
    let after = chars[end..].iter().take_while(|c| is_word(**c)).count();
    let (from, to) = (start - before, end + after);
    let clause: String = chars[from..to].iter().collect();
    let ends: Vec<usize> = segmenter.boundaries(&crate::normalise::fold(&clause)).iter().map(|at| from + at).collect();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for left in ends.iter().filter(|at| **at <= start).chain([&start]) {
        for right in ends.iter().filter(|at| **at >= end).chain([&end]) {
            if (*left, *right) != (start, end) && right - left <= LONGEST {
                spans.push((*left, *right));
            }
        }
    }
    // What follows tells more often what is meant than what comes before.
    spans.sort_by_key(|(left, right)| (right - left, start - left));
    spans.dedup();
    spans.into_iter().map(|(left, right)| chars[left..right].iter().collect()).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_grow_by_words_within_the_clause() {
        let segmenter = Segmenter::new(std::iter::empty());
        let turn = "我呢，今天去银行转账给房东，5000元";
        let start = turn.chars().position(|c| c == '转').expect("there");
        let found = phrases(turn, start, start + 2, &segmenter);
        assert_eq!(found.first().map(String::as_str), Some("转账给"), "{found:?}");
        assert!(
            found.contains(&"银行转账".to_owned()) && found.contains(&"今天去银行转账给房东".to_owned()),
            "{found:?}"
        );
        assert!(found.iter().all(|phrase| phrase.contains("转账") && !phrase.contains(['，', '5'])));
        assert!(phrases("转账", 0, 2, &segmenter).is_empty(), "nothing stands around");
        assert!(phrases("转5账了", 0, 3, &segmenter).is_empty());
    }
}

//! Where a sentence and where a clause ends: the reach of gaps, negation and asking.

use super::View;

/// What separates two neighbouring characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Break {
    /// Nothing: the same clause goes on.
    None,
    /// A comma, a pause, a dash: a new clause of the same sentence.
    Clause,
    /// A full stop, question or exclamation mark, semicolon: a new sentence.
    Sentence,
}

/// Clause and sentence numbers of every view position.
#[derive(Debug, Default, Clone)]
pub struct Clauses {
    clause: Vec<u32>,
    sentence: Vec<u32>,
}

impl Clauses {
    /// Divides a turn. Marks belong to the clause they close.
    pub fn new(view: &View) -> Self {
        let length = view.chars().len();
        let mut clauses = Clauses { clause: Vec::with_capacity(length), sentence: Vec::with_capacity(length) };
        let (mut clause, mut sentence) = (0, 0);
        let mut before = Break::None;
        for (position, &c) in view.chars().iter().enumerate() {
            let mark = mark(c);
            if mark == Break::None {
                match before {
                    Break::Sentence => {
                        sentence += 1;
                        clause += 1;
                    }
                    Break::Clause => clause += 1,
                    Break::None if view.pause_before(position) => clause += 1,
                    Break::None => {}
                }
                before = Break::None;
            } else {
                before = before.max(mark);
            }
            clauses.clause.push(clause);
            clauses.sentence.push(sentence);
        }
        clauses
    }

    /// Whether two positions lie in one sentence.
    pub fn same_sentence(&self, a: usize, b: usize) -> bool {
        self.sentence[a] == self.sentence[b]
    }

    /// Whether two positions lie in one clause.
    pub fn same_clause(&self, a: usize, b: usize) -> bool {
        self.clause[a] == self.clause[b]
    }

    /// First and one-past-last position of the clause around `position`.
    pub fn clause_around(&self, position: usize) -> (usize, usize) {
        around(&self.clause, position)
    }

    /// First and one-past-last position of the sentence around `position`.
    pub fn sentence_around(&self, position: usize) -> (usize, usize) {
        around(&self.sentence, position)
    }
}

/// The numbers never fall, so the run of equal ones is found by bisection.
fn around(numbers: &[u32], position: usize) -> (usize, usize) {
    let own = numbers[position];
    (numbers.partition_point(|&n| n < own), numbers.partition_point(|&n| n <= own))
}

/// The break that a character makes.
fn mark(c: char) -> Break {
    match c {
        '。' | '！' | '？' | '；' | '!' | '?' | ';' | '．' => Break::Sentence,
        '，' | ',' | '、' | '：' | ':' | '…' | '—' | '（' | '）' | '(' | ')' | '“' | '”' | '"' | '《' | '》' | '~'
        | '～' => Break::Clause,
        _ => Break::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_hold_clauses_and_pauses_part_clauses() {
        let view = View::new("我没给他，密码他就转走了。真的 没有");
        let clauses = Clauses::new(&view);
        assert!(clauses.same_sentence(0, 8));
        assert!(!clauses.same_clause(0, 5));
        let last = view.chars().len() - 1;
        assert!(!clauses.same_sentence(0, last));
        assert!(clauses.same_sentence(last - 3, last));
        assert!(!clauses.same_clause(last - 3, last), "a pause in raw speech recognition parts clauses");
        assert_eq!(clauses.clause_around(1), (0, 5));
    }
}

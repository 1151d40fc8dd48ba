//! Looking around a hit: the words before, after and within it, clause by clause.

use crate::call::{Call, Speaker};
use crate::matching::TurnText;

/// Where a hit stands, with everything around it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The call.
    pub call: &'a Call,
    /// Its turns, prepared.
    pub turns: &'a [TurnText],
    /// Index of the turn.
    pub turn: usize,
    /// First view position of the hit.
    pub start: usize,
    /// One past the last view position.
    pub end: usize,
}

impl<'a> Place<'a> {
    /// The prepared turn.
    pub fn text(&self) -> &'a TurnText {
        &self.turns[self.turn]
    }

    /// Who says it.
    pub fn speaker(&self) -> Speaker {
        self.call.turns[self.turn].speaker
    }

    /// The folded characters of the turn.
    pub fn chars(&self) -> &'a [char] {
        self.text().view.chars()
    }

    /// The words of the clause before the hit, at most `limit` characters.
    pub fn before(&self, limit: usize) -> &'a [char] {
        let (from, _) = self.text().clauses.clause_around(self.start);
        &self.chars()[from.max(self.start.saturating_sub(limit))..self.start]
    }

    /// The words of the clause after the hit, at most `limit` characters.
    pub fn after(&self, limit: usize) -> &'a [char] {
        let (_, to) = self.text().clauses.clause_around(self.end - 1);
        &self.chars()[self.end..to.min(self.end + limit)]
    }

    /// The words of the hit.
    pub fn within(&self) -> &'a [char] {
        &self.chars()[self.start..self.end]
    }

    /// The words from the beginning of the sentence up to the hit.
    pub fn sentence_before(&self) -> &'a [char] {
        let (from, _) = self.text().clauses.sentence_around(self.start);
        &self.chars()[from..self.start]
    }

    /// The words from the end of the hit to the end of the sentence.
    pub fn sentence_after(&self) -> &'a [char] {
        let (_, to) = self.text().clauses.sentence_around(self.end - 1);
        &self.chars()[self.end..to]
    }
}

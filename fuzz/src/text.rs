//! The fold, the view and the mask: lengths and places are kept.

use tinghu::normalise::{Clauses, MASK, View, find_numbers, fold, fold_char, mask_turns};

/// One character in, one out; folding twice changes nothing; every offset leads back to the original.
pub fn offsets(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let chars: Vec<char> = text.chars().collect();
    let folded = fold(&text);
    assert_eq!(folded.chars().count(), chars.len(), "the fold changed the length");
    assert_eq!(fold(&folded), folded, "the fold is not idempotent");
    let view = View::new(&text);
    let mut next = 0;
    for (position, &c) in view.chars().iter().enumerate() {
        let (from, to) = view.original(position, position + 1);
        assert!(from >= next && to == from + 1, "offsets run backwards");
        assert_eq!(fold_char(chars[from as usize]), c, "the offset leads to another character");
        assert!(chars[next as usize..from as usize].iter().all(|c| !c.is_alphanumeric()), "a word was left out");
        assert_eq!(view.position_of_original(from), position);
        assert_eq!(view.pause_before(position), position > 0 && from > next);
        next = to;
    }
    divided(&view);
}

/// Clauses lie within sentences and numbers within the view, in order and apart.
fn divided(view: &View) {
    let clauses = Clauses::new(view);
    for position in 0..view.chars().len() {
        let (clause, sentence) = (clauses.clause_around(position), clauses.sentence_around(position));
        assert!(sentence.0 <= clause.0 && clause.0 <= position && position < clause.1 && clause.1 <= sentence.1);
    }
    let mut free = 0;
    for number in find_numbers(view) {
        assert!(free <= number.start && number.start < number.end && number.end <= view.chars().len());
        free = number.end;
    }
}

/// Masked turns have the length of their originals, differ from them only by marks, and leave no six
/// digits in a row, with up to three blanks between them or none.
pub fn mask(data: &[u8]) {
    let call = super::score::call(data);
    let masked = mask_turns(&call.turns);
    assert_eq!(masked.len(), call.turns.len());
    for (masked, turn) in masked.iter().zip(&call.turns) {
        assert_eq!(masked.chars().count(), turn.text.chars().count(), "the mask changed the length");
        let mut changed = masked.chars().zip(turn.text.chars()).filter(|(now, before)| now != before);
        assert!(changed.all(|(now, _)| now == MASK), "a character became another one");
        assert!(longest_number(masked) < 6, "six digits in a row were left");
    }
}

/// Digits, written or spoken, of the longest number in a text.
fn longest_number(text: &str) -> usize {
    let (mut longest, mut run, mut blanks) = (0, 0, 0);
    for c in text.chars().map(fold_char) {
        if c.is_ascii_digit() || "零一二三四五六七八九".contains(c) {
            (run, blanks) = (run + 1, 0);
        } else {
            blanks += 1;
            run = if c == ' ' && blanks <= 3 { run } else { 0 };
        }
        longest = longest.max(run);
    }
    longest
}

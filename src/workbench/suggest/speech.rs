//! What a speaker says, as runs of words between marks and pauses.

use std::ops::Range;

use crate::matching::TurnText;
use crate::normalise::NumberKind;
use crate::segment::Segmenter;

/// Most words of a phrase.
pub(super) const WORDS: usize = 4;

/// Most characters of a phrase: longer ones are sentences.
const CHARS: usize = 14;

/// A word, or a number in the spelling of patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// View positions.
    pub place: Range<usize>,
    pub text: String,
}

/// A phrase where it stands: one to [`WORDS`] words of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase<'r> {
    pub words: &'r [Word],
    /// The word before it in its run, and the word after it.
    pub before: Option<&'r Word>,
    pub after: Option<&'r Word>,
}

impl Phrase<'_> {
    /// View positions.
    pub fn place(&self) -> Range<usize> {
        self.words[0].place.start..self.words[self.words.len() - 1].place.end
    }

    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }
}

/// The runs of a turn.
pub(super) fn runs(turn: &TurnText, segmenter: &Segmenter) -> Vec<Vec<Word>> {
    let chars = turn.view.chars();
    let pauses = (0..chars.len()).filter(|&at| turn.view.pause_before(at)).count();
    // Some recognisers put a blank between all characters: those are no pauses.
    let pauses_part = pauses * 4 <= chars.len();
    let told = |number: &&crate::normalise::Number| {
        number.kind == NumberKind::Amount || number.end - number.start > 1 || chars[number.start].is_ascii_digit()
    };
    let mut numbers = turn.numbers.iter().filter(told).peekable();
    let (mut runs, mut run, mut piece_from) = (Vec::new(), Vec::new(), 0);
    let cut = |run: &mut Vec<Word>, from: usize, to: usize| {
        if from >= to {
            return;
        }
        let text: String = chars[from..to].iter().collect();
        let mut at = from;
        for word in segmenter.words(&text) {
            let end = at + word.chars().count();
            run.push(Word { place: at..end, text: word.to_owned() });
            at = end;
        }
    };
    let mut at = 0;
    while at < chars.len() {
        let number = numbers.next_if(|number| number.start == at);
        let breaks = !chars[at].is_alphanumeric() || pauses_part && turn.view.pause_before(at);
        if breaks || number.is_some() {
            cut(&mut run, piece_from, at);
            if breaks && !run.is_empty() {
                runs.push(std::mem::take(&mut run));
            }
            piece_from = if chars[at].is_alphanumeric() { at } else { at + 1 };
        }
        match number {
            Some(number) => {
                let text = if number.kind == NumberKind::Amount { "{金额}" } else { "{数字}" };
                run.push(Word { place: number.start..number.end, text: text.to_owned() });
                at = number.end;
                piece_from = at;
            }
            None => at += 1,
        }
    }
    cut(&mut run, piece_from, chars.len());
    if !run.is_empty() {
        runs.push(run);
    }
    runs
}

/// Every phrase of a run.
pub(super) fn phrases(run: &[Word]) -> impl Iterator<Item = Phrase<'_>> {
    (0..run.len())
        .flat_map(move |from| {
            let longest = (run.len() - from).min(WORDS);
            (1..=longest).map(move |count| Phrase {
                words: &run[from..from + count],
                before: from.checked_sub(1).map(|at| &run[at]),
                after: run.get(from + count),
            })
        })
        .filter(|phrase| phrase.place().len() <= CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<Vec<String>> {
        let segmenter = Segmenter::new([("视频会议", None)].into_iter());
        let runs = runs(&TurnText::new(text), &segmenter);
        runs.into_iter().map(|run| run.into_iter().map(|word| word.text).collect()).collect()
    }

    #[test]
    fn marks_and_pauses_part_and_numbers_are_patterns() {
        assert_eq!(
            shown("他开视频会议，转了三万块过去 我没转"),
            [vec!["他", "开", "视频会议"], vec!["转", "了", "{金额}", "过去"], vec!["我", "没", "转"]]
        );
        assert_eq!(shown("视 频 会 议"), [["视频会议"]], "blanks between all characters are no pauses");
        assert_eq!(shown("。？"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn phrases_are_runs_of_up_to_four_words_with_their_neighbours() {
        let segmenter = Segmenter::new(std::iter::empty());
        let runs = runs(&TurnText::new("他让我转"), &segmenter);
        let run = &runs[0];
        let all: Vec<String> = phrases(run).map(|phrase| phrase.text()).collect();
        assert!(all.contains(&"让我".to_owned()) && all.contains(&"他让我转".to_owned()), "{all:?}");
        let middle = phrases(run).find(|phrase| phrase.text() == "让").expect("a phrase");
        assert_eq!(middle.before.map(|word| word.text.as_str()), Some("他"));
        assert_eq!(middle.after.map(|word| word.text.as_str()), Some("我"));
    }
}

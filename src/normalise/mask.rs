//! Numbers that identify a person never leave the program.
//!
//! Masking goes by shape, not by checksum: six or more digits in a row, written or spoken,
//! spaced or not, also when a speaker gives them over two turns. Failing safe, it hides some
//! harmless numbers; hotline numbers (five digits) and spoken amounts (三万五) stay readable.

use super::fold_char;
use crate::call::{Speaker, Turn};

/// What stands for a hidden digit. One digit, one mark, so that offsets stay true.
pub const MASK: char = '*';

/// Digits in a row from which on a number is hidden: the length of a one-time code.
const HIDE_FROM: usize = 6;

/// Characters that people and recognisers put between the digits of one number.
const MAX_SEPARATORS: usize = 3;

/// The turns' texts with every identifying digit replaced by [`MASK`], each of the length of its original.
pub fn mask_turns(turns: &[Turn]) -> Vec<String> {
    let mut texts: Vec<Vec<char>> = turns.iter().map(|turn| turn.text.chars().collect()).collect();
    for speaker in [Speaker::Agent, Speaker::Customer, Speaker::Other] {
        let own = (0..turns.len()).filter(|&index| turns[index].speaker == speaker);
        mask_speaker(&mut texts, own);
    }
    texts.into_iter().map(String::from_iter).collect()
}

/// Masks what one speaker says, reading the turns as one stream.
fn mask_speaker(texts: &mut [Vec<char>], turns: impl Iterator<Item = usize>) {
    let mut run: Vec<(usize, usize)> = Vec::new();
    let mut separators = 0;
    for turn in turns {
        for at in 0..texts[turn].len() {
            match class(texts[turn][at]) {
                Class::Digit => {
                    run.push((turn, at));
                    separators = 0;
                }
                Class::Separator if !run.is_empty() && separators < MAX_SEPARATORS => separators += 1,
                Class::Separator | Class::Word => {
                    hide(texts, &run);
                    run.clear();
                    separators = 0;
                }
            }
        }
    }
    hide(texts, &run);
}

fn hide(texts: &mut [Vec<char>], run: &[(usize, usize)]) {
    if run.len() >= HIDE_FROM {
        for &(turn, at) in run {
            texts[turn][at] = MASK;
        }
    }
}

enum Class {
    Digit,
    Separator,
    Word,
}

fn class(c: char) -> Class {
    match fold_char(c) {
        '0'..='9' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '①'..='⑨' | '⓪' => {
            Class::Digit
        }
        ' ' | '\u{3000}' | '\u{A0}' | '-' | '－' | '—' | '–' | '_' | '，' | ',' | '、' | '.' | '·' | '。' | '/'
        | '杠' | '…' => Class::Separator,
        c if c.is_whitespace() => Class::Separator,
        _ => Class::Word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(speaker: Speaker, text: &str) -> Turn {
        Turn { speaker, start_ms: None, end_ms: None, text: text.to_owned() }
    }

    fn mask_one(text: &str) -> String {
        mask_turns(&[turn(Speaker::Customer, text)]).remove(0)
    }

    #[test]
    fn written_spoken_spaced_and_wide_numbers_are_hidden() {
        for text in [
            "卡号6222020000000000008",
            "幺三八零零零零零零零零",
            "六二二二零零，零零零零，零零零零",
            "138 0000 0000",
            "１３８００００００００",
            "验证码是000000",
            "一三八-零零零零-零零零零",
        ] {
            let masked = mask_one(text);
            assert_eq!(masked.chars().count(), text.chars().count());
            assert!(masked.contains(MASK), "{masked}");
            assert!(!masked.chars().any(|c| matches!(class(c), Class::Digit)), "{masked}");
        }
    }

    #[test]
    fn hotlines_amounts_and_tails_stay() {
        for text in ["打95588", "幺幺零", "一共三万五千六百块", "尾号零零幺九", "二〇二三年三月"]
        {
            assert_eq!(mask_one(text), text);
        }
    }

    #[test]
    fn a_number_given_over_two_turns_is_hidden_in_both() {
        let turns = [turn(Speaker::Customer, "零零零"), turn(Speaker::Agent, "嗯"), turn(Speaker::Customer, "零零八")];
        assert_eq!(mask_turns(&turns), ["***", "嗯", "***"]);
    }
}

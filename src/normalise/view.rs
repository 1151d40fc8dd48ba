//! What the matcher reads: the folded turn without the characters that carry no word.

use std::sync::LazyLock;

use super::fold_char;
use crate::text::is_invisible;

/// A folded turn for matching, with the way back to the transcript.
///
/// White space, zero-width and direction characters are left out, so that `屏幕 共享` is found;
/// every kept character remembers its place in the original turn. Two kinds of offset meet
/// here: positions in the view (its characters), and characters of the original turn (the only ones
/// that leave the engine).
#[derive(Debug, Default, Clone)]
pub struct View {
    chars: Vec<char>,
    /// Original character index of each kept character.
    origin: Vec<u32>,
}

impl View {
    /// Folds one turn.
    pub fn new(turn: &str) -> Self {
        let length = turn.chars().count();
        let mut view = View { chars: Vec::with_capacity(length), origin: Vec::with_capacity(length) };
        for (index, c) in turn.chars().enumerate() {
            if LEFT_OUT.get(c as usize >> 6).is_none_or(|bits| bits >> (c as u32 & 63) & 1 == 0) {
                view.chars.push(fold_char(c));
                view.origin.push(index as u32);
            }
        }
        view
    }

    /// The folded text, for those who read words and not characters.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The folded characters; their index is the view position.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The half-open range of characters of the original turn that a range of view positions covers.
    pub fn original(&self, start: usize, end: usize) -> (u32, u32) {
        debug_assert!(start < end && end <= self.chars.len());
        (self.origin[start], self.origin[end - 1] + 1)
    }

    /// The view position of an original character index: the first kept character at or after it.
    pub fn position_of_original(&self, index: u32) -> usize {
        self.origin.partition_point(|&origin| origin < index)
    }

    /// Whether something was left out (a pause, in raw speech recognition) just before `position`.
    pub fn pause_before(&self, position: usize) -> bool {
        position > 0 && self.origin[position] > self.origin[position - 1] + 1
    }
}

/// One past the last ignorable character.
const END: u32 = 0xE_0080;

/// One bit for each character up to the last that is ignorable: whether it is.
static LEFT_OUT: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; END as usize / 64];
    // Between the marks and the full-width forms there is none, to ask each takes time.
    let asked = (0..0x3100).chain(0xFE00..0x1_0000).chain(0xE_0000..END);
    for c in asked.filter_map(char::from_u32).filter(|c| is_ignorable(*c)) {
        bits[c as usize >> 6] |= 1 << (c as u32 & 63);
    }
    bits
});

/// White space, zero-width, direction and other invisible characters: what matching does not see.
pub(crate) fn is_ignorable(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_to_the_transcript() {
        let turn = "我 把屏\u{200B}幕 共享開了";
        let view = View::new(turn);
        let words = ['屏', '幕', '共', '享'];
        let start = view.chars().windows(4).position(|window| window == words).expect("the words are there");
        let (from, to) = view.original(start, start + 4);
        let quote: String = turn.chars().skip(from as usize).take((to - from) as usize).collect();
        assert_eq!(quote, "屏\u{200B}幕 共享");
        assert!(view.text().ends_with("开了"));
    }

    #[test]
    fn what_is_ignorable_is_left_out_and_nothing_else() {
        for c in '\0'..=char::MAX {
            assert_eq!(View::new(c.encode_utf8(&mut [0; 4])).chars().is_empty(), is_ignorable(c), "{c:?}");
        }
        let hidden = "屏\u{61C}幕\u{180E}共\u{206A}享\u{FFF9}开\u{E0041}了";
        assert_eq!(View::new(hidden).text(), "屏幕共享开了");
    }

    #[test]
    fn a_left_out_space_is_a_pause() {
        let view = View::new("没有 转账");
        assert!(view.pause_before(2));
        assert!(!view.pause_before(1));
    }
}

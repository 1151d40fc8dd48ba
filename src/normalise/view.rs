//! What the matcher reads: the folded turn without the characters that carry no word.

use std::sync::LazyLock;

use super::fold_char;

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

/// One bit for each character of the basic plane: whether it is ignorable. None beyond it is.
static LEFT_OUT: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; 0x1_0000 / 64];
    for c in (0..0x1_0000_u32).filter_map(char::from_u32).filter(|c| is_ignorable(*c)) {
        bits[c as usize >> 6] |= 1 << (c as u32 & 63);
    }
    bits
});

/// White space, zero-width, direction and other invisible characters: what matching does not see.
pub(crate) fn is_ignorable(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}')
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
    fn nothing_beyond_the_basic_plane_is_left_out() {
        assert!(!(0x1_0000..=0x10_FFFF).filter_map(char::from_u32).any(is_ignorable));
    }

    #[test]
    fn a_left_out_space_is_a_pause() {
        let view = View::new("没有 转账");
        assert!(view.pause_before(2));
        assert!(!view.pause_before(1));
    }
}

//! What the matcher reads: the folded turn without the characters that carry no word.

use super::fold_char;

/// A folded turn for matching, with the way back to the transcript.
///
/// White space, zero-width and direction characters are left out, so that `屏幕 共享` is found;
/// every kept character remembers its place in the original turn. Three kinds of offset meet
/// here: bytes of `text` (from the automaton), positions in the view (its characters), and
/// characters of the original turn (the only ones that leave the engine).
#[derive(Debug, Default, Clone)]
pub struct View {
    text: String,
    chars: Vec<char>,
    /// Original character index of each kept character.
    origin: Vec<u32>,
    /// View position of the character that starts at this byte; `u32::MAX` inside a character.
    at_byte: Vec<u32>,
}

impl View {
    /// Folds one turn.
    pub fn new(turn: &str) -> Self {
        let mut view = View::default();
        for (index, c) in turn.chars().enumerate() {
            if is_ignorable(c) {
                continue;
            }
            let folded = fold_char(c);
            view.at_byte.push(view.chars.len() as u32);
            view.text.push(folded);
            view.at_byte.resize(view.text.len(), u32::MAX);
            view.chars.push(folded);
            view.origin.push(index as u32);
        }
        view.at_byte.push(view.chars.len() as u32);
        view
    }

    /// The folded text, as the automaton reads it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folded characters; their index is the view position.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// View position of the character that starts at `byte` of [`View::text`].
    pub fn position(&self, byte: usize) -> usize {
        self.at_byte[byte] as usize
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
        let byte = view.text().find("屏幕共享").expect("the words are there");
        let start = view.position(byte);
        let (from, to) = view.original(start, start + 4);
        let quote: String = turn.chars().skip(from as usize).take((to - from) as usize).collect();
        assert_eq!(quote, "屏\u{200B}幕 共享");
        assert!(view.text().ends_with("开了"));
    }

    #[test]
    fn a_left_out_space_is_a_pause() {
        let view = View::new("没有 转账");
        assert!(view.pause_before(2));
        assert!(!view.pause_before(1));
    }
}

//! The longest beginning of a text that stands anywhere in another, however often that repeats itself.

/// All suffixes of a text, sorted.
#[derive(Debug)]
pub(super) struct Suffixes {
    /// Where each begins, in the order of their characters.
    order: Vec<u32>,
}

impl Suffixes {
    /// Sorts the suffixes of a text by doubling the length by which they are told apart (Manber and Myers, Suffix
    /// arrays, 1993): O(n log² n), whatever is repeated.
    pub fn of(text: &[char]) -> Suffixes {
        let mut order: Vec<u32> = (0..text.len() as u32).collect();
        let mut ranks: Vec<u32> = text.iter().map(|c| u32::from(*c) + 1).collect();
        let mut next = vec![0; text.len()];
        let mut length = 1;
        loop {
            // What ends sooner comes first.
            let key = |start: &u32| {
                let start = *start as usize;
                (ranks[start], ranks.get(start + length).copied().unwrap_or(0))
            };
            order.sort_unstable_by_key(key);
            let mut rank = 0;
            for own in order.chunk_by(|a, b| key(a) == key(b)) {
                rank += 1;
                own.iter().for_each(|start| next[*start as usize] = rank);
            }
            std::mem::swap(&mut ranks, &mut next);
            if rank as usize == text.len() {
                return Suffixes { order };
            }
            length *= 2;
        }
    }

    /// Length of the longest beginning of `part` that stands in the text whose suffixes these are.
    pub fn longest(&self, text: &[char], part: &[char]) -> usize {
        let at = self.order.partition_point(|start| text[*start as usize..] < *part);
        let common = |start: &u32| text[*start as usize..].iter().zip(part).take_while(|(a, b)| a == b).count();
        // What shares most with it stands beside the place where it would stand.
        let beside = self.order[at.saturating_sub(1)..].iter().take(2);
        beside.map(common).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn suffixes_are_sorted_and_the_longest_beginning_is_that_of_looking_everywhere(
            text in "[甲乙]{0,20}", part in "[甲乙丙]{0,8}",
        ) {
            let (text, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
            let suffixes = Suffixes::of(&text);
            prop_assert!(suffixes.order.is_sorted_by_key(|start| &text[*start as usize..]));
            prop_assert_eq!(suffixes.order.len(), text.len());
            let stands = |length: &usize| (0..text.len()).any(|at| text[at..].starts_with(&part[..*length]));
            let plain = (1..=part.len()).rev().find(stands).unwrap_or(0);
            prop_assert_eq!(suffixes.longest(&text, &part), plain);
        }
    }
}

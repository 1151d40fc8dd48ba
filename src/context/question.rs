//! Whether a sentence asks.

use std::sync::LazyLock;

use super::phrase::Place;
use crate::normalise::WordSet;

/// Words that make a question wherever they stand.
static ASKING: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "是不是",
        "有没有",
        "能不能",
        "会不会",
        "可不可以",
        "要不要",
        "对不对",
        "好不好",
        "行不行",
        "算不算",
        "是否",
        "吗",
        "么?",
        "么？",
        "没有？",
        "没有?",
        "了没",
        "是吧",
        "对吧",
        "什么情况",
        "怎么办",
        "怎么回事",
    ])
});

/// Whether the sentence around the hit asks whether it is so (吗, 有没有, …).
pub(super) fn asks_whether(place: &Place<'_>) -> bool {
    let (from, to) = place.sentence();
    let (from, near) = (from.max(place.start.saturating_sub(NEAR)), to.min(place.end + NEAR));
    let text = &place.chars()[from..near];
    // What is cut off in the middle does not end there.
    ASKING.any_in(text) || (near == to && (matches!(text.last(), Some('？' | '?')) || ends_open(text)))
}

/// Characters before and after a hit that can make it a question. Raw speech recognition has no
/// marks, so a "sentence" there may be a whole turn of several statements.
const NEAR: usize = 14;

/// 开了屏幕共享没有, 转了没: the question without a mark.
fn ends_open(text: &[char]) -> bool {
    let end =
        text.iter().rposition(|c| !matches!(c, '？' | '?' | '。' | '，' | '啊' | '呀' | '呢')).map_or(0, |at| at + 1);
    text[..end].ends_with(&['没', '有']) || text[..end].ends_with(&['没'])
}

//! Question and answer across turns: "开了屏幕共享没有" – "嗯，开着呢".

use std::sync::LazyLock;

use super::phrase::Place;
use crate::call::Speaker;
use crate::normalise::WordSet;

/// What the other side answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Yes.
    Affirmed,
    /// No.
    Denied,
    /// Neither can be told.
    Unclear,
}

/// Beginnings of a yes. The verbs answer a question by taking up its act.
static YES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "对",
        "是",
        "嗯",
        "有",
        "开着",
        "开了",
        "下了",
        "下载了",
        "装了",
        "给了",
        "报了",
        "念了",
        "说了",
        "发了",
        "转了",
        "点了",
        "输了",
        "填了",
        "告诉了",
        "加了",
        "进了",
        "要",
        "好像是",
        "就是",
        "没错",
        "可不",
        "那可不",
        "在的",
        "在呢",
        "在啊",
        "还在",
        "还开着",
        "看得到",
        "看得见",
        "能看",
        "能吧",
        "能的",
        "说过",
        "转过",
        "打过",
        "去了",
        "汇了",
        "付了",
        "交了",
        "中",
        "要得",
        "系",
        "哎对",
        "哎是",
        "啊对",
        "啊是",
        "呃对",
        "呃是",
        "呃有",
        "刚",
        "已经",
        "应该是",
        "好像有",
    ])
});

/// Beginnings of a no.
static NO: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "没有",
        "没",
        "不是",
        "不",
        "还没",
        "哪有",
        "哪里有",
        "从来没",
        "冇",
        "未",
        "没得",
        "莫得",
        "啊没有",
        "呃没有",
        "嗯没有",
        "哦没有",
        "那没有",
        "那倒没有",
        "这倒没有",
        "倒没有",
        "都没有",
        "我没",
        "我不",
    ])
});

/// Fillers before the answer proper.
const FILLERS: &[char] =
    &['呃', '啊', '哦', '额', '那', '这', '个', '，', ',', '。', '…', '我', '就', '哎', '诶', '唉', '噢', '、'];

/// Beginnings that may be no more than a sign of listening.
static LISTENING: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(["嗯", "对", "是", "啊"]));
/// What denies, close behind such a beginning.
static DENIED: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(["没有", "没", "不是"]));
/// What only looks like it.
static NOT_DENIED: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(["没错", "是不是"]));

/// The customer's answer to the agent's turn that holds the hit.
pub(super) fn answer(place: &Place<'_>) -> Answer {
    let turns = &place.call.turns;
    let close = place.turn + 1..(place.turn + 3).min(turns.len());
    let Some(next) = close.into_iter().find(|&turn| turns[turn].speaker != Speaker::Agent) else {
        return Answer::Unclear;
    };
    let text = place.turns[next].view.chars();
    if NO.begins(text) {
        return Answer::Denied;
    }
    let skip = text.iter().take(4).take_while(|c| FILLERS.contains(c)).count();
    let text = &text[skip..];
    if NO.begins(text) {
        return Answer::Denied;
    }
    // 嗯 may only say "I am listening", and 对 agrees to "您没…吧": a denial close behind is the answer.
    let head = &text[..text.len().min(8)];
    if LISTENING.begins(text) && DENIED.any_in(head) && !NOT_DENIED.any_in(head) {
        return Answer::Denied;
    }
    if YES.begins(text) { Answer::Affirmed } else { Answer::Unclear }
}

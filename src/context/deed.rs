//! How far an act has gone: spoken of, about to be done, done or going on.
//!
//! "他让我报验证码" and "验证码我报了" differ by a particle; the first is a demand, the second a loss.

use std::sync::LazyLock;

use super::Stance;
use super::phrase::Place;
use crate::lexicon::{Deed, Kind, Stage};
use crate::normalise::WordSet;

/// After the act, these say that it happened.
static DONE: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(["了", "过去", "完", "好了", "上了", "出去", "进去", "成功", "着呢", "着的", "过一", "过两", "过几"])
});
/// Before the act, these say that it happened or goes on.
static UNDER_WAY: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "正在",
        "在跟",
        "已经",
        "刚刚",
        "刚才",
        "刚",
        "一直在",
        "还开着",
        "昨天",
        "昨晚",
        "前天",
        "今早",
        "上午",
        "下午",
    ])
});
/// Before the act, these say that it is about to be done.
static ABOUT: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "马上",
        "这就",
        "我要",
        "准备",
        "正要",
        "打算",
        "帮我",
        "给我",
        "赶紧",
        "快点",
        "急着",
        "等着",
        "想",
        "得",
        "现在就",
        "立马",
        "我去",
        "我来",
        "我再",
    ])
});
/// Particles that look like 了 but close a question or a threat.
static NOT_YET: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "了没", "了吗", "了么", "要是", "如果", "万一", "就要", "不然", "否则", "才能", "还没", "没", "别", "不要",
    ])
});

/// Within the hit: a verb of the act with the particle of what has happened.
static ACTED: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "交了",
        "付了",
        "转了",
        "打了",
        "汇了",
        "充了",
        "给了",
        "补了",
        "存了",
        "下了",
        "装了",
        "点了",
        "填了",
        "输了",
        "念了",
        "报了",
        "发了",
        "说了",
        "诉了",
        "开了",
        "扫了",
        "刷了",
        "拍了",
        "寄了",
        "取了",
        "买了",
        "投了",
        "借了",
        "垫了",
        "贷了",
        "加了",
        "拿了",
        "做了",
        "过去了",
        "出去了",
        "进去了",
        "给他了",
        "给她了",
        "人家了",
        "对方了",
        "他们了",
        "完了",
        "好了",
        "上了",
        "着呢",
        "着的",
    ])
});

/// Acts by which a channel becomes a danger.
static INSTALL: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::new(["下载", "下了", "下个", "装", "打开", "开着", "会议", "远程", "控制"]));

/// How far the act of a counting hit has gone.
pub(super) fn judge(kind: Kind, place: &Place<'_>, stance: Stance) -> Deed {
    let Kind::Stage(stage, own) = kind else { return Deed::Spoken };
    if own == Deed::Done || !matches!(stage, Stage::Channel | Stage::Credential | Stage::Money | Stage::Extraction) {
        return own;
    }
    if stance == Stance::Confirmed {
        return Deed::Done;
    }
    // Adding a contact or joining a group is how scripts begin; only software on the phone is an act.
    if stage == Stage::Channel && !INSTALL.any_in(place.within()) {
        return own;
    }
    let (before, within, after) = (place.before(10), place.within(), place.after(4));
    if NOT_YET.any_in(before) || NOT_YET.any_in(within) || NOT_YET.any_in(after) {
        return own;
    }
    let done = ACTED.any_in(within) || DONE.any_in(after) || UNDER_WAY.any_in(before);
    if done {
        Deed::Done
    } else if ABOUT.any_in(before) {
        Deed::About
    } else {
        own
    }
}

//! Negation that knows its clause: which "not" reaches a hit, and which only looks like one.

use std::sync::LazyLock;

use super::phrase::Place;
use crate::normalise::WordSet;

/// Characters within which a negator reaches (domain rule: the clause, or eight characters).
const REACH: usize = 8;

/// Words that deny a fact.
const DENIALS_WORDS: &[&str] = &[
    "没",
    "没有",
    "未",
    "不",
    "不是",
    "不会",
    "不敢",
    "不想",
    "不肯",
    "没敢",
    "并没",
    "冇",
    "从来没",
    "哪有",
    "又没",
    "拒绝",
];
static DENIALS: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(DENIALS_WORDS));

/// Orders not to do something: in a swindler's mouth they are part of the script, in the bank's a warning.
const ORDERS_WORDS: &[&str] =
    &["别", "不要", "不能", "不许", "不准", "不让", "莫", "不得", "不可以", "甭", "千万别", "严禁"];
static ORDERS: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(ORDERS_WORDS));

/// Words that hold a negating character and deny nothing that follows.
const HARMLESS_WORDS: &[&str] = &[
    "不但",
    "不仅",
    "不过",
    "不管",
    "不好意思",
    "不知道",
    "不晓得",
    "不懂",
    "不明白",
    "不清楚",
    "没想到",
    "没办法",
    "没错",
    "没事",
    "没问题",
    "没关系",
    "差不多",
    "不得不",
    "不停",
    "不断",
    "不久",
    "受不了",
    "不得了",
    "了不得",
    "要不是",
    "要不然",
    "要不",
    "不然",
    "不光",
    "不行",
    "不对",
    "不对劲",
    "没过",
    "没几",
    "没多久",
    "不一会",
    "不小心",
    "没法",
    "动不动",
    "不转就",
    "不交就",
    "不给就",
    "不配合",
    "不弄",
    "不关",
    "不处理",
    "不取消",
    "没了",
    "没钱",
    "不由",
    "特别",
    "别人",
    "别的",
    "区别",
    "级别",
    "分别",
    "告别",
    "性别",
    "个别",
    "莫名",
    "不就",
    "不都",
    "好不好",
    "不错",
    "没完",
    "不舒服",
    "不安",
    "不放心",
    "没注意",
    "没看清",
    "没多想",
    "没反应过来",
    "没在意",
    "不好",
];
static HARMLESS: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(HARMLESS_WORDS));

/// Words after which a new statement begins: the negation before them does not reach further.
static CONNECTIVES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "就", "但", "可是", "可", "结果", "然后", "后来", "所以", "因为", "你们", "反而", "却", "而是", "只是",
    ])
});

/// A new subject begins a new statement too, unless it is the object of one of [`TO_WHOM`].
static OTHERS: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(["他", "她", "它", "人家", "对方", "那边"]));

/// Words whose object follows: 没给他 is one statement.
const TO_WHOM: &[char] =
    &['给', '跟', '和', '对', '向', '让', '叫', '找', '理', '信', '帮', '诉', '被', '把', '听', '借', '问', '见'];

/// Verbs that, right after 没, deny the object named before: 验证码我没给.
static DONE_VERBS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "开", "给", "转", "下", "点", "填", "说", "装", "报", "念", "理", "信", "弄", "搞", "做", "打", "输", "接",
        "要", "买", "收", "加", "进", "发", "告诉", "办", "扫", "动", "汇", "存", "付", "交", "讲",
    ])
});

/// How a hit is negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Negated {
    /// It is said not to be so.
    Denied,
    /// It is told not to be done.
    Forbidden,
}

/// Every word that can negate a hit; and with those that only look like one.
static NEGATORS: LazyLock<WordSet> = LazyLock::new(|| WordSet::new([DENIALS_WORDS, ORDERS_WORDS].concat()));
static KNOWN: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::new([DENIALS_WORDS, ORDERS_WORDS, HARMLESS_WORDS].concat()));

/// Whether any word that can negate a hit stands in the text: most turns hold none.
pub(super) fn may_negate(text: &[char]) -> bool {
    NEGATORS.any_in(text)
}

/// Whether a term as written holds its own negation: then it is never negated by it.
pub(super) fn negates_itself(term: &[char]) -> bool {
    last_negator(term).is_some()
}

/// Whether, and how, the hit is negated where it stands; `own_negation` as [`negates_itself`] says of its term.
pub(super) fn negated(place: &Place<'_>, own_negation: bool) -> Option<Negated> {
    let inside = if own_negation { None } else { reaching(place.within()) };
    let how = inside.or_else(|| reaching(place.before(REACH))).or_else(|| fronted(place, own_negation))?;
    (!double(place)).then_some(how)
}

/// The negator that reaches the end of `text`.
fn reaching(text: &[char]) -> Option<Negated> {
    let (at, length, how) = last_negator(text)?;
    // 有没有, 是不是, 转没转: a question, not a denial.
    if new_statement(&text[at + length..]) || asks(text, at) {
        return None;
    }
    Some(how)
}

/// Whether a connective or a new subject stands in the text.
fn new_statement(text: &[char]) -> bool {
    let begins = |at: usize| {
        CONNECTIVES.longest_at(text, at).is_some()
            || (OTHERS.longest_at(text, at).is_some() && !(at > 0 && TO_WHOM.contains(&text[at - 1])))
    };
    (0..text.len()).any(begins)
}

/// The last negator that is not part of a harmless word: its place, its length and what it does.
fn last_negator(text: &[char]) -> Option<(usize, usize, Negated)> {
    let mut found = None;
    let mut at = 0;
    while let Some((skipped, _)) = KNOWN.first_in(&text[at..]) {
        at += skipped;
        if let Some(length) = HARMLESS.longest_at(text, at) {
            at += length;
            continue;
        }
        let (denial, order) = (DENIALS.longest_at(text, at), ORDERS.longest_at(text, at));
        let how = if order > denial { Negated::Forbidden } else { Negated::Denied };
        let length = denial.max(order)?;
        found = Some((at, length, how));
        at += length;
    }
    found
}

/// A-not-A: the same character on both sides of the negator at `at` (有没有, 是不是, 能不能, 转没转).
fn asks(text: &[char], at: usize) -> bool {
    at > 0 && matches!(text[at], '不' | '没') && text.get(at + 1) == Some(&text[at - 1])
}

/// Two negations that make a statement.
static DOUBLE: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::new(["没有不", "不是不", "不可能没", "不得不", "不能不", "非得"]));
static IS_NOT: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(["不是"]));

/// 没有不…, 不是不…, 不可能没…: two negations in the reach make a statement.
fn double(place: &Place<'_>) -> bool {
    let before = place.before(REACH + 4);
    let asks = || matches!(place.sentence_after(), [.., '吗'] | [.., '吗', '？']);
    let is_not = || IS_NOT.last_in(before).is_some_and(|(at, _)| !before[..at].contains(&'是'));
    DOUBLE.any_in(before) || (is_not() && asks())
}

/// What denies the object before it.
static FRONTED: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(["没有", "没", "不"]));

/// 验证码我没给, 屏幕共享没开: the object first, then the denial.
fn fronted(place: &Place<'_>, own_negation: bool) -> Option<Negated> {
    if own_negation {
        return None;
    }
    let after = place.after(6);
    let (at, length) = FRONTED.first_in(after)?;
    let near = at <= 3 && !new_statement(&after[..at]);
    let denied = near && DONE_VERBS.begins(&after[at + length..]) && !asks(after, at);
    (denied && after[at] != '不').then_some(Negated::Denied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Call, Speaker, Turn};
    use crate::matching::TurnText;

    fn judge(text: &str, hit: &str) -> Option<Negated> {
        let turn = Turn { speaker: Speaker::Customer, start_ms: None, end_ms: None, text: text.to_owned() };
        let call = Call {
            id: "t".into(),
            started_at: None,
            direction: None,
            agent_id: None,
            team: None,
            turns: vec![turn],
            warnings: vec![],
        };
        let turns = [TurnText::new(text)];
        let words: Vec<char> = hit.chars().collect();
        let mut windows = turns[0].view.chars().windows(words.len());
        let start = windows.position(|window| window == words).expect("the words are there");
        let place = Place::new(&call, &turns, 0, (start, start + words.len()));
        let judged = negated(&place, negates_itself(&words));
        assert!(judged.is_none() || may_negate(turns[0].view.chars()), "{text}");
        judged
    }

    #[test]
    fn a_denial_reaches_its_clause() {
        assert_eq!(judge("我没把验证码告诉他", "验证码告诉他"), Some(Negated::Denied));
        assert_eq!(judge("验证码我没给他", "验证码"), Some(Negated::Denied));
        assert_eq!(judge("屏幕共享没开", "屏幕共享"), Some(Negated::Denied));
        assert_eq!(judge("没有开屏幕共享", "屏幕共享"), Some(Negated::Denied));
        assert_eq!(judge("请您不要转账", "转账"), Some(Negated::Forbidden));
        assert_eq!(judge("验证码没给他", "验证码"), Some(Negated::Denied));
        assert_eq!(judge("我没有给他看屏幕共享", "屏幕共享"), Some(Negated::Denied));
    }

    #[test]
    fn it_ends_where_a_new_statement_begins() {
        assert_eq!(judge("我没给他密码他就转走了", "转走了"), None);
        assert_eq!(judge("他没说要钱，就是让我转过去验证", "转过去验证"), None);
        assert_eq!(judge("不转就冻结", "冻结"), None);
    }

    #[test]
    fn what_only_looks_like_a_negation_is_none() {
        assert_eq!(judge("有没有开屏幕共享", "屏幕共享"), None);
        assert_eq!(judge("我不知道他让我下载的什么软件", "下载"), None);
        assert_eq!(judge("不是让我转到安全账户吗", "转到安全账户"), None);
        assert_eq!(judge("我没有不转账", "转账"), None);
        assert_eq!(judge("特别着急转账", "转账"), None);
    }
}

//! The agent takes up the customer's own words and weighs them.

use std::sync::LazyLock;

use super::suffixes::Suffixes;
use crate::call::{Call, Speaker};
use crate::context::Reading;
use crate::matching::TurnText;
use crate::normalise::{WordSet, is_han};

/// Words of grammar and of every call: taking them up shows nothing.
const EMPTY: &str = "的了是我你他她它您在就都也还不有没这那个一么吗呢吧啊呀嘛哦嗯要会能可说去来到给跟和把被让叫很太真好对\
                     啥哪谁多少几什怎样下上里头点得着过又再先后前钱卡想看知道请问时候现今明昨刚才自己";

/// Words of business: taking them up is procedure.
static BUSINESS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "银行", "客服", "账户", "卡号", "密码", "短信", "手机", "号码", "转账", "网点", "柜台", "验证", "身份", "信用",
        "业务", "系统", "办理", "收款", "付款", "公安", "骗子", "诈骗", "投诉", "工号", "操作", "支付", "征信", "材料",
        "证明", "申请", "登记", "取款", "限额", "开户", "平台", "软件", "会议", "本人", "合同", "利息", "链接", "公司",
    ])
});

/// What weighs the words taken up: a feeling, a burden, a reason, a comfort.
static WEIGHED: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "难熬",
        "难受",
        "难过",
        "太难",
        "真难",
        "多难",
        "好难",
        "难为",
        "太苦",
        "太累",
        "累人",
        "够累",
        "辛苦",
        "换谁",
        "搁谁",
        "换我",
        "谁碰",
        "谁遇",
        "谁摊",
        "谁家",
        "谁都",
        "哪个都",
        "心里",
        "心疼",
        "怪不",
        "不怪",
        "不容易",
        "委屈",
        "应该的",
        "应当的",
        "自然的",
        "要紧",
        "哪能",
        "哪会",
        "放下",
        "惦记",
        "扛",
        "撑",
        "还得",
        "可惜",
        "舍不得",
        "真心",
        "清清白白",
        "不丢人",
        "坐得住",
        "折腾",
        "白跑",
        "受罪",
        "遭罪",
        "够受",
        "够呛",
        "费眼睛",
        "费劲",
        "不糊涂",
        "孤单",
        "冷清",
        "守住",
        "比丢钱",
        "辛苦钱",
    ])
});

/// What asks or demands: procedure, even in the customer's words.
static DEMANDS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(["吗", "什么", "多少", "请", "需要", "提供", "几点", "必须", "应该是", "规定", "?", "？"])
});

/// How far, in characters, the weighing may stand from the words taken up.
const NEAR: usize = 14;

/// Turns before the agent's in which the customer may have said the words.
const BEFORE: usize = 4;

/// Agent turns that take up what the customer just said, in the customer's words, and weigh it:
/// "二十几个人堵我家门口" – "二十几个人等着吃饭，换我我也急". No lexicon can hold these words: they are the customer's.
pub(super) fn echoes(call: &Call, reading: &Reading) -> Vec<usize> {
    let mut said = Said::default();
    let mut turns = Vec::new();
    for (turn, _) in call.turns.iter().enumerate().filter(|(_, turn)| turn.speaker == Speaker::Agent) {
        let text = &reading.turns[turn];
        // Few turns weigh anything at all.
        if WEIGHED.any_in(text.view.chars()) {
            said.read(call, reading, turn);
            if takes_up(text, &said) {
                turns.push(turn);
            }
        }
    }
    turns
}

fn takes_up(text: &TurnText, said: &Said) -> bool {
    let chars = text.view.chars();
    // The clause asked last, by its first position, and whether it demands.
    let mut clause = (usize::MAX, false);
    let mut at = 0;
    // One past the last of the Han characters that follow each other here.
    let mut end = 0;
    while at + 2 <= chars.len() {
        if at >= end {
            end = at + chars[at..].iter().take_while(|c| is_han(**c)).count();
        }
        let length = said.longest(&chars[at..end.max(at)]);
        if length < 2 {
            at += 1;
            continue;
        }
        if is_content(&chars[at..at + length]) {
            let (from, to) = text.clauses.sentence_around(at);
            if WEIGHED.any_in(&chars[from.max(at.saturating_sub(NEAR))..to.min(at + length + NEAR)]) {
                let (from, to) = text.clauses.clause_around(at);
                if clause.0 != from {
                    clause = (from, DEMANDS.any_in(&chars[from..to]));
                }
                if !clause.1 {
                    return true;
                }
            }
        }
        at += length;
    }
    false
}

fn is_content(words: &[char]) -> bool {
    words.iter().filter(|c| !EMPTY.contains(**c)).count() * 3 >= words.len() && !BUSINESS.any_in(words)
}

/// What the customer said before a turn of the agent, ordered by pairs of characters.
struct Said {
    /// The customer's turns, a mark after each.
    chars: Vec<char>,
    /// For each kind of pair, one past the last place where one begins; for each place, the same of the one before.
    last: [u32; KINDS],
    before: Vec<u32>,
    /// What stands in their place where much was said: the same few words may be most of it.
    suffixes: Option<Suffixes>,
}

/// Characters said above which they are sorted: below, going from place to place is faster.
const SORTED: usize = 400;

/// Kinds of pairs that are told apart.
const KINDS: usize = 256;

impl Default for Said {
    fn default() -> Self {
        Said { chars: Vec::new(), last: [0; KINDS], before: Vec::new(), suffixes: None }
    }
}

impl Said {
    fn read(&mut self, call: &Call, reading: &Reading, turn: usize) {
        self.chars.clear();
        self.before.clear();
        self.last.fill(0);
        for other in turn.saturating_sub(BEFORE)..turn {
            if call.turns[other].speaker == Speaker::Customer {
                self.chars.extend_from_slice(reading.turns[other].view.chars());
                self.chars.push('\0');
            }
        }
        self.suffixes = (self.chars.len() > SORTED).then(|| Suffixes::of(&self.chars));
        if self.suffixes.is_some() {
            return;
        }
        for (pair, next) in self.chars.windows(2).zip(1..) {
            self.before.push(std::mem::replace(&mut self.last[kind(pair[0], pair[1])], next));
        }
    }

    /// Length of the longest beginning of a text of Han characters that the customer said; 0 below two.
    fn longest(&self, text: &[char]) -> usize {
        let [first, second, ..] = *text else { return 0 };
        let mut longest = 0;
        if let Some(suffixes) = &self.suffixes {
            longest = suffixes.longest(&self.chars, text);
            return if longest < 2 { 0 } else { longest };
        }
        let mut next = self.last[kind(first, second)];
        while let Some(place) = next.checked_sub(1) {
            next = self.before[place as usize];
            let said = &self.chars[place as usize..];
            // What does not go on where the longest ended is no longer.
            if said.get(longest) == text.get(longest) && said.len() > longest {
                let common = said.iter().zip(text).take_while(|(a, b)| a == b).count();
                longest = longest.max(common);
            }
        }
        if longest < 2 { 0 } else { longest }
    }
}

fn kind(first: char, second: char) -> usize {
    (u32::from(first).wrapping_mul(31).wrapping_add(u32::from(second)) as usize) % KINDS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::context::Frames;

    /// The plain way: every place of every turn compared.
    fn plain(text: &[char], turns: &[Vec<char>]) -> usize {
        let limit = text.iter().take_while(|c| is_han(**c)).count();
        let common = |other: &[char]| text[..limit].iter().zip(other).take_while(|(a, b)| a == b).count();
        let longest = turns.iter().flat_map(|turn| (0..turn.len()).map(|at| common(&turn[at..]))).max().unwrap_or(0);
        if longest < 2 { 0 } else { longest }
    }

    proptest! {
        #[test]
        fn the_longest_words_taken_up_are_those_of_comparing_everything(
            said in prop::collection::vec("[甲乙丙，]{0,12}", 0..4), text in "[甲乙丙，]{0,12}",
        ) {
            let turns: Vec<crate::call::Turn> = said.iter().map(|text| crate::call::Turn {
                speaker: Speaker::Customer, start_ms: None, end_ms: None, text: text.clone(),
            }).collect();
            let reading = Reading {
                turns: turns.iter().map(TurnText::of).collect(), hits: vec![], frames: Frames::default(),
            };
            let call = Call {
                id: "t".into(), started_at: None, direction: None, agent_id: None, team: None, turns, warnings: vec![],
            };
            let mut all = Said::default();
            all.read(&call, &reading, said.len());
            let chars = |text: &String| text.chars().collect::<Vec<char>>();
            let (text, said) = (chars(&text), said.iter().map(chars).collect::<Vec<_>>());
            let mut sorted = Said { suffixes: Some(Suffixes::of(&all.chars)), ..Said::default() };
            sorted.chars.clone_from(&all.chars);
            for at in 0..text.len() {
                let han = text[at..].iter().take_while(|c| is_han(**c)).count();
                let expected = plain(&text[at..], &said);
                prop_assert_eq!(all.longest(&text[at..at + han]), expected);
                prop_assert_eq!(sorted.longest(&text[at..at + han]), expected);
            }
        }
    }
}

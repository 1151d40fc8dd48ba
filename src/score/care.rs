//! What the agent said and did for the customer: behaviours, acts and failings, by turn.

use std::collections::BTreeMap;

use super::wording::WordingReading;
use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading};
use crate::lexicon::wording::Aspect;
use crate::lexicon::{DutyKind, EmpathyKind, Kind, Lexicon, TabooKind};
use crate::normalise::is_han;

/// The agent's behaviours that count, in order.
#[derive(Debug)]
pub(super) struct Care<'a> {
    /// Caring behaviours with their weight.
    pub warm: Vec<(&'a Hit, EmpathyKind, u8)>,
    /// Failings with their penalty.
    pub taboos: Vec<(&'a Hit, TabooKind, u8)>,
    /// A failing heard in a call whose wording is anything but: not counted.
    pub doubted: Option<&'a Hit>,
    /// The turn of a failing in words that no term knows.
    pub failing: Option<usize>,
    /// Turns in which the agent helps: acts, promises, protects, warns; in order, each once.
    acts: Vec<usize>,
    /// Those of them in which more than a warning is given.
    helps: Vec<usize>,
    /// Turns in which the agent takes up the customer's own words and weighs them, in order.
    echoes: Vec<usize>,
}

impl<'a> Care<'a> {
    /// Collects what the agent's turns hold.
    pub fn read(lexicon: &Lexicon, call: &Call, reading: &'a Reading, wording: &WordingReading) -> Self {
        let failing = wording.certain(Aspect::Taboo, lexicon.scoring.wording.taboo);
        let warned = wording.certain(Aspect::Warned, lexicon.scoring.wording.warned);
        let mut care = Care {
            warm: Vec::new(),
            taboos: Vec::new(),
            doubted: None,
            failing: None,
            acts: Vec::new(),
            helps: Vec::new(),
            echoes: echoes(call, reading),
        };
        for hit in &reading.hits {
            if call.turns[hit.turn].speaker != Speaker::Agent || hit.factor == 0 {
                continue;
            }
            let term = lexicon.term(hit.term);
            match term.kind {
                Kind::Empathy(kind) => {
                    care.warm.push((hit, kind, term.weight));
                    // 我帮您查一下 is how every call goes; an act has an object and a result.
                    if term.weight >= 2 && matches!(kind, EmpathyKind::E7 | EmpathyKind::E13) {
                        care.acts.push(hit.turn);
                        care.helps.push(hit.turn);
                    }
                }
                Kind::Taboo(kind) => care.taboos.push((hit, kind, term.weight)),
                Kind::Duty(DutyKind::Warn) if warned == Some(false) => {}
                Kind::Duty(DutyKind::Identity | DutyKind::Verify) => {}
                Kind::Duty(kind) => {
                    care.acts.push(hit.turn);
                    if kind != DutyKind::Warn {
                        care.helps.push(hit.turn);
                    }
                }
                _ => {}
            }
        }
        // One harsh word against the tone of a whole call is more likely misheard than said.
        if failing == Some(false) && care.taboos.len() == 1 {
            care.doubted = care.taboos.pop().map(|(hit, ..)| hit);
        }
        if failing == Some(true) && care.taboos.is_empty() {
            care.failing = wording.strongest_turn(Aspect::Taboo, call, Speaker::Agent);
        }
        // What is done with a scolding is not felt as help.
        let scolded: Vec<usize> = care.failed_turns().collect();
        care.acts.retain(|turn| !scolded.contains(turn));
        care.acts.dedup();
        care.helps.retain(|turn| !scolded.contains(turn));
        care.helps.dedup();
        care.echoes.retain(|turn| !scolded.contains(turn));
        care
    }

    /// Turns with a failing.
    pub fn failed_turns(&self) -> impl Iterator<Item = usize> {
        self.taboos.iter().map(|(hit, ..)| hit.turn).chain(self.failing)
    }

    /// Turns in which the agent helps.
    pub fn acts(&self) -> &[usize] {
        &self.acts
    }

    /// Turns in which the agent does more than warn.
    pub fn helps(&self) -> &[usize] {
        &self.helps
    }

    /// Whether the agent takes up the customer's own words in this turn.
    pub fn echoes_in(&self, turn: usize) -> bool {
        self.echoes.contains(&turn)
    }

    /// Whether anywhere in the call a feeling or the situation is answered with more than a template or 慢慢说.
    pub fn answered_warmly(&self) -> bool {
        let soothes = |kind| matches!(kind, EmpathyKind::E4 | EmpathyKind::E5);
        let enough = |kind| if soothes(kind) { 3 } else { 2 };
        let warm = |(_, kind, weight): &(&Hit, EmpathyKind, u8)| kind.answers_feeling() && *weight >= enough(*kind);
        !self.echoes.is_empty() || self.warm.iter().any(warm)
    }

    /// Whether the agent helps in this turn.
    pub fn acts_in(&self, turn: usize) -> bool {
        self.acts.contains(&turn)
    }
}

impl EmpathyKind {
    /// Whether the behaviour answers a feeling, and not only a need.
    pub(super) fn answers_feeling(self) -> bool {
        matches!(
            self,
            EmpathyKind::E1
                | EmpathyKind::E2
                | EmpathyKind::E3
                | EmpathyKind::E4
                | EmpathyKind::E5
                | EmpathyKind::E6
                | EmpathyKind::E10
        )
    }
}

/// Shortest sentence, in characters, whose return is noticed: shorter ones are everyday phrases.
const SENTENCE: usize = 8;

/// How often the agent said the same again: a template (weight 1), or a whole sentence.
pub(super) fn fillers_repeated(call: &Call, reading: &Reading, care: &Care<'_>) -> usize {
    let mut templates: BTreeMap<u32, usize> = BTreeMap::new();
    for (hit, ..) in care.warm.iter().filter(|(_, kind, weight)| *weight == 1 && *kind != EmpathyKind::E11) {
        *templates.entry(hit.term).or_default() += 1;
    }
    let mut sentences: BTreeMap<Vec<char>, usize> = BTreeMap::new();
    for (turn, _) in call.turns.iter().enumerate().filter(|(_, turn)| turn.speaker == Speaker::Agent) {
        let text = &reading.turns[turn];
        let mut at = 0;
        while at < text.view.chars().len() {
            let (from, to) = text.clauses.sentence_around(at);
            let said: Vec<char> = text.view.chars()[from..to].iter().copied().filter(|c| is_han(*c)).collect();
            if said.len() >= SENTENCE {
                *sentences.entry(said).or_default() += 1;
            }
            at = to;
        }
    }
    let again = |count: &usize| count.saturating_sub(1);
    let templates: usize = templates.values().map(again).sum();
    let sentences: usize = sentences.values().map(again).sum();
    templates.max(sentences)
}

/// Words of grammar and of every call: taking them up shows nothing.
const EMPTY: &str = "的了是我你他她它您在就都也还不有没这那个一么吗呢吧啊呀嘛哦嗯要会能可说去来到给跟和把被让叫很太真好对\
                     啥哪谁多少几什怎样下上里头点得着过又再先后前钱卡想看知道请问时候现今明昨刚才自己";

/// Words of business: taking them up is procedure.
const BUSINESS: &[&str] = &[
    "银行", "客服", "账户", "卡号", "密码", "短信", "手机", "号码", "转账", "网点", "柜台", "验证", "身份", "信用",
    "业务", "系统", "办理", "收款", "付款", "公安", "骗子", "诈骗", "投诉", "工号", "操作", "支付", "征信", "材料",
    "证明", "申请", "登记", "取款", "限额", "开户", "平台", "软件", "会议", "本人", "合同", "利息", "链接", "公司",
];

/// What weighs the words taken up: a feeling, a burden, a reason, a comfort.
const WEIGHED: &[&str] = &[
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
];

/// What asks or demands: procedure, even in the customer's words.
const DEMANDS: &[&str] = &["吗", "什么", "多少", "请", "需要", "提供", "几点", "必须", "应该是", "规定", "?", "？"];

/// How far, in characters, the weighing may stand from the words taken up.
const NEAR: usize = 14;

/// Agent turns that take up what the customer just said, in the customer's words, and weigh it:
/// "二十几个人堵我家门口" – "二十几个人等着吃饭，换我我也急". No lexicon can hold these words: they are the customer's.
fn echoes(call: &Call, reading: &Reading) -> Vec<usize> {
    let said_before =
        |turn: usize| (turn.saturating_sub(4)..turn).filter(|&other| call.turns[other].speaker == Speaker::Customer);
    let mut turns = Vec::new();
    for (turn, spoken) in call.turns.iter().enumerate() {
        if spoken.speaker != Speaker::Agent {
            continue;
        }
        let text = &reading.turns[turn];
        let chars = text.view.chars();
        let mut at = 0;
        let mut found = false;
        while at + 2 <= chars.len() && !found {
            let length = said_before(turn)
                .map(|other| common_length(&chars[at..], reading.turns[other].view.chars()))
                .max()
                .unwrap_or(0);
            if length < 2 {
                at += 1;
                continue;
            }
            if is_content(&chars[at..at + length]) {
                let (clause_from, clause_to) = text.clauses.clause_around(at);
                let (from, to) = text.clauses.sentence_around(at);
                let around = &chars[from.max(at.saturating_sub(NEAR))..to.min(at + length + NEAR)];
                found = holds(around, WEIGHED) && !holds(&chars[clause_from..clause_to], DEMANDS);
            }
            at += length;
        }
        if found {
            turns.push(turn);
        }
    }
    turns
}

/// Length of the longest beginning of `text`, in Han characters, that stands somewhere in `other`.
fn common_length(text: &[char], other: &[char]) -> usize {
    let limit = text.iter().take_while(|c| is_han(**c)).count();
    (0..other.len())
        .map(|at| text[..limit].iter().zip(&other[at..]).take_while(|(a, b)| a == b).count())
        .max()
        .unwrap_or(0)
}

fn is_content(words: &[char]) -> bool {
    words.iter().filter(|c| !EMPTY.contains(**c)).count() * 3 >= words.len() && !holds(words, BUSINESS)
}

fn holds(text: &[char], words: &[&str]) -> bool {
    let text: String = text.iter().collect();
    words.iter().any(|word| text.contains(word))
}

/// Characters that the customer still had to say for a cut-in to be one.
const CUT_OFF: u64 = 6;

/// Times the agent began while the customer still had something to say.
pub(super) fn interruptions(call: &Call, overlap_ms: u64) -> usize {
    call.turns
        .windows(2)
        .filter(|pair| pair[0].speaker == Speaker::Customer && pair[1].speaker == Speaker::Agent)
        .filter(|pair| {
            let (Some(start), Some(end), Some(cut)) = (pair[0].start_ms, pair[0].end_ms, pair[1].start_ms) else {
                return false;
            };
            let (spoken, overlap) = (end.saturating_sub(start), end.saturating_sub(cut));
            // Characters left, by the customer's own pace in this turn.
            let left = pair[0].text.chars().count() as u64 * overlap / spoken.max(1);
            overlap > overlap_ms && left >= CUT_OFF
        })
        .count()
}

//! What the times of the turns tell: silences that answer a feeling, and an agent who slows down.

use std::sync::LazyLock;

use crate::call::{Call, Speaker, Turn};
use crate::context::Reading;
use crate::normalise::{WordSet, is_han};

/// Silence before a reply, in milliseconds, from which it tells something (domain D10).
const SILENCE_MS: u64 = 3_000;

/// Silence of the agent, in milliseconds, that leaves a customer alone unless it was announced (domain §4.3).
const ALONE_MS: u64 = 10_000;

/// Percent of the agent's own mean pace in the call from which slowing down is heard (domain E4).
const SLOWER: u128 = 80;

/// Han characters of a turn below which its pace means nothing.
const PACE_CHARACTERS: u64 = 8;

/// Words of an agent who sends the customer to look, type or wait: the silence that follows is work.
static PROCEDURE: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "稍等",
        "等一下",
        "等我",
        "等会",
        "查一下",
        "查询",
        "看一下",
        "核实一下",
        "输入",
        "输一下",
        "按一",
        "按井",
        "点一下",
        "点开",
        "点击",
        "打开",
        "登录",
        "找一下",
        "翻一下",
        "念一下",
        "报一下",
        "提供",
        "刷脸",
        "人脸",
        "眨眼",
        "扫码",
        "扫一",
        "下载",
        "退出",
        "卸载",
        "关掉",
        "不挂",
        "别挂",
        "转接",
        "记一下",
    ])
});

/// Customer turns that come after a long silence which no procedure explains.
pub(super) fn silent_replies(call: &Call, reading: &Reading) -> Vec<usize> {
    replies(call, reading, Speaker::Customer, SILENCE_MS)
}

/// Agent turns that leave the customer waiting in silence, unannounced.
pub(super) fn left_alone(call: &Call, reading: &Reading) -> Vec<usize> {
    replies(call, reading, Speaker::Agent, ALONE_MS)
}

/// Turns of a speaker that begin so long after the other's end, where the agent's last words announced no wait.
fn replies(call: &Call, reading: &Reading, speaker: Speaker, silence_ms: u64) -> Vec<usize> {
    // A wait announced before the customer's thanks is announced.
    let reach = if speaker == Speaker::Agent { 2 } else { 1 };
    let announces = |turn: usize| PROCEDURE.any_in(reading.turns[turn].view.chars());
    let mut turns = Vec::new();
    // The agent's last two turns so far, the later one first.
    let mut agents = [None; 2];
    for (turn, now) in call.turns.iter().enumerate() {
        if let Some(before) = turn.checked_sub(1).map(|before| &call.turns[before]) {
            let silence = before.end_ms.zip(now.start_ms).map_or(0, |(end, start)| start.saturating_sub(end));
            let long = now.speaker == speaker && before.speaker != speaker && silence >= silence_ms;
            if long && !agents[..reach].iter().flatten().any(|&agent| announces(agent)) {
                turns.push(turn);
            }
        }
        if now.speaker == Speaker::Agent {
            agents = [Some(turn), agents[0]];
        }
    }
    turns
}

/// The first agent turn after `from` that is clearly slower than the agent's own mean, if the call has times.
pub(super) fn slows_down(call: &Call, from: usize) -> Option<usize> {
    let spoken = |own: &Turn| {
        let ms = own.end_ms?.checked_sub(own.start_ms?).filter(|ms| own.speaker == Speaker::Agent && *ms > 0)?;
        let characters = own.text.chars().filter(|c| is_han(*c)).count() as u64;
        (characters >= PACE_CHARACTERS).then_some((characters, ms))
    };
    let spoken: Vec<Option<(u64, u64)>> = call.turns.iter().map(spoken).collect();
    let (characters, ms) = spoken.iter().flatten().fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    (from..call.turns.len()).find(|&turn| {
        // characters / ms against the mean, without division.
        spoken[turn].is_some_and(|(own, own_ms)| {
            u128::from(own) * u128::from(ms) * 100 <= u128::from(characters) * u128::from(own_ms) * SLOWER
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Frames;
    use crate::matching::TurnText;

    fn call(turns: &[(Speaker, u64, u64, &str)]) -> (Call, Reading) {
        let turns: Vec<Turn> = turns
            .iter()
            .map(|&(speaker, start, end, text)| Turn {
                speaker,
                start_ms: Some(start),
                end_ms: Some(end),
                text: text.to_owned(),
            })
            .collect();
        let texts = turns.iter().map(TurnText::of).collect();
        let call = Call {
            id: "t".into(),
            started_at: None,
            direction: None,
            agent_id: None,
            team: None,
            turns,
            warnings: vec![],
        };
        (call, Reading { turns: texts, hits: vec![], frames: Frames::default() })
    }

    #[test]
    fn a_silence_answers_a_feeling_and_a_wait_does_not() {
        let (open, reading) = call(&[
            (Speaker::Agent, 0, 2_000, "您家里现在还有谁在身边？"),
            (Speaker::Customer, 6_500, 8_000, "没有人了。"),
        ]);
        assert_eq!(silent_replies(&open, &reading), [1]);
        let (work, reading) = call(&[
            (Speaker::Agent, 0, 2_000, "麻烦您打开手机银行看一下余额。"),
            (Speaker::Customer, 12_000, 13_000, "看到了。"),
        ]);
        assert!(silent_replies(&work, &reading).is_empty());
    }

    #[test]
    fn an_announced_wait_leaves_nobody_alone() {
        let turns = |words| {
            call(&[
                (Speaker::Agent, 0, 2_000, words),
                (Speaker::Customer, 2_500, 4_000, "我老伴刚走。"),
                (Speaker::Agent, 18_000, 20_000, "查到了。"),
            ])
        };
        let (alone, reading) = turns("您好，请讲。");
        assert_eq!(left_alone(&alone, &reading), [2]);
        let (told, reading) = turns("您稍等，我给您查一下。");
        assert!(left_alone(&told, &reading).is_empty());
    }

    #[test]
    fn pace_is_held_against_the_agents_own() {
        let (slow, _) = call(&[
            (Speaker::Agent, 0, 2_000, "您好海川银行工号零零请问您办理什么"),
            (Speaker::Customer, 2_500, 4_000, "我老伴刚走。"),
            (Speaker::Agent, 5_000, 10_000, "您慢慢说不着急我听着呢"),
        ]);
        assert_eq!(slows_down(&slow, 1), Some(2));
        assert_eq!(slows_down(&slow, 3), None);
    }
}

//! Which of the voices that a recogniser only numbers is the bank's: who greets and says whose line it is.
//!
//! An agent's first words are laid down by every bank: a greeting, the bank's name, an offer of help, a staff
//! number. The voice that has them, when no other has, is the agent; of the others the one that says most is the
//! customer. Where it is not plain nobody is named: a wrong role is worse than none.

use crate::call::Speaker;

/// Turns of each voice that are listened to.
const FIRST: usize = 3;

/// What the agent of a hotline says at the beginning.
const OFFERS: &[&str] = &[
    "为您服务",
    "为你服务",
    "有什么可以帮",
    "有什么能帮",
    "什么可以帮到",
    "请问有什么",
    "请问需要什么",
    "需要办理什么业务",
    "工号",
    "感谢您的来电",
    "感谢来电",
    "感谢致电",
    "感谢您致电",
    "欢迎致电",
    "欢迎您致电",
    "欢迎拨打",
    "通话可能会被录音",
];

/// Names of a bank's line, which a greeting goes with.
const LINES: &[&str] = &["银行", "信用社", "农商行", "农信", "信用卡中心", "客服中心", "客户服务中心"];

/// How somebody introduces himself.
const GREETINGS: &[&str] =
    &["您好", "你好", "这里是", "这边是", "我是", "早上好", "上午好", "中午好", "下午好", "晚上好"];

/// What a customer says who names the bank.
const NOT_OF_THE_BANK: &[&str] =
    &["我想", "我要", "我的", "我在", "我这", "你们", "你家", "客户", "储户", "持卡人", "问一下", "咨询"];

/// The agent and the customer among voices, told from all turns in order (name of the voice, words).
pub(super) fn infer<'n>(turns: &[(&'n str, &str)]) -> Option<[(&'n str, Speaker); 2]> {
    let mut voices: Vec<Voice<'n>> = Vec::new();
    for (name, text) in turns {
        let at = voices.iter().position(|voice| voice.name == *name).unwrap_or_else(|| {
            voices.push(Voice { name, turns: 0, characters: 0, of_the_bank: false });
            voices.len() - 1
        });
        let voice = &mut voices[at];
        voice.of_the_bank |= voice.turns < FIRST && is_of_the_bank(text);
        voice.turns += 1;
        voice.characters += text.chars().count();
    }
    let mut agents = voices.iter().filter(|voice| voice.of_the_bank);
    let (Some(agent), None) = (agents.next(), agents.next()) else { return None };
    let others = voices.iter().filter(|voice| voice.name != agent.name);
    // Of voices that say as much the first.
    let customer = others.reduce(|most, voice| if voice.characters > most.characters { voice } else { most })?;
    Some([(agent.name, Speaker::Agent), (customer.name, Speaker::Customer)])
}

struct Voice<'n> {
    name: &'n str,
    turns: usize,
    characters: usize,
    of_the_bank: bool,
}

fn is_of_the_bank(text: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    !has(NOT_OF_THE_BANK) && (has(OFFERS) || (has(GREETINGS) && has(LINES)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_who_greets_for_the_bank_is_the_agent() {
        let inbound = [
            ("spk1", "喂，"),
            ("spk0", "您好，示例银行，请问有什么可以帮您？"),
            ("spk1", "你好，我是你们银行的客户，我想问一下我的卡。"),
            ("spk2", "妈，谁呀？"),
        ];
        assert_eq!(infer(&inbound), Some([("spk0", Speaker::Agent), ("spk1", Speaker::Customer)]));
        let outbound = [("b", "喂，哪位？"), ("a", "上午好，这里是示例农商行客服。"), ("b", "哦。")];
        assert_eq!(infer(&outbound), Some([("a", Speaker::Agent), ("b", Speaker::Customer)]));
    }

    #[test]
    fn nobody_is_named_where_it_is_not_plain() {
        let both = [("a", "您好，示例银行。"), ("b", "您好，这里是样板银行。")];
        let nobody = [("a", "喂？"), ("b", "你好，我是抖音的客服。")];
        let late = [("a", "喂？"), ("b", "嗯。"), ("a", "在吗？"), ("a", "好。"), ("a", "示例银行为您服务。")];
        let alone = [("a", "您好，示例银行为您服务。")];
        for turns in [&both[..], &nobody, &late, &alone, &[]] {
            assert_eq!(infer(turns), None, "{turns:?}");
        }
    }
}

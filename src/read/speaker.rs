//! Who is meant by the names that recognisers and exports give to the voices.
//!
//! The same words weigh quite differently in the agent's mouth and the customer's, so a wrong mapping
//! is worse than none. Names that say what somebody is (坐席, customer) are mapped; names that only
//! number the voices (left, SPEAKER_00) are `other` with a warning, until the bank's settings say which
//! channel the agent sits on.

use std::collections::BTreeMap;

use crate::call::Speaker;

const AGENT: &[&str] = &[
    "agent",
    "staff",
    "operator",
    "representative",
    "rep",
    "csr",
    "service",
    "customer_service",
    "坐席",
    "客服",
    "座席",
    "坐席员",
    "座席员",
    "坐席人员",
    "座席人员",
    "客服人员",
    "客服代表",
    "客服专员",
    "客户服务",
    "客户经理",
    "客服经理",
    "服务代表",
    "工作人员",
    "银行",
    "银行客服",
    "银行工作人员",
    "话务员",
    "接线员",
    "柜员",
    "专员",
    "员工",
];

const CUSTOMER: &[&str] = &[
    "customer",
    "client",
    "user",
    "cust",
    "客户",
    "用户",
    "来电人",
    "来电者",
    "致电人",
    "来电客户",
    "持卡人",
    "储户",
    "顾客",
];

const OTHER: &[&str] = &[
    "other",
    "caller",
    "callee",
    "third",
    "third_party",
    "scammer",
    "fraudster",
    "system",
    "ivr",
    "其他",
    "其它",
    "第三方",
    "第三人",
    "主叫",
    "被叫",
    "家属",
    "旁人",
    "骗子",
    "诈骗分子",
    "嫌疑人",
    "系统",
    "机器人",
    "语音导航",
];

/// Names that number voices or channels and say nothing about who they are.
const UNSURE: &[&str] = &[
    "left",
    "right",
    "speaker",
    "spk",
    "channel",
    "ch",
    "unknown",
    "说话人",
    "发言人",
    "讲话人",
    "声道",
    "左声道",
    "右声道",
    "左",
    "右",
    "未知",
];

/// What the table makes of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Sure(Speaker),
    Unsure,
}

/// The mapping from speaker names to [`Speaker`].
///
/// Case, full-width letters, spaces and hyphens do not matter. A name that is not found is tried again
/// without a trailing bracket or number: `客服（2290）`, `客户1` and `agent_2` are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeakerTable(BTreeMap<String, Entry>);

impl Default for SpeakerTable {
    fn default() -> Self {
        let mut table = BTreeMap::new();
        let lists = [
            (AGENT, Entry::Sure(Speaker::Agent)),
            (CUSTOMER, Entry::Sure(Speaker::Customer)),
            (OTHER, Entry::Sure(Speaker::Other)),
            (UNSURE, Entry::Unsure),
        ];
        for (names, entry) in lists {
            table.extend(names.iter().map(|name| ((*name).to_owned(), entry)));
        }
        SpeakerTable(table)
    }
}

impl SpeakerTable {
    /// The default table with names of the bank's own, which win: `{"left": agent, "right": customer}`.
    #[must_use]
    pub fn with(overrides: BTreeMap<String, Speaker>) -> Self {
        let mut table = SpeakerTable::default();
        for (name, speaker) in overrides {
            table.0.insert(fold(&name), Entry::Sure(speaker));
        }
        table
    }

    /// Who is meant by a name, and whether that is sure; an unsure or unknown name is `Other`.
    pub fn lookup(&self, name: &str) -> (Speaker, bool) {
        match self.find(name) {
            Some(Entry::Sure(speaker)) => (speaker, true),
            _ => (Speaker::Other, false),
        }
    }

    /// Whether a name is one that stands for a voice at all, sure or not.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<Entry> {
        if let Some(entry) = self.0.get(name) {
            return Some(*entry);
        }
        let folded = fold(name);
        if let Some(entry) = self.0.get(&folded) {
            return Some(*entry);
        }
        let open = folded.find(['(', '[', '【']).unwrap_or(folded.len());
        let base = folded[..open].trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '#' | '号' | ':'));
        self.0.get(base).copied()
    }
}

/// Lower case, half width, no outer space; inner spaces and hyphens become `_`.
pub(super) fn fold(name: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c if c.is_whitespace() || c == '-' => '_',
        c => c,
    };
    name.trim().chars().map(narrow).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_roles_are_sure() {
        let table = SpeakerTable::default();
        let names = [
            ("agent", Speaker::Agent),
            ("ＡＧＥＮＴ", Speaker::Agent),
            (" Customer ", Speaker::Customer),
            ("客服（2290）", Speaker::Agent),
            ("客户1", Speaker::Customer),
            ("agent_2", Speaker::Agent),
            ("caller", Speaker::Other),
            ("第三方", Speaker::Other),
        ];
        for (name, speaker) in names {
            assert_eq!(table.lookup(name), (speaker, true), "{name}");
        }
    }

    #[test]
    fn numbers_of_voices_are_not_until_settings_say() {
        let table = SpeakerTable::default();
        for name in ["left", "SPEAKER_00", "Speaker 1", "说话人2", "spk0", "", "张三"] {
            assert_eq!(table.lookup(name), (Speaker::Other, false), "{name}");
        }
        assert!(table.knows("SPEAKER_07") && !table.knows("张三"));
        let told = [("Speaker_00", Speaker::Agent), ("speaker_01", Speaker::Customer)];
        let told = SpeakerTable::with(told.map(|(name, who)| (name.to_owned(), who)).into());
        assert_eq!(told.lookup("SPEAKER_00"), (Speaker::Agent, true));
        assert_eq!(told.lookup("SPEAKER_01"), (Speaker::Customer, true));
        assert_eq!(told.lookup("SPEAKER_02"), (Speaker::Other, false));
    }
}

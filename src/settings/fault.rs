//! What is wrong with a settings file. It may be a transcript given by mistake: what stands there is repeated only
//! where it looks like a word of settings.

use std::ops::Range;

use crate::both;
use crate::normalise::mask_text;
use crate::said::{Both, Said};

/// A fault and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFault {
    /// 1-based.
    pub line: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not TOML.
    Syntax,
    /// A key stands twice.
    Doubled,
    /// No setting has this name; as it may be shown, and the nearest that is one.
    UnknownKey(Option<String>, Option<&'static str>),
    /// A setting among the speakers: it stands below `[speakers]`.
    BelowSpeakers(&'static str),
    /// A value that the setting does not take; as it may be shown, and the nearest that it takes.
    WrongValue {
        /// The setting; `None` for a speaker's.
        key: Option<&'static str>,
        /// The value.
        value: Option<String>,
        /// What may stand there.
        allowed: Allowed,
    },
}

/// What may stand behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// One of these words.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Switch,
    /// A whole number up to this.
    Number(i64),
    /// A number, or a percentage.
    Limit,
    /// Any text.
    Text,
    /// A table of speakers.
    Speakers,
}

impl Said for SettingsFault {
    fn both(&self) -> Both {
        let line = self.line;
        let said = match &self.fault {
            Fault::Syntax => both!(
                "不合 TOML 的写法：每行“键 = 值”，文字加引号；可用 tinghu init 写一份样子";
                "not TOML: one `key = value` a line, text in quotes; `tinghu init` writes an example"
            ),
            Fault::Doubled => both!("这个键前面已经有了：留一行"; "this key stands above already; keep one of them"),
            Fault::UnknownKey(key, nearest) => {
                let shown = key.as_ref().map_or(String::new(), |key| format!(" {key}"));
                match nearest {
                    Some(nearest) => both!(
                        "未知的设置{shown}，是不是 {nearest}？";
                        "unknown key{shown}; did you mean {nearest}?"
                    ),
                    None => both!(
                        "未知的设置{shown}：可用 tinghu init 写一份带说明的看看";
                        "unknown key{shown}; `tinghu init` writes a file with all of them"
                    ),
                }
            }
            Fault::BelowSpeakers(key) => both!(
                "{key} 写在了 [speakers] 下面：移到 [speakers] 之前";
                "{key} stands below [speakers]; move it above that line"
            ),
            Fault::WrongValue { key, value, allowed } => wrong_value(*key, value.as_deref(), *allowed),
        };
        both!("第 {line} 行：{}", said.zh; "line {line}: {}", said.en)
    }
}

fn wrong_value(key: Option<&str>, value: Option<&str>, allowed: Allowed) -> Both {
    let may = match allowed {
        Allowed::Words(words) => {
            let (zh, en) = (words.join("、"), words.join(", "));
            match value.and_then(|value| nearest(value, words)) {
                Some(nearest) => both!("是不是 {nearest}？可以写 {zh}"; "did you mean {nearest}? Allowed: {en}"),
                None => both!("可以写 {zh}"; "allowed: {en}"),
            }
        }
        Allowed::Switch => both!("可以写 true、false，不加引号"; "allowed: true, false, without quotes"),
        Allowed::Number(most) => {
            both!("要写 0 到 {most} 的整数，不加引号"; "a whole number from 0 to {most}, without quotes")
        }
        Allowed::Limit => both!("要写个数，或 \"5%\" 这样的比例"; "a number, or a percentage like \"5%\""),
        Allowed::Text => both!("要写加引号的文字"; "a text in quotes"),
        Allowed::Speakers => both!(
            "要写成 [speakers] 一行，下面每行一个说话人";
            "a line [speakers], and below it a line for each speaker"
        ),
    };
    let (zh_key, en_key) = match key {
        Some(key) => (format!("{key} "), key),
        None => ("说话人".to_owned(), "a speaker"),
    };
    match value {
        Some(value) => both!("{zh_key}不能是 {value}：{}", may.zh; "{en_key} cannot be {value}; {}", may.en),
        None => both!("{zh_key}的值不对：{}", may.zh; "wrong value for {en_key}; {}", may.en),
    }
}

/// The word that is most like another, if it is like it at all.
pub(super) fn nearest(word: &str, words: &[&'static str]) -> Option<&'static str> {
    let word = word.to_ascii_lowercase().replace(['-', '.'], "_");
    let likeness = |known: &&&str| (strsim::jaro_winkler(&word, known) * 1_000.0) as u64;
    words.iter().max_by_key(likeness).filter(|known| likeness(known) >= 750).copied()
}

/// A word of the file as messages may repeat it: letters, digits, `_`, `-` and `%`, and nothing that could be spoken.
pub(super) fn shown(word: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'%' | b'.');
    let short = !word.is_empty() && word.len() <= 32 && word.bytes().all(plain);
    short.then(|| mask_text(word))
}

/// What a parser's error means; its own words may repeat the text.
pub(super) fn syntax(text: &str, error: &toml::de::Error) -> SettingsFault {
    let fault = if error.message().starts_with("duplicate key") { Fault::Doubled } else { Fault::Syntax };
    SettingsFault { line: line(text, error.span()), fault }
}

/// The line of a place in a text, 1-based.
pub(super) fn line(text: &str, place: Option<Range<usize>>) -> usize {
    let before = place.map_or("", |place| text.get(..place.start).unwrap_or(text));
    before.matches('\n').count() + 1
}

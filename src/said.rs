//! Messages in two languages. Whoever reports something says it in both, side by side; who shows it picks one.

use std::io;

use schemars::JsonSchema;
use serde::Deserialize;

/// The language of the program's messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

/// One message in both languages, each complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Both {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// What has something to say, such as an error. Its `Display` is the Chinese, as in all outputs.
pub trait Said {
    /// The message.
    fn both(&self) -> Both;
}

impl Both {
    /// The message in a language.
    pub fn pick(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl Said for Both {
    fn both(&self) -> Both {
        self.clone()
    }
}

/// Why the operating system refused, with its number; what it says of rarer faults stays English.
impl Said for io::Error {
    fn both(&self) -> Both {
        let number = self.raw_os_error().map_or(String::new(), |number| format!("（系统错误 {number}）"));
        let zh = match self.kind() {
            io::ErrorKind::NotFound => "没有这个文件或目录",
            io::ErrorKind::PermissionDenied => "没有权限",
            io::ErrorKind::AlreadyExists => "已经存在",
            io::ErrorKind::NotADirectory => "不是目录",
            io::ErrorKind::IsADirectory => "是目录，不是文件",
            io::ErrorKind::StorageFull => "磁盘已满",
            io::ErrorKind::QuotaExceeded => "超出磁盘配额",
            io::ErrorKind::FileTooLarge => "文件太大",
            io::ErrorKind::ReadOnlyFilesystem => "文件系统只读",
            io::ErrorKind::InvalidData => "不是 UTF-8 文本",
            _ => return Both { zh: self.to_string(), en: self.to_string() },
        };
        Both { zh: format!("{zh}{number}"), en: self.to_string() }
    }
}

/// Two format strings with their arguments, `both!("没有 {name}"; "no {name}")`, as a [`Both`].
#[macro_export]
macro_rules! both {
    ($zh:literal $(, $za:expr)* ; $en:literal $(, $ea:expr)* $(,)?) => {
        $crate::said::Both { zh: format!($zh $(, $za)*), en: format!($en $(, $ea)*) }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_complete_in_either_language() {
        let (path, why) = ("a.csv", io::Error::from_raw_os_error(2).both());
        let message = both!("{path} 读不出来：{}", why.zh; "cannot read {path}: {}", why.en);
        assert_eq!(message.pick(Lang::Zh), "a.csv 读不出来：没有这个文件或目录（系统错误 2）");
        assert_eq!(message.pick(Lang::En), "cannot read a.csv: No such file or directory (os error 2)");
    }
}

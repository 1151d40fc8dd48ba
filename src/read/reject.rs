//! What a reader says about a call that it cannot give.
//!
//! A night has hundreds of thousands of calls, and some of them are broken. The quality team must
//! learn which ones, where they stand in the file and what would mend them, without one word of the
//! customer's speech leaving through the fault list. So a reject is a stable code, a place, a reason
//! made of numbers and column names only, and a remedy.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Where a call (or a fault) stands in the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The name of the source as shown in outputs.
    pub source: Arc<str>,
    /// The line, counted from 1, in the decompressed text.
    pub line: u64,
    /// The byte where the line or value begins, counted from 0 in the decompressed text as UTF-8: for
    /// a UTF-8 file exactly the file's own offset (a BOM counts), for other encodings the offset in
    /// its UTF-8 form.
    pub byte: u64,
}

/// A call that could not be read, or a fault that ended a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where.
    pub origin: Origin,
    /// Which call, as far as that could be seen.
    pub call_id: Option<String>,
    /// What, stable over versions.
    pub code: RejectCode,
    /// What exactly, in Chinese; never any words of the transcript.
    pub reason: String,
    /// What to do about it, in Chinese and English.
    pub mend: String,
}

impl Reject {
    /// A reject with the code's own reason and remedy; `detail` (numbers and names of columns or
    /// fields, never speech) is added to the reason when it is not empty.
    pub fn new(origin: Origin, call_id: Option<String>, code: RejectCode, detail: &str) -> Self {
        let reason =
            if detail.is_empty() { code.meaning_zh().to_owned() } else { format!("{}：{detail}", code.meaning_zh()) };
        let mend = format!("{} / {}", code.mend_zh(), code.mend_en());
        Reject { origin, call_id, code, reason, mend }
    }
}

/// A fault before anybody has said where: what the layers below a format hand upwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// What.
    pub code: RejectCode,
    /// What exactly: numbers and names only.
    pub detail: String,
}

impl Fault {
    /// A fault with its detail.
    pub fn new(code: RejectCode, detail: impl Into<String>) -> Self {
        Fault { code, detail: detail.into() }
    }

    /// The same fault as an I/O error, so that it passes through decompressors unharmed.
    pub fn into_io(self) -> std::io::Error {
        std::io::Error::other(self)
    }

    /// The fault that an I/O error carries; any other error is [`RejectCode::ReadFailed`].
    pub fn from_io(error: &std::io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
            Some(fault) => fault.clone(),
            None => Fault::new(RejectCode::ReadFailed, error.kind().to_string()),
        }
    }

    /// The reject for this fault at a place.
    pub fn at(&self, origin: Origin, call_id: Option<String>) -> Reject {
        Reject::new(origin, call_id, self.code, &self.detail)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code.as_str(), self.detail)
    }
}

impl std::error::Error for Fault {}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $zh:literal $en:literal $mend_zh:literal $mend_en:literal;)+) => {
        /// Why a call was rejected. The code (`F010`…) never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum RejectCode {
            $($(#[$doc])* #[serde(rename = $code)] $name,)+
        }

        impl RejectCode {
            /// Every code, in order.
            pub const ALL: &[RejectCode] = &[$(RejectCode::$name),+];

            /// The code as it stands in `rejects.csv`.
            pub fn as_str(self) -> &'static str {
                match self { $(RejectCode::$name => $code,)+ }
            }

            /// What the code means, in Chinese.
            pub fn meaning_zh(self) -> &'static str {
                match self { $(RejectCode::$name => $zh,)+ }
            }

            /// What the code means, in English.
            pub fn meaning_en(self) -> &'static str {
                match self { $(RejectCode::$name => $en,)+ }
            }

            /// What to do about it, in Chinese.
            pub fn mend_zh(self) -> &'static str {
                match self { $(RejectCode::$name => $mend_zh,)+ }
            }

            /// What to do about it, in English.
            pub fn mend_en(self) -> &'static str {
                match self { $(RejectCode::$name => $mend_en,)+ }
            }
        }
    };
}

codes! {
    /// A table row has fewer cells than the header.
    MissingCells "F010" "本行列数少于表头" "row has fewer cells than the header"
        "补齐该行的列" "fill in the missing cells of this row";
    /// A table row has more cells than the header.
    ExtraCells "F011" "本行列数多于表头" "row has more cells than the header"
        "内容含分隔符时请用双引号括起" "quote cells that contain the delimiter";
    /// A quote in a table is opened and never closed; the rest of the file is not read.
    OpenQuote "F012" "引号未闭合，该文件其余部分未读" "unterminated quote; the rest of the file was not read"
        "从所示行起检查双引号，补上闭合引号后重跑" "close the quote that opens on this line and run again";
    /// A line or JSON value is longer than the cap.
    LineTooLong "F013" "单行或单个 JSON 值过长" "line or JSON value too long"
        "检查是否缺少换行，或拆分该通话" "look for missing line breaks, or split the call";
    /// One turn's text is longer than the cap.
    TurnTooLong "F014" "单句文本过长" "one turn's text is too long"
        "按说话人或停顿切分该句" "split the turn by speaker or pause";
    /// A call has too many turns or too much text.
    CallTooLong "F015" "单通通话句数或总长超限" "call has too many turns or too much text"
        "检查通话编号是否重复使用，或拆分该通话" "check that the call id is not shared by several calls, or split the call";
    /// The table lacks a column that is required; the file is not read.
    MissingColumn "F016" "表头缺少必需的列，该文件未读" "required column missing; the file was not read"
        "表头须含“通话编号”和“内容”（或 call_id、text）" "the header needs call_id and text (通话编号, 内容)";
    /// A column name occurs twice in the header; the file is not read.
    DoubledColumn "F017" "表头列名重复，该文件未读" "duplicate column name; the file was not read"
        "删除或改名重复的列" "remove or rename the duplicate column";
    /// Plain text stands before the first call number and has no speakers.
    StrayText "F018" "首个通话编号之前有无法识别的文本" "unrecognised text before the first call id"
        "删除标题行，或补上“通话编号：”行" "remove the title, or add a call_id line before it";
    /// Bytes that are invalid in the file's encoding.
    BadBytes "F020" "含有文件编码下无效的字节" "invalid bytes in the file's encoding"
        "用同一种编码（建议 UTF-8）重新导出" "export again in one encoding, preferably UTF-8";
    /// The file's encoding is not one that is recognised without being declared.
    UnknownEncoding "F021" "无法确认文件编码，该文件未读" "encoding not recognised; the file was not read"
        "转为 UTF-8，或用 --encoding 声明（如 big5）" "convert to UTF-8, or declare it with --encoding (e.g. big5)";
    /// Not JSON.
    JsonSyntax "F030" "JSON 语法错误" "JSON syntax error"
        "修正所示位置的 JSON" "mend the JSON at the position given";
    /// A key occurs twice in one JSON object.
    DoubledKey "F031" "JSON 键重复" "duplicate JSON key"
        "每个键只保留一个" "keep each key once";
    /// A required field is missing or has the wrong type.
    WrongType "F032" "必需字段缺失或类型不对" "required field missing or of the wrong type"
        "call_id 须为文本或整数，turns 须为数组，每句须有文本 text" "call_id must be text or an integer, turns a list, each turn needs a text";
    /// A number is out of range or not exact.
    BadNumber "F033" "数值超出范围" "number out of range"
        "编号请加引号按文本给出" "write identifiers as quoted text";
    /// Something follows the JSON value.
    TrailingText "F034" "JSON 值之后有多余内容" "trailing characters after the JSON value"
        "每行只放一个 JSON 对象" "one JSON object per line";
    /// JSON nested too deeply.
    TooDeep "F035" "JSON 嵌套过深" "JSON nested too deeply"
        "检查导出程序；嵌套不得超过 128 层" "check the exporter; at most 128 levels";
    /// The text ends inside a JSON value.
    CutOff "F036" "JSON 不完整（被截断）" "JSON is cut off"
        "重新传输或导出该文件" "transfer or export the file again";
    /// A compressed file is truncated or corrupt; what came before the fault was read.
    BrokenCompression "F040" "压缩文件被截断或损坏，其后内容未读" "compressed file is truncated or corrupt; the rest was not read"
        "重新传输该文件后重跑" "transfer the file again and run again";
    /// A compressed file grows beyond the caps.
    Bomb "F041" "解压后大小或压缩比超限，其后内容未读" "decompressed size or ratio over the cap; the rest was not read"
        "确认来源可信后先解压再读入" "if the source is trusted, decompress it first";
    /// The file changed or shrank while it was read.
    Changed "F042" "读取期间文件变短" "file became shorter while being read"
        "待写入完成后重跑" "run again when nobody writes to the file";
    /// The file cannot be opened.
    CannotOpen "F043" "文件无法打开" "file cannot be opened"
        "检查权限和路径" "check permissions and path";
    /// The content is an archive, a workbook or another container that is not read.
    Container "F044" "内容是归档或办公文档，不读取" "content is an archive or office document, which is not read"
        "解包，或在 Excel/WPS 中另存为 CSV UTF-8" "unpack it, or save as CSV UTF-8";
    /// The device failed while reading.
    ReadFailed "F045" "读取出错，其后内容未读" "read error; the rest was not read"
        "检查磁盘或网络后重跑" "check the disk or network and run again";
    /// The call id was seen before.
    DuplicateCall "F050" "通话编号重复" "duplicate call id"
        "同一通话的各行须相邻，不同通话须有不同编号" "keep the rows of a call together and give every call its own id";
    /// The call id is empty, too long or has control characters.
    BadId "F051" "通话编号为空、过长或含控制字符" "call id is empty, too long or has control characters"
        "编号须为 1–256 字节的单行文本" "an id is one line of 1 to 256 bytes";
    /// No turn of the call has words.
    NoWords "F052" "通话没有任何有内容的句子" "no turn of the call has words"
        "检查语音识别结果是否为空" "check whether the recogniser gave anything";
    /// A fault in this program; never raised by the reader itself.
    Internal "F900" "程序内部错误" "internal error"
        "请连同通话编号报告给维护者" "please report it with the call id";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ascending() {
        let codes: Vec<_> = RejectCode::ALL.iter().map(|code| code.as_str()).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
    }

    #[test]
    fn faults_survive_io_errors() {
        let fault = Fault::new(RejectCode::Bomb, "1");
        assert_eq!(Fault::from_io(&fault.clone().into_io()), fault);
        let plain = std::io::Error::from(std::io::ErrorKind::TimedOut);
        assert_eq!(Fault::from_io(&plain).code, RejectCode::ReadFailed);
    }
}

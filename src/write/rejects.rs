//! `rejects.csv`: one row per call that could not be read.

use super::Column;
use super::cell::Style;
use crate::read::Reject;

/// The columns, in order.
pub const REJECT_COLUMNS: &[Column] = &[
    ("source", "来源文件"),
    ("line", "行"),
    ("byte", "字节"),
    ("call_id", "通话编号"),
    ("code", "代码"),
    ("reason", "原因"),
    ("mend", "处理办法"),
];

/// Adds the row of one reject.
pub(super) fn push(bytes: &mut Vec<u8>, reject: &Reject, style: Style) {
    let mut row = style.row(bytes);
    row.text(&reject.origin.source);
    row.number(Some(reject.origin.line));
    row.number(Some(reject.origin.byte));
    row.id(reject.call_id.as_deref().unwrap_or_default());
    row.plain(reject.code.as_str());
    row.text(&reject.reason);
    row.text(&reject.mend);
    row.finish();
}

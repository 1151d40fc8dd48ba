//! Why verdicts are not taken: places, columns and words of ours, never speech.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::read::SheetError;
use crate::run::ReadRunError;
use crate::write::PublishError;

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ReviewError {
    /// A file cannot be read as a table.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The header of a table makes no sense.
    #[error("{place}：{fault}")]
    Header {
        /// The file, and the sheet of a workbook.
        place: String,
        /// What is wrong.
        fault: HeaderFault,
    },
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] ReadRunError),
    /// A table of the run is not the one that was published: nothing can be held against it.
    #[error(
        "{} 已不是运行时写出的那份：复核请另存一份，再重新评分或换回原文件 / the run's own table was changed", .0.display()
    )]
    RunChanged(PathBuf),
    /// A line of `reviews.csv` is not one that this program writes.
    #[error("{} 第 {row} 行“{column}”：不是本程序写的值 / not a value that this program writes", path.display())]
    Book {
        /// The file.
        path: PathBuf,
        /// Row as a spreadsheet counts it.
        row: u64,
        /// The column.
        column: &'static str,
    },
    /// `reviews.csv` cannot be read or replaced.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Rows are refused, and with them all.
    #[error("{} 处不能导入，一行也没有写 / nothing was imported", .0.len())]
    Refused(Vec<RowFault>),
}

/// What is wrong with a header.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HeaderFault {
    /// A column stands twice.
    #[error("“{0}”列出现了两次：删去多出来的一列 / the column stands twice")]
    Doubled(&'static str),
    /// There is no id, or no column for verdicts.
    #[error("没有“通话编号”和“复核结论”，也没有“命中编号”和“是否真命中”这两列 / no columns of ids and verdicts")]
    NoVerdicts,
    /// A column of `reviews.csv` is missing.
    #[error("没有“{0}”这一列：是复核记录吗？/ a column is missing: is it a table of reviews?")]
    Missing(&'static str),
    /// `reviews.csv` has a column that would be lost when it is written again.
    #[error("第 {0} 列不是复核记录的列：移到别的文件，以免丢失 / column {0} is not one of a table of reviews")]
    Foreign(usize),
}

/// What is wrong with a row, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The file, and the sheet of a workbook.
    pub place: String,
    /// Row as a spreadsheet counts it.
    pub row: u64,
    /// Chinese name of the column.
    pub column: &'static str,
    /// What is wrong there.
    pub fault: CellFault,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellFault {
    /// A verdict in words that are not known; both as messages show them.
    UnknownWord(String, String),
    /// Another value than the run wrote, both as messages show them.
    Changed(String, String),
    /// The run has no such row.
    NotInRun,
    /// A verdict without an id.
    NoId,
    /// An id that a spreadsheet has made a number of.
    MangledId(String),
    /// Another verdict than in a row above.
    Contradicts(u64),
    /// No value of this program, and no run given that has it.
    NotOurs,
}

impl RowFault {
    /// Whether the row differs from what the run says: what `--accept-changed` passes over.
    pub fn is_change(&self) -> bool {
        matches!(self.fault, CellFault::Changed(..) | CellFault::NotInRun)
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 第 {} 行“{}”：", self.place, self.row, self.column)?;
        match &self.fault {
            CellFault::UnknownWord(word, allowed) => {
                write!(f, "不认识{word}，请写：{allowed} / not a verdict")
            }
            CellFault::Changed(was, is) => {
                write!(f, "被改动，原来是{was}，现在是{is} / changed since the run")
            }
            CellFault::NotInRun => f.write_str("这次运行里没有这个编号 / the run has no such id"),
            CellFault::NoId => f.write_str("有结论，没有编号 / a verdict without an id"),
            CellFault::MangledId(id) => {
                write!(f, "编号被表格软件改成了{id}：设为文本后重填 / the id became a number")
            }
            CellFault::Contradicts(row) => {
                write!(f, "与第 {row} 行是同一个编号，结论却不同 / the same id has another verdict in row {row}")
            }
            CellFault::NotOurs => f.write_str(
                "缺这一列，或不是本程序写的值：补上，或用 --run 给出运行目录 / missing or not ours; give the run with --run",
            ),
        }
    }
}

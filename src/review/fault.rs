//! Why verdicts are not taken: places, columns and words of ours, never speech.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::both;
use crate::read::SheetError;
use crate::run::ReadRunError;
use crate::said::{Both, Said};
use crate::write::PublishError;

/// Why nothing was imported.
#[derive(Debug, Error)]
#[error("{}", self.both().zh)]
pub enum ReviewError {
    /// A file cannot be read as a table.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The header of a table makes no sense.
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
    RunChanged(PathBuf),
    /// A line of `reviews.csv` is not one that this program writes.
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
    Refused(Vec<RowFault>),
}

/// What is wrong with a header.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.both().zh)]
pub enum HeaderFault {
    /// A column stands twice.
    Doubled(&'static str),
    /// There is no id, or no column for verdicts.
    NoVerdicts,
    /// A column of `reviews.csv` is missing.
    Missing(&'static str),
    /// `reviews.csv` has a column that would be lost when it is written again.
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

impl Said for ReviewError {
    fn both(&self) -> Both {
        match self {
            ReviewError::Sheet(error) => error.both(),
            ReviewError::Header { place, fault } => {
                let fault = fault.both();
                both!("{place}：{}", fault.zh; "{place}: {}", fault.en)
            }
            ReviewError::Run(error) => error.both(),
            ReviewError::RunChanged(path) => {
                let path = path.display();
                both!(
                    "{path} 已不是运行时写出的那份：复核请另存一份，再重新评分或换回原文件";
                    "{path} is not as the run wrote it: save reviews under another name, then score again or put the \
                     table back"
                )
            }
            ReviewError::Book { path, row, column } => {
                let path = path.display();
                both!(
                    "{path} 第 {row} 行“{column}”：不是本程序写的值";
                    "{path}, row {row}, column {column}: not a value that this program writes"
                )
            }
            ReviewError::Publish(error) => error.both(),
            ReviewError::Refused(faults) => both!(
                "{} 处不能导入，一行也没有写", faults.len();
                "{} faults, nothing was imported", faults.len()
            ),
        }
    }
}

impl Said for HeaderFault {
    fn both(&self) -> Both {
        match self {
            HeaderFault::Doubled(column) => both!(
                "“{column}”列出现了两次：删去多出来的一列";
                "the column {column} stands twice; remove one of them"
            ),
            HeaderFault::NoVerdicts => both!(
                "没有“通话编号”和“复核结论”，也没有“命中编号”和“是否真命中”这两列";
                "neither the columns 通话编号 and 复核结论 nor 命中编号 and 是否真命中"
            ),
            HeaderFault::Missing(column) => both!(
                "没有“{column}”这一列：是复核记录吗？";
                "no column {column}: is it a table of reviews?"
            ),
            HeaderFault::Foreign(number) => both!(
                "第 {number} 列不是复核记录的列：移到别的文件，以免丢失";
                "column {number} is not one of a table of reviews and would be lost; move it to another file"
            ),
        }
    }
}

impl Said for RowFault {
    fn both(&self) -> Both {
        let RowFault { place, row, column, fault } = self;
        let fault = fault.both();
        both!("{place} 第 {row} 行“{column}”：{}", fault.zh; "{place}, row {row}, column {column}: {}", fault.en)
    }
}

impl Said for CellFault {
    fn both(&self) -> Both {
        match self {
            CellFault::UnknownWord(word, allowed) => both!(
                "不认识{word}，请写：{allowed}";
                "{word} is no verdict; allowed: {allowed}"
            ),
            CellFault::Changed(was, is) => both!(
                "被改动，原来是{was}，现在是{is}";
                "changed since the run, was {was}, is {is}"
            ),
            CellFault::NotInRun => both!("这次运行里没有这个编号"; "the run has no such id"),
            CellFault::NoId => both!("有结论，没有编号"; "a verdict without an id"),
            CellFault::MangledId(id) => both!(
                "编号被表格软件改成了{id}：设为文本后重填";
                "the spreadsheet made {id} of the id; format the column as text and fill it in again"
            ),
            CellFault::Contradicts(row) => both!(
                "与第 {row} 行是同一个编号，结论却不同";
                "the same id as in row {row} with another verdict"
            ),
            CellFault::NotOurs => both!(
                "缺这一列，或不是本程序写的值：补上，或用 --run 给出运行目录";
                "missing, or not a value of this program; fill it in, or give the run with --run"
            ),
        }
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.both().zh)
    }
}

//! Why a run cannot be read back: file, line and column, never what stands there, which may be speech.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::both;
use crate::said::{Both, Said};

/// Why a run cannot be read back.
#[derive(Debug, Error)]
#[error("{}", self.both().zh)]
pub enum ReadRunError {
    /// A file cannot be opened or read.
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `run.json` is no manifest of this program.
    Manifest {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// A column is missing.
    Column {
        /// The file.
        path: PathBuf,
        /// English name and Chinese header.
        column: (&'static str, &'static str),
    },
    /// A row is no row of a table.
    Row {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: u64,
        /// What is wrong with it.
        fault: RowFault,
    },
    /// A cell holds what this program does not write there.
    Cell {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: u64,
        /// English name and Chinese header.
        column: (&'static str, &'static str),
    },
}

impl Said for ReadRunError {
    fn both(&self) -> Both {
        match self {
            ReadRunError::Open { path, source } => {
                let (path, why) = (path.display(), source.both());
                both!("{path} 读不出来：{}", why.zh; "cannot read {path}: {}", why.en)
            }
            ReadRunError::Manifest { path, line, column } => {
                let path = path.display();
                both!(
                    "{path} 第 {line} 行第 {column} 列：不是本程序写的清单";
                    "{path}, line {line}, column {column}: not a manifest of this program"
                )
            }
            ReadRunError::Column { path, column: (en, zh) } => {
                let path = path.display();
                both!(
                    "{path} 没有“{zh}”（{en}）这一列：是本程序的输出吗？";
                    "{path} has no column {en} ({zh}): is it an output of this program?"
                )
            }
            ReadRunError::Row { path, line, fault } => {
                let path = path.display();
                both!("{path} 第 {line} 行：{}", fault.zh(); "{path}, line {line}: {}", fault.en())
            }
            ReadRunError::Cell { path, line, column: (en, zh) } => {
                let path = path.display();
                both!(
                    "{path} 第 {line} 行“{zh}”（{en}）：不是本程序写的值";
                    "{path}, line {line}, column {en} ({zh}): not a value that this program writes"
                )
            }
        }
    }
}

/// What is wrong with a row as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFault {
    /// Not UTF-8.
    Encoding,
    /// More or fewer cells than the header.
    Cells,
    /// Rows, or a line, of a call that is not in `calls.csv`, or not in its order.
    Order,
}

impl RowFault {
    /// In English.
    pub fn en(self) -> &'static str {
        match self {
            RowFault::Encoding => "not UTF-8",
            RowFault::Cells => "more or fewer cells than the header",
            RowFault::Order => "does not follow the order of calls.csv",
        }
    }

    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            RowFault::Encoding => "不是 UTF-8",
            RowFault::Cells => "格数与表头不同",
            RowFault::Order => "与 calls.csv 的次序对不上",
        }
    }
}

//! Why a run cannot be read back: file, line and column, never what stands there, which may be speech.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a run cannot be read back.
#[derive(Debug, Error)]
pub enum ReadRunError {
    /// A file cannot be opened or read.
    #[error("{} 读不出来：{source} / cannot be read", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `run.json` is no manifest of this program.
    #[error("{} 第 {line} 行第 {column} 列：不是本程序写的清单 / not a manifest of this program", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// A column is missing.
    #[error("{} 没有“{}”（{}）这一列：是本程序的输出吗？/ no column {1}: is it the output of this program?",
        path.display(), column.1, column.0)]
    Column {
        /// The file.
        path: PathBuf,
        /// English name and Chinese header.
        column: (&'static str, &'static str),
    },
    /// A row is no row of a table.
    #[error("{} 第 {line} 行：{} / {}", path.display(), fault.zh(), fault.en())]
    Row {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: u64,
        /// What is wrong with it.
        fault: RowFault,
    },
    /// A cell holds what this program does not write there.
    #[error("{} 第 {line} 行“{}”（{}）：不是本程序写的值 / not a value that this program writes",
        path.display(), column.1, column.0)]
    Cell {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: u64,
        /// English name and Chinese header.
        column: (&'static str, &'static str),
    },
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

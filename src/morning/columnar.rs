//! `calls.parquet`, `hits.parquet`, `rejects.parquet`: the tables for programs that would rather not parse, with the
//! values of the data profile, whichever the CSV files are written for.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::MorningError;
use crate::run::{Run, Value, Values};
use crate::write::{
    CALL_COLUMNS, Column, HIT_COLUMNS, Kind, Mark, OutputFolder, PublishError, REJECT_COLUMNS, StagedFile,
};

/// The table in CSV, the name of the same in Parquet, its columns.
const TABLES: [(&str, &str, &[Column]); 3] = [
    ("calls.csv", "calls.parquet", CALL_COLUMNS),
    ("hits.csv", "hits.parquet", HIT_COLUMNS),
    ("rejects.csv", "rejects.parquet", REJECT_COLUMNS),
];

/// Most that one group of rows holds: what waits in memory, and what a reader can pass over at once.
const ROWS: usize = 1 << 16;
/// As [`ROWS`], in bytes of text.
const BYTES: usize = 16 << 20;

/// Writes the three files beside the names that they will have.
pub(super) fn write(
    run: &Run,
    folder: &OutputFolder,
    interrupted: &dyn Fn() -> bool,
) -> Result<Vec<Mark>, MorningError> {
    TABLES.iter().map(|(from, name, columns)| table(run, folder, (from, name, columns), interrupted)).collect()
}

fn table(
    run: &Run,
    folder: &OutputFolder,
    (from, name, columns): (&str, &'static str, &'static [Column]),
    interrupted: &dyn Fn() -> bool,
) -> Result<Mark, MorningError> {
    let failed = |error: ParquetError| {
        let source = match error {
            ParquetError::External(error) => match error.downcast() {
                Ok(error) => *error,
                Err(error) => std::io::Error::other(error),
            },
            other => std::io::Error::other(other),
        };
        MorningError::Publish(PublishError::Write { path: folder.path().join(name), source })
    };
    let mut values = Values::open(&run.folder().join(from), columns)?;
    let mut file = folder.stage(name, None)?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let schema = schema(columns).map_err(failed)?;
    let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::new(properties)).map_err(failed)?;
    let mut group = Group::new(columns);
    while let Some(row) = values.read()? {
        for (column, value) in group.columns.iter_mut().zip(row) {
            group.bytes += column.push(value?);
        }
        group.rows += 1;
        if group.rows >= ROWS || group.bytes >= BYTES {
            group.write(&mut writer).map_err(failed)?;
            if interrupted() {
                return Err(MorningError::Interrupted);
            }
        }
    }
    if group.rows > 0 {
        group.write(&mut writer).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(file.sync()?)
}

/// Every column may be empty.
fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let field = |(name, _): &Column| {
        let (physical, logical) = match Kind::of(name) {
            Kind::Text | Kind::Id => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Whole => (Physical::INT64, None),
            Kind::Truth => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical);
        Ok(Arc::new(field.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build()?))
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<_>, ParquetError>>()?;
    Ok(Arc::new(Type::group_type_builder("tinghu").with_fields(fields).build()?))
}

/// Rows that wait to be written, column by column.
struct Group {
    columns: Vec<Waiting>,
    rows: usize,
    bytes: usize,
}

/// The values of one column that are there, and for every row whether one is.
struct Waiting {
    values: Typed,
    there: Vec<i16>,
}

enum Typed {
    Text(Vec<ByteArray>),
    Whole(Vec<i64>),
    Truth(Vec<bool>),
}

impl Group {
    fn new(columns: &[Column]) -> Group {
        let typed = |kind| match kind {
            Kind::Text | Kind::Id => Typed::Text(Vec::new()),
            Kind::Whole => Typed::Whole(Vec::new()),
            Kind::Truth => Typed::Truth(Vec::new()),
        };
        let waiting = |(name, _): &Column| Waiting { values: typed(Kind::of(name)), there: Vec::new() };
        Group { columns: columns.iter().map(waiting).collect(), rows: 0, bytes: 0 }
    }

    /// Writes the rows, and forgets them.
    fn write(&mut self, writer: &mut SerializedFileWriter<&mut StagedFile>) -> Result<(), ParquetError> {
        let mut group = writer.next_row_group()?;
        for waiting in &mut self.columns {
            let Some(mut column) = group.next_column()? else { break };
            let there = Some(&waiting.there[..]);
            match &mut waiting.values {
                Typed::Text(values) => {
                    column.typed::<ByteArrayType>().write_batch(values, there, None)?;
                    values.clear();
                }
                Typed::Whole(values) => {
                    column.typed::<Int64Type>().write_batch(values, there, None)?;
                    values.clear();
                }
                Typed::Truth(values) => {
                    column.typed::<BoolType>().write_batch(values, there, None)?;
                    values.clear();
                }
            }
            column.close()?;
            waiting.there.clear();
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl Waiting {
    /// Adds the value of a row: the bytes of its text.
    fn push(&mut self, value: Value<'_>) -> usize {
        let mut bytes = 0;
        let there = match (value, &mut self.values) {
            (Value::Text(text), Typed::Text(values)) => {
                bytes = text.len();
                values.push(ByteArray::from(text.into_owned().into_bytes()));
                true
            }
            (Value::Whole(number), Typed::Whole(values)) => {
                values.push(number);
                true
            }
            (Value::Truth(truth), Typed::Truth(values)) => {
                values.push(truth);
                true
            }
            // A column has one kind: what is left is empty.
            _ => false,
        };
        self.there.push(there.into());
        bytes
    }
}

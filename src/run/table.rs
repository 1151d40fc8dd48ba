//! One table of a run, row by row: the columns found by their headers, the cells taken in their order.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::error::{ReadRunError, RowFault};
use crate::write::{Column, Kind, Profile, guarded, unguarded};

/// Where a row begins.
#[derive(Debug, Clone)]
pub struct Place(csv::Position);

/// What a cell holds, as it stands in the data profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'r> {
    /// Nothing.
    Empty,
    /// Text, or an identifier; what would be a formula is guarded.
    Text(Cow<'r, str>),
    /// A number.
    Whole(i64),
    /// Yes or no.
    Truth(bool),
}

/// A table that is being read; holds one row at a time.
#[derive(Debug)]
pub(super) struct Table<R> {
    path: PathBuf,
    columns: &'static [Column],
    /// The cell in which each column stands.
    places: Vec<usize>,
    profile: Profile,
    reader: csv::Reader<BufReader<R>>,
    row: csv::ByteRecord,
}

impl Table<File> {
    pub fn open(path: &Path, columns: &'static [Column]) -> Result<Self, ReadRunError> {
        let file = File::open(path).map_err(|source| ReadRunError::Open { path: path.to_owned(), source })?;
        Table::new(file, path, columns)
    }
}

impl<R: Read> Table<R> {
    /// Reads the header; `path` is for messages.
    pub fn new(source: R, path: &Path, columns: &'static [Column]) -> Result<Self, ReadRunError> {
        let mut reader = csv::Reader::from_reader(BufReader::with_capacity(1 << 16, source));
        let headers = reader.headers().map_err(|error| fault(path, 1, error))?;
        let find = |column: &Column| {
            let place = headers.iter().position(|header| header == column.0 || header == column.1);
            place.ok_or(ReadRunError::Column { path: path.to_owned(), column: *column })
        };
        let places = columns.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let excel = places.first().is_some_and(|place| headers.get(*place) == columns.first().map(|column| column.1));
        let profile = if excel { Profile::Excel } else { Profile::Data };
        Ok(Table { path: path.to_owned(), columns, places, profile, reader, row: csv::ByteRecord::new() })
    }

    /// For whom the table was written.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Goes on to the next row, if there is one.
    pub fn advance(&mut self) -> Result<bool, ReadRunError> {
        let line = self.reader.position().line();
        self.reader.read_byte_record(&mut self.row).map_err(|error| fault(&self.path, line, error))
    }

    /// One cell as it stands, for whoever looks at no other.
    pub fn cell(&self, column: usize) -> &[u8] {
        self.row.get(self.places[column]).unwrap_or_default()
    }

    /// The cells of the row, to be taken one after the other.
    pub fn cells(&self) -> Cells<'_> {
        let table = Shown { path: &self.path, columns: self.columns, profile: self.profile };
        Cells { table, places: &self.places, row: &self.row, next: 0 }
    }

    /// Where the row begins.
    pub fn place(&self) -> Place {
        Place(self.row.position().cloned().unwrap_or_else(csv::Position::new))
    }

    /// That the row is wrong.
    pub fn row_fault(&self, fault: RowFault) -> ReadRunError {
        ReadRunError::Row { path: self.path.clone(), line: self.place().0.line(), fault }
    }
}

impl<R: Read + Seek> Table<R> {
    /// Goes to a row, so that it is the next.
    pub fn go_to(&mut self, place: &Place) -> Result<(), ReadRunError> {
        self.reader.seek(place.0.clone()).map_err(|error| fault(&self.path, place.0.line(), error))
    }
}

/// What the csv crate says, without what stands in the row.
fn fault(path: &Path, line: u64, error: csv::Error) -> ReadRunError {
    let path = path.to_owned();
    let line = error.position().map_or(line, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(source) => ReadRunError::Open { path, source },
        csv::ErrorKind::Utf8 { .. } => ReadRunError::Row { path, line, fault: RowFault::Encoding },
        csv::ErrorKind::UnequalLengths { .. } => ReadRunError::Row { path, line, fault: RowFault::Cells },
        _ => ReadRunError::Open { path, source: io::ErrorKind::Unsupported.into() },
    }
}

/// What messages name.
#[derive(Clone, Copy)]
struct Shown<'r> {
    path: &'r Path,
    columns: &'static [Column],
    profile: Profile,
}

/// The cells of one row, taken in the order of the columns.
pub(super) struct Cells<'r> {
    table: Shown<'r>,
    places: &'r [usize],
    row: &'r csv::ByteRecord,
    next: usize,
}

impl<'r> Cells<'r> {
    /// The next cell as it stands.
    fn plain(&mut self) -> Result<&'r str, ReadRunError> {
        let place = self.places.get(self.next);
        self.next += 1;
        let cell = place.and_then(|place| self.row.get(*place)).unwrap_or_default();
        std::str::from_utf8(cell).map_err(|_| ReadRunError::Row {
            path: self.table.path.to_owned(),
            line: self.line(),
            fault: RowFault::Encoding,
        })
    }

    /// A text, without what protected it.
    pub fn text(&mut self) -> Result<&'r str, ReadRunError> {
        Ok(unguarded(self.plain()?, None))
    }

    /// An identifier, without what protected it.
    pub fn id(&mut self) -> Result<&'r str, ReadRunError> {
        Ok(unguarded(self.plain()?, Some(self.table.profile)))
    }

    /// The next cell as the data profile has it, whichever the table was written for.
    pub fn value(&mut self, kind: Kind) -> Result<Value<'r>, ReadRunError> {
        let profile = self.table.profile;
        let value = match kind {
            Kind::Text => self.maybe(|cell| Some(Value::Text(Cow::Borrowed(cell)))),
            Kind::Id => self.maybe(|cell| Some(Value::Text(guarded(unguarded(cell, Some(profile)))))),
            Kind::Whole => self.maybe(|cell| cell.parse().ok().map(Value::Whole)),
            Kind::Truth => self.maybe(|cell| cell.parse().ok().map(Value::Truth)),
        }?;
        Ok(value.unwrap_or(Value::Empty))
    }

    /// What a cell says, as `parse` understands it.
    pub fn of<T>(&mut self, parse: impl FnOnce(&'r str) -> Option<T>) -> Result<T, ReadRunError> {
        let cell = self.plain()?;
        parse(cell).ok_or_else(|| self.wrong())
    }

    /// As [`Cells::of`]; nothing where the cell is empty.
    pub fn maybe<T>(&mut self, parse: impl FnOnce(&'r str) -> Option<T>) -> Result<Option<T>, ReadRunError> {
        match self.plain()? {
            "" => Ok(None),
            cell => parse(cell).map(Some).ok_or_else(|| self.wrong()),
        }
    }

    /// A number.
    pub fn number<N: FromStr>(&mut self) -> Result<N, ReadRunError> {
        self.of(|cell| cell.parse().ok())
    }

    /// A number, or nothing.
    pub fn maybe_number<N: FromStr>(&mut self) -> Result<Option<N>, ReadRunError> {
        self.maybe(|cell| cell.parse().ok())
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Result<bool, ReadRunError> {
        self.number()
    }

    /// Words of a list cell.
    pub fn words<T>(&mut self, between: char, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ReadRunError> {
        let words = self.plain()?.split(between).filter(|word| !word.is_empty());
        words.map(parse).collect::<Option<Vec<T>>>().ok_or_else(|| self.wrong())
    }

    fn line(&self) -> u64 {
        self.row.position().map_or(0, csv::Position::line)
    }

    /// That the cell last taken is wrong.
    fn wrong(&self) -> ReadRunError {
        ReadRunError::Cell {
            path: self.table.path.to_owned(),
            line: self.line(),
            column: self.table.columns[self.next - 1],
        }
    }
}

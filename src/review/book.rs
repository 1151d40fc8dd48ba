//! `reviews.csv`: every verdict that was ever imported, in the order of the imports.

use std::collections::BTreeMap;
use std::path::Path;

use super::fault::{HeaderFault, ReviewError};
use super::line::{self, Judged, REVIEW_COLUMNS, Review};
use crate::read::{Sheet, bare};

/// The lines of a `reviews.csv`. Lines are added and never changed: of one id the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// From the oldest to the newest.
    pub lines: Vec<Review>,
}

/// The last word on every call and every hit, by their ids.
#[derive(Debug, Default)]
pub struct Latest<'b> {
    /// Verdicts on calls.
    pub calls: BTreeMap<&'b str, &'b Review>,
    /// Verdicts on hits.
    pub hits: BTreeMap<&'b str, &'b Review>,
}

impl Book {
    /// Reads the file, which a spreadsheet may have saved again.
    ///
    /// # Errors
    /// When it cannot be read, or holds what this program does not write.
    pub fn open(path: &Path) -> Result<Book, ReviewError> {
        let sheets = Sheet::open(path, &is_known)?;
        Book::of(path, sheets)
    }

    /// Reads the bytes of the file; `path` is for messages.
    ///
    /// # Errors
    /// As [`Book::open`].
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Book, ReviewError> {
        Book::of(path, vec![Sheet::of_bytes(path, bytes, &is_known)?])
    }

    fn of(path: &Path, sheets: Vec<Sheet>) -> Result<Book, ReviewError> {
        let mut book = Book::default();
        for mut sheet in sheets {
            let places = places(sheet.header()).map_err(|fault| {
                let place = path.display().to_string();
                ReviewError::Header { place, fault }
            })?;
            let mut cells = Vec::new();
            while let Some(row) = sheet.next(&mut cells)? {
                let ordered: Vec<&str> = places.iter().map(|place| cells[*place].as_str()).collect();
                let line = Review::parse(&ordered);
                book.lines.push(line.map_err(|(_, column)| ReviewError::Book {
                    path: path.to_owned(),
                    row,
                    column,
                })?);
            }
        }
        Ok(book)
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = line::header();
        for review in &self.lines {
            review.push(&mut bytes);
        }
        bytes
    }

    /// The last word on everything.
    pub fn latest(&self) -> Latest<'_> {
        let mut latest = Latest::default();
        for review in &self.lines {
            match &review.judged {
                Judged::Call(..) => latest.calls.insert(&review.call_id, review),
                Judged::Hit(_, id, _) => latest.hits.insert(id, review),
            };
        }
        latest
    }

    /// Whether a file looks like a `reviews.csv` by its first bytes.
    pub fn is_one(path: &Path) -> bool {
        let sheets = Sheet::open(path, &is_known);
        sheets.is_ok_and(|sheets| sheets.iter().any(|sheet| places(sheet.header()).is_ok()))
    }
}

fn is_known(name: &str) -> bool {
    REVIEW_COLUMNS.iter().any(|(english, chinese)| name == *english || name == bare(chinese))
}

/// Where the columns stand, in their order.
fn places(header: &[String]) -> Result<Vec<usize>, HeaderFault> {
    if let Some(foreign) = header.iter().position(|name| !name.is_empty() && !is_known(name)) {
        return Err(HeaderFault::Foreign(foreign + 1));
    }
    let place = |(english, chinese): &(&'static str, &'static str)| {
        let mut places =
            (0..header.len()).filter(|place| header[*place] == *english || header[*place] == bare(chinese));
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => Err(HeaderFault::Doubled(chinese)),
            (None, _) => Err(HeaderFault::Missing(chinese)),
        }
    };
    REVIEW_COLUMNS.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::line::tests::examples;

    fn parse(bytes: &[u8]) -> Result<Book, ReviewError> {
        Book::parse(Path::new("reviews.csv"), bytes.to_vec())
    }

    #[test]
    fn what_is_written_is_read_back_to_the_same_bytes_even_when_a_spreadsheet_saved_it() {
        let book = Book { lines: examples().into() };
        let bytes = book.to_bytes();
        assert_eq!(parse(&bytes).expect("ours").to_bytes(), bytes);
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        let saved = encoding_rs::GB18030.encode(text.trim_start_matches('\u{feff}')).0.into_owned();
        assert_eq!(parse(&saved).expect("saved again"), book);
        assert_eq!(parse(text.replace("\r\n", "\n").as_bytes()).expect("saved again").to_bytes(), bytes);
    }

    #[test]
    fn the_last_word_counts() {
        let [call, hit] = examples();
        let mut again = call.clone();
        again.at = "2026-11-29T09:00:00Z".into();
        let book = Book { lines: vec![call, hit.clone(), again.clone()] };
        let latest = book.latest();
        assert_eq!(latest.calls[again.call_id.as_str()], &again);
        assert_eq!(latest.hits[hit.id()], &hit);
    }

    #[test]
    fn what_is_no_book_is_refused_and_not_shown() {
        let text = String::from_utf8(Book { lines: examples().into() }.to_bytes()).expect("UTF-8");
        for (said, text) in [
            ("“结论”", text.replacen("误报", "密", 1)),
            ("“结论”", text.replacen("结论", "密", 1).replacen(",密,", ",", 1)),
            ("第 8 列", text.replacen("结论", "密", 1)),
            ("两次", text.replacen("意见", "结论", 1)),
            ("第 2 行“编号”", text.replacen("'000123456789012", "000", 1)),
        ] {
            let error = parse(text.as_bytes()).expect_err("refused").to_string();
            assert!(error.contains(said) && !error.contains('密'), "{said}: {error}");
        }
    }
}

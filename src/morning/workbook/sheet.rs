//! A sheet that is written row by row.

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatDataBar, DataValidation, Format, IgnoreError,
    Workbook, Worksheet, XlsxError,
};

use super::cell::{Cell, fitting, lines, wall_clock};
use super::look::{Looks, Tone};

/// What most cells of a column are: they then need no format of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Wrapped,
    Number,
    Points,
    Time,
    Mark,
    /// Empty, for a person to fill in.
    ToFill,
}

impl Kind {
    fn look(self, looks: &Looks) -> &Format {
        match self {
            Kind::Text => &looks.text,
            Kind::Wrapped => &looks.wrapped,
            Kind::Number => &looks.number,
            Kind::Points => &looks.points,
            Kind::Time => &looks.time,
            Kind::Mark => looks.tone(Tone::Plain),
            Kind::ToFill => &looks.to_fill,
        }
    }

    /// Whether a cell looks as the column does.
    fn is_of(self, cell: &Cell<'_>) -> bool {
        match cell {
            Cell::Text(_) => self == Kind::Text,
            Cell::Wrapped(_) => self == Kind::Wrapped,
            Cell::Number(_) => self == Kind::Number,
            Cell::Points(points) => self == Kind::Points && *points != 0,
            Cell::Mark(_, tone) | Cell::Rank(_, tone) => self == Kind::Mark && *tone == Tone::Plain,
            Cell::Empty | Cell::Aside(_) | Cell::Remark(_) | Cell::Tenths(_) | Cell::Share(_) | Cell::Time(_) => false,
        }
    }
}

/// A column: header, width in characters, and what its cells are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub header: &'static str,
    pub width: f64,
    pub kind: Kind,
}

/// A column.
pub(super) const fn column(header: &'static str, width: f64, kind: Kind) -> Column {
    Column { header, width, kind }
}

/// Height of a line of text, and of a row at most, in points.
const LINE: f64 = 15.0;
const TALLEST: f64 = 405.0;

/// A sheet under construction.
pub(super) struct Sheet {
    sheet: Worksheet,
    /// The next row.
    row: u32,
    /// Where the column headers stand, if they do.
    header: Option<u32>,
    widths: Vec<f64>,
    kinds: Vec<Kind>,
    /// Columns that are printed, if not all.
    printed: Option<u16>,
}

impl Sheet {
    /// A sheet whose rows go to the disk as they come.
    pub fn new(workbook: &mut Workbook, name: &str) -> Result<Sheet, XlsxError> {
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        Ok(Sheet { sheet, row: 0, header: None, widths: Vec::new(), kinds: Vec::new(), printed: None })
    }

    /// The widths of the columns of a sheet that is no table.
    pub fn widths(&mut self, widths: &[f64]) -> Result<(), XlsxError> {
        for (place, width) in widths.iter().enumerate() {
            self.sheet.set_column_width(place as u16, *width)?;
        }
        self.widths = widths.to_vec();
        Ok(())
    }

    /// A line of text over the columns.
    pub fn line(&mut self, text: &str, look: &Format, height: f64) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, height)?;
        self.sheet.write_string_with_format(self.row, 0, fitting(text), look)?;
        self.row += 1;
        Ok(())
    }

    /// A line of text in the colour of a section, as wide as the columns.
    pub fn section(&mut self, text: &str, columns: u16, looks: &Looks) -> Result<(), XlsxError> {
        for column in 1..columns {
            self.sheet.write_blank(self.row, column, &looks.section)?;
        }
        self.line(text, &looks.section, 20.0)
    }

    /// An empty row.
    pub fn gap(&mut self) {
        self.row += 1;
    }

    /// The headers of a table, after a line of what to know of it: the rows below scroll under them, and the first
    /// columns stay.
    pub fn table(&mut self, note: &str, columns: &[Column], staying: u16, looks: &Looks) -> Result<(), XlsxError> {
        let widths: Vec<f64> = columns.iter().map(|column| column.width).collect();
        self.widths(&widths)?;
        for (column, place) in columns.iter().zip(0..) {
            self.sheet.set_column_format(place, column.kind.look(looks))?;
        }
        if !note.is_empty() {
            for place in 1..columns.len() as u16 {
                self.sheet.write_blank(self.row, place, &looks.note)?;
            }
            self.line(note, &looks.note, 22.0)?;
        }
        self.sheet.set_row_height(self.row, 32)?;
        for (column, place) in columns.iter().zip(0..) {
            let look = if column.kind == Kind::ToFill { &looks.header_to_fill } else { &looks.header };
            self.sheet.write_string_with_format(self.row, place, column.header, look)?;
        }
        self.kinds = columns.iter().map(|column| column.kind).collect();
        self.header = Some(self.row);
        self.row += 1;
        self.sheet.set_freeze_panes(self.row, staying)?.set_repeat_rows(self.row - 1, self.row - 1)?;
        self.sheet.set_print_gridlines(true);
        Ok(())
    }

    /// A row of cells, from a column on.
    pub fn row<'c>(
        &mut self,
        from: u16,
        cells: impl IntoIterator<Item = Cell<'c>>,
        looks: &Looks,
    ) -> Result<(), XlsxError> {
        let mut tallest = 1;
        for (cell, column) in cells.into_iter().zip(from..) {
            let text = match &cell {
                Cell::Wrapped(text) => text,
                Cell::Aside(text) => *text,
                _ => "",
            };
            if let Some(width) = self.widths.get(usize::from(column)).filter(|_| !text.is_empty()) {
                tallest = tallest.max(lines(text, *width));
            }
            self.cell(column, cell, looks)?;
        }
        if tallest > 1 {
            // Said, not left to the program that opens it: not every one looks at the texts.
            self.sheet.set_row_height(self.row, (f64::from(tallest) * LINE + 2.0).min(TALLEST))?;
        }
        self.row += 1;
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: Cell<'_>, looks: &Looks) -> Result<(), XlsxError> {
        let (sheet, row) = (&mut self.sheet, self.row);
        if self.kinds.get(usize::from(column)).is_some_and(|kind| kind.is_of(&cell)) {
            match cell {
                Cell::Text(text) | Cell::Wrapped(text) => sheet.write_string(row, column, fitting(&text))?,
                Cell::Number(number) => sheet.write_number(row, column, number as f64)?,
                Cell::Points(number) => sheet.write_number(row, column, number as f64)?,
                Cell::Rank(rank, _) => sheet.write_number(row, column, f64::from(rank))?,
                Cell::Mark(word, _) => sheet.write_string(row, column, word)?,
                _ => sheet,
            };
            return Ok(());
        }
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) | Cell::Wrapped(text) if text.is_empty() => return Ok(()),
            Cell::Aside("") | Cell::Remark("") | Cell::Time("") => return Ok(()),
            Cell::Text(text) => sheet.write_string_with_format(row, column, fitting(&text), &looks.text)?,
            Cell::Wrapped(text) => sheet.write_string_with_format(row, column, fitting(&text), &looks.wrapped)?,
            Cell::Aside(text) => sheet.write_string_with_format(row, column, fitting(text), &looks.aside)?,
            Cell::Remark(text) => sheet.write_string_with_format(row, column, fitting(text), &looks.remark)?,
            Cell::Number(number) => sheet.write_number_with_format(row, column, number as f64, &looks.number)?,
            Cell::Points(0) => sheet.write_number_with_format(row, column, 0.0, &looks.no_points)?,
            Cell::Points(number) => sheet.write_number_with_format(row, column, number as f64, &looks.points)?,
            Cell::Tenths(number) => sheet.write_number_with_format(row, column, number.to_f64(), &looks.tenths)?,
            Cell::Share(number) => sheet.write_number_with_format(row, column, number.to_f64(), &looks.share)?,
            Cell::Rank(rank, tone) => sheet.write_number_with_format(row, column, f64::from(rank), looks.tone(tone))?,
            Cell::Mark(word, tone) => sheet.write_string_with_format(row, column, word, looks.tone(tone))?,
            Cell::Time(text) => match wall_clock(text) {
                Some(time) => sheet.write_datetime_with_format(row, column, &time, &looks.time)?,
                None => sheet.write_string_with_format(row, column, fitting(text), &looks.text)?,
            },
        };
        Ok(())
    }

    /// Prints the first columns only: a sheet of paper is narrower than a screen.
    pub fn print_columns(&mut self, columns: u16) {
        self.printed = Some(columns);
    }

    /// The next row.
    pub fn next_row(&self) -> u32 {
        self.row
    }

    /// Bars behind the numbers of a column, from one row up to the last written.
    pub fn bars(&mut self, column: u16, from: u32) -> Result<(), XlsxError> {
        if from < self.row {
            let bar = ConditionalFormatDataBar::new().set_fill_color("#9DB7DD").set_solid_fill(true);
            self.sheet.add_conditional_format(from, column, self.row - 1, column, &bar)?;
        }
        Ok(())
    }

    /// The words that may be chosen in a column of the table, and their colours.
    pub fn choices(&mut self, column: u16, words: &[(&'static str, Tone)], looks: &Looks) -> Result<(), XlsxError> {
        let Some((from, to)) = self.rows() else { return Ok(()) };
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let choice = DataValidation::new()
            .allow_list_strings(&names)?
            .set_error_title("请从下拉列表中选择")?
            .set_error_message(format!("只能填：{}。其他话写在意见栏。", names.join("、")))?;
        self.sheet.add_data_validation(from, column, to, column, &choice)?;
        for (word, tone) in words {
            let rule = ConditionalFormatCell::new()
                .set_rule(ConditionalFormatCellRule::EqualTo(*word))
                .set_format(looks.tone(*tone));
            self.sheet.add_conditional_format(from, column, to, column, &rule)?;
        }
        Ok(())
    }

    /// The rows of the table, if it has any.
    fn rows(&self) -> Option<(u32, u32)> {
        let from = self.header? + 1;
        (from < self.row).then(|| (from, self.row - 1))
    }

    /// The finished sheet: with filters, and without Excel's remarks on digits that are identifiers.
    pub fn finish(mut self) -> Result<Worksheet, XlsxError> {
        if let Some(header) = self.header {
            let (last, right) = ((self.row - 1).max(header), self.widths.len() as u16 - 1);
            self.sheet.autofilter(header, 0, last, right)?;
            self.sheet.ignore_error_range(header, 0, last, right, IgnoreError::NumberStoredAsText)?;
            if let Some(columns) = self.printed {
                self.sheet.set_print_area(0, 0, last, columns - 1)?;
            }
        }
        Ok(self.sheet)
    }
}

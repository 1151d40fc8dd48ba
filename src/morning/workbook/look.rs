//! How cells look: a handful of formats, shared by all sheets.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// What a word means to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Nothing to note.
    Plain,
    /// Look here first.
    Bad,
    /// Look here.
    Warn,
    /// As it should be.
    Good,
    /// Does not apply.
    Faint,
}

/// The formats.
#[derive(Debug)]
pub(super) struct Looks {
    pub title: Format,
    pub section: Format,
    pub note: Format,
    pub header: Format,
    /// Header of a column that a person fills in.
    pub header_to_fill: Format,
    /// Identifiers and words on one line; Excel leaves them as they are when the cell is edited, too.
    pub text: Format,
    /// Texts on several lines.
    pub wrapped: Format,
    /// As `wrapped`, for what does not count.
    pub aside: Format,
    /// What is said beside a number.
    pub remark: Format,
    pub number: Format,
    pub points: Format,
    pub no_points: Format,
    pub tenths: Format,
    pub share: Format,
    pub time: Format,
    /// An empty cell that a person fills in.
    pub to_fill: Format,
    plain: Format,
    bad: Format,
    warn: Format,
    good: Format,
    faint: Format,
}

/// Named as Excel and WPS name it in China; where it is missing the system's own font stands in.
const FONT: &str = "微软雅黑";

impl Looks {
    pub fn new() -> Looks {
        let base = Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::Top);
        let filled =
            |fill: u32, ink: u32| base.clone().set_background_color(Color::RGB(fill)).set_font_color(Color::RGB(ink));
        let header = |fill: u32| {
            let line = filled(fill, 0xFFFFFF).set_bold().set_text_wrap();
            line.set_align(FormatAlign::VerticalCenter).set_align(FormatAlign::Center)
        };
        let word = |format: Format| format.set_align(FormatAlign::Center);
        let text = base.clone().set_num_format("@");
        Looks {
            title: base.clone().set_bold().set_font_size(16).set_font_color(Color::RGB(0x1F3864)),
            section: filled(0xDDE6F3, 0x1F3864).set_bold().set_font_size(11),
            note: base.clone().set_font_color(Color::RGB(0x595959)).set_align(FormatAlign::VerticalCenter),
            header: header(0x1F3864),
            header_to_fill: header(0xB45F06),
            wrapped: text.clone().set_text_wrap(),
            aside: text.clone().set_text_wrap().set_font_color(Color::RGB(0x999999)),
            remark: base
                .clone()
                .set_align(FormatAlign::Left)
                .set_text_wrap()
                .set_indent(1)
                .set_font_color(Color::RGB(0x595959)),
            number: base.clone().set_num_format("0"),
            points: word(base.clone().set_num_format("0")),
            no_points: word(base.clone().set_num_format("0").set_font_color(Color::RGB(0x999999))),
            tenths: base.clone().set_num_format("0.0"),
            share: base.clone().set_num_format("0%"),
            time: base.clone().set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Left),
            to_fill: filled(0xFFF9E5, 0x000000)
                .set_num_format("@")
                .set_text_wrap()
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0xE0D3A8)),
            plain: word(base.clone()),
            bad: word(filled(0xF8CBC6, 0x8B0000).set_bold()),
            warn: word(filled(0xFFE8B3, 0x7F5200)),
            good: word(filled(0xDCEFD8, 0x1E5B1E)),
            faint: word(base.clone().set_font_color(Color::RGB(0x999999))),
            text,
        }
    }

    pub fn tone(&self, tone: Tone) -> &Format {
        match tone {
            Tone::Plain => &self.plain,
            Tone::Bad => &self.bad,
            Tone::Warn => &self.warn,
            Tone::Good => &self.good,
            Tone::Faint => &self.faint,
        }
    }
}

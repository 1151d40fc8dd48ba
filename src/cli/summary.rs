//! What a run came to: a small table for people, one object for programs.

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tinghu::both;
use tinghu::read::Skipped;
use tinghu::said::Both;
use tinghu::text::escape;
use tinghu::write::Manifest;
use unicode_width::UnicodeWidthStr;

use super::terminal::{Level, Screen, is_json, lang, tell, write_line};

/// What came of a run.
pub struct Outcome<'a> {
    /// What was published.
    pub manifest: &'a Manifest,
    /// Where.
    pub folder: &'a Path,
    /// What was found and not read.
    pub skipped: &'a [Skipped],
    /// How the program will end.
    pub exit_code: u8,
}

/// Files that are not read and named one by one; all of them are in `run.json`.
const NAMED: usize = 5;

impl Outcome<'_> {
    /// Says all of it.
    pub fn tell(&self) {
        for Skipped { name, reason } in self.skipped.iter().take(NAMED) {
            let message = both!("没有读 {name}：{}", reason.zh(); "not read: {name}, {}", reason.en());
            tell(Level::Warn, "not_read", &message, [("source", json!(name)), ("reason", json!(reason.en()))]);
        }
        if let Some(more) = self.skipped.len().checked_sub(NAMED + 1) {
            let more = more + 1;
            let message = both!("另有 {more} 个文件没有读，见 run.json"; "{more} more files not read, see run.json");
            tell(Level::Warn, "not_read", &message, [("files", json!(more))]);
        }
        if is_json() {
            tell(Level::Info, "summary", &self.sentence(), self.fields());
        } else {
            for line in self.table(Screen::of_stderr()) {
                write_line(&line);
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.manifest.inputs.iter().map(|input| input.bytes).sum()
    }

    fn sentence(&self) -> Both {
        let counts = &self.manifest.counts;
        let (scored, rejected, high, review) = (counts.scored, counts.rejected, counts.high_risk, counts.needs_review);
        let folder = self.folder.display();
        both!(
            "已评分 {scored} 通，拒收 {rejected}，高风险 {high}，待复核 {review}，结果在 {folder}";
            "{scored} calls scored, {rejected} rejected, {high} at high risk, {review} to review, results in {folder}"
        )
    }

    fn fields(&self) -> [(&'static str, Value); 6] {
        let outputs = self.manifest.outputs.keys().map(String::as_str).chain(["run.json"]);
        let path = |name: &str| (name.to_owned(), json!(self.folder.join(name).display().to_string()));
        [
            ("counts", json!(self.manifest.counts)),
            ("timings", json!(self.manifest.timings)),
            ("bytes", json!(self.bytes())),
            ("not_read", json!(self.skipped.len())),
            ("outputs", Value::Object(outputs.map(path).collect::<Map<_, _>>())),
            ("exit_code", json!(self.exit_code)),
        ]
    }

    /// The lines for people.
    fn table(&self, screen: Screen) -> Vec<String> {
        let counts = &self.manifest.counts;
        let low = counts.scored.saturating_sub(counts.high_risk + counts.medium_risk);
        let share = Some(counts.scored);
        let rows = [
            (both!("读到通话"; "calls read"), counts.read, None, Tone::Plain),
            (both!("已评分"; "scored"), counts.scored, None, Tone::Plain),
            (both!("拒收"; "rejected"), counts.rejected, Some(counts.read), Tone::Odd),
            (both!("高风险"; "high risk"), counts.high_risk, share, Tone::Grave),
            (both!("中风险"; "medium risk"), counts.medium_risk, share, Tone::Plain),
            (both!("低风险"; "low risk"), low, share, Tone::Plain),
            (both!("高风险未警示"; "missed scams"), counts.missed_scams, None, Tone::Grave),
            (both!("有情绪"; "distressed"), counts.distressed, share, Tone::Plain),
            (both!("自伤线索"; "self-harm hints"), counts.self_harm, None, Tone::Grave),
            (both!("应予关怀"; "care due"), counts.care_due, share, Tone::Plain),
            (both!("待复核"; "to review"), counts.needs_review, share, Tone::Work),
        ];
        let number = rows.iter().map(|row| grouped(row.1).len()).max().unwrap_or(0);
        let mut lines = Vec::new();
        for (label, count, of, tone) in rows {
            let share = of
                .filter(|of| *of > 0)
                .map_or(String::new(), |of| format!("  {:>5.1} %", count as f64 * 100.0 / of as f64));
            let code = tone.code().filter(|_| count > 0);
            let count = format!("{:>number$}", grouped(count));
            let count = code.map_or(count.clone(), |code| screen.paint(code, &count));
            lines.push(format!("{}{count}{share}", label_cell(&label)));
        }
        let timings = &self.manifest.timings;
        let after = Duration::from_millis(timings.elapsed_ms);
        lines.push(format!("{}{}", label_cell(&both!("用时"; "time")), span(after).pick(lang())));
        // Of a continued run it is not known how much of the input was read this time.
        let bytes = match timings.resumed {
            0 => format!("{:.1} MB/s", megabytes_a_second(self.bytes(), after)),
            _ => String::new(),
        };
        let speed = both!("{} 通/秒  {bytes}", timings.calls_per_s; "{} calls/s  {bytes}", timings.calls_per_s);
        lines.push(format!("{}{}", label_cell(&both!("速度"; "speed")), speed.pick(lang()).trim_end()));
        let files = [
            ("calls.csv", both!("通话表"; "calls")),
            ("report.html", both!("网页"; "page")),
            ("calls.xlsx", both!("工作簿"; "workbook")),
            ("rejects.csv", both!("拒收清单"; "rejects")),
        ];
        for (name, label) in files {
            let wanted = name != "rejects.csv" || counts.rejected > 0;
            if wanted && self.manifest.outputs.contains_key(name) {
                let path = self.folder.join(name).display().to_string();
                lines.push(format!("{}{}", label_cell(&label), screen.paint("1", &escape(&path))));
            }
        }
        lines
    }
}

/// What a count asks for.
#[derive(Clone, Copy)]
enum Tone {
    Plain,
    Odd,
    Grave,
    Work,
}

impl Tone {
    /// Colour of a count that is not zero.
    fn code(self) -> Option<&'static str> {
        match self {
            Tone::Plain => None,
            Tone::Odd => Some("33"),
            Tone::Grave => Some("31"),
            Tone::Work => Some("1"),
        }
    }
}

/// Columns of the labels, a Chinese character being two.
const LABEL: usize = 18;

fn label_cell(label: &Both) -> String {
    let label = label.pick(lang());
    format!("{label}{}", " ".repeat(LABEL.saturating_sub(label.width())))
}

/// A number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Millions of bytes a second.
pub fn megabytes_a_second(bytes: u64, after: Duration) -> f64 {
    bytes as f64 / 1e6 / after.as_secs_f64().max(0.001)
}

/// A length of time as people say it.
pub fn span(time: Duration) -> Both {
    let seconds = time.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        both!("{hours} 小时 {minutes:02} 分"; "{hours} h {minutes:02} min")
    } else if minutes > 0 {
        both!("{minutes} 分 {rest:02} 秒"; "{minutes} min {rest:02} s")
    } else if time.subsec_nanos() == 0 {
        both!("{rest} 秒"; "{rest} s")
    } else {
        both!("{:.1} 秒", time.as_secs_f64(); "{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_as_people_write_them() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        let zh = |ms| span(Duration::from_millis(ms)).zh;
        assert_eq!([400, 2_000, 65_000, 7_265_000].map(zh), ["0.4 秒", "2 秒", "1 分 05 秒", "2 小时 01 分"]);
    }
}

//! What goes to the terminal: in the language and the form that was asked for, and nothing from outside that a terminal
//! would obey.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tinghu::said::{Both, Lang};
use tinghu::settings::LogFormat;
use tinghu::text::{escape, escape_json, escape_lines};

/// Asked for once, by the command line or the settings; a fault of the program must be told in it, too.
static ENGLISH: AtomicBool = AtomicBool::new(false);
static JSON: AtomicBool = AtomicBool::new(false);
static LANG_SET: AtomicBool = AtomicBool::new(false);
static FORMAT_SET: AtomicBool = AtomicBool::new(false);

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What happened.
    Info,
    /// What somebody should look at.
    Warn,
    /// Why nothing came of it.
    Error,
}

/// Sets language and form of all that is said from now on; what was set before stays.
pub fn settle(lang: Option<Lang>, format: Option<LogFormat>) {
    if let Some(lang) = lang.filter(|_| !LANG_SET.swap(true, Ordering::Relaxed)) {
        ENGLISH.store(lang == Lang::En, Ordering::Relaxed);
    }
    if let Some(format) = format.filter(|_| !FORMAT_SET.swap(true, Ordering::Relaxed)) {
        JSON.store(format == LogFormat::Json, Ordering::Relaxed);
    }
}

/// The language of messages.
pub fn lang() -> Lang {
    if ENGLISH.load(Ordering::Relaxed) { Lang::En } else { Lang::Zh }
}

/// Whether messages are JSON.
pub fn is_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

/// Tells something on standard error. `event` names its kind and never changes; `fields` are for programs only.
pub fn tell<'f>(level: Level, event: &str, message: &Both, fields: impl IntoIterator<Item = (&'f str, Value)>) {
    let message = message.pick(lang());
    if is_json() {
        write_line(&object(level, event, message, fields));
    } else if level == Level::Info {
        say(message);
    } else {
        say(format_args!("tinghu: {message}"));
    }
}

/// A message as one line of JSON, its fields in the order given.
fn object<'f>(level: Level, event: &str, message: &str, fields: impl IntoIterator<Item = (&'f str, Value)>) -> String {
    let level = match level {
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    };
    let head = [("level", Value::from(level)), ("event", Value::from(event)), ("message", Value::from(message))];
    // By hand, as a map would sort them.
    let all = head.into_iter().chain(fields).map(|(name, value)| format!("{}:{value}", Value::from(name)));
    escape_json(&format!("{{{}}}", all.collect::<Vec<_>>().join(",")))
}

/// Says one line on standard error: control characters in it are escaped, line feeds too, so that no file name looks
/// like a line of ours.
pub fn say(line: impl Display) {
    let line = line.to_string();
    if is_json() {
        write_line(&object(Level::Info, "said", &line, []));
    } else {
        write_line(&escape(&line));
    }
}

/// Says several lines of our own that repeat words from outside.
pub fn say_lines(text: &str) {
    write_line(&escape_lines(text.trim_end()));
}

/// Writes a line in which everything from outside is escaped already. Nobody listening is no fault.
pub fn write_line(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// What a stream may be sent beside text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Whether it shows colours, and the user wants them (`NO_COLOR` is not set).
    pub colour: bool,
    /// Whether lines can be drawn over.
    pub redraws: bool,
}

impl Screen {
    /// Of standard error.
    pub fn of_stderr() -> Screen {
        Screen::new(io::stderr().is_terminal())
    }

    /// Of standard output.
    pub fn of_stdout() -> Screen {
        Screen::new(io::stdout().is_terminal())
    }

    fn new(terminal: bool) -> Screen {
        let redraws = terminal && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Screen { colour: redraws && !plain, redraws }
    }

    /// Text in a colour or weight (an SGR number), where there are colours.
    pub fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Standard output, buffered: errors come back to the command instead of panicking. For commands that colour
/// their output and escape what is from outside themselves.
pub fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Standard output for commands that only write text: control characters but line feeds are escaped.
pub fn plain_stdout() -> Escaped<BufWriter<StdoutLock<'static>>> {
    Escaped(stdout())
}

/// A writer that escapes what a terminal would obey; every write must be whole characters, as formatting gives them.
pub struct Escaped<W>(W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(escape_lines(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatted_text_is_escaped_on_its_way_out() {
        let mut out = Escaped(Vec::new());
        let (id, text) = ("A\u{1b}", "\u{202e}好");
        writeln!(out, "通话 {id}|{text}").expect("to memory");
        assert_eq!(String::from_utf8(out.0).expect("UTF-8"), "通话 A\\u{1b}|\\u{202e}好\n");
    }

    #[test]
    fn an_object_is_one_line_that_no_terminal_obeys() {
        let line = object(Level::Warn, "not_read", "a\u{9b}\n\u{202e}b", [("source", Value::from("x\u{1b}[2J"))]);
        assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line}");
        let back: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!((&back["level"], &back["source"]), (&Value::from("warn"), &Value::from("x\u{1b}[2J")));
        assert_eq!(back["message"], "a\u{9b}\n\u{202e}b");
    }
}

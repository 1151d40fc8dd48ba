//! What goes to the terminal: nothing from outside that a terminal would obey.

use std::fmt::Display;
use std::io::{self, BufWriter, StdoutLock, Write};

use tinghu::text::{escape, escape_lines};

/// Says one line on standard error: control characters in it are escaped, line feeds too, so that no file name looks
/// like a line of ours. Nobody listening is no fault.
pub fn say(line: impl Display) {
    let line = line.to_string();
    let _ = writeln!(io::stderr().lock(), "{}", escape(&line));
}

/// Says several lines of our own that repeat words from outside.
pub fn say_lines(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escape_lines(text.trim_end()));
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
}

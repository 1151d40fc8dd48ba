//! A fault of this program is told by its place only: the message of a panic may quote a transcript.

use std::panic::{self, Location, PanicHookInfo};

use tinghu::both;
use tinghu::said::Both;

use super::terminal::{Level, tell};

/// Puts the silent hook in the place of the one that prints messages and backtraces.
pub fn install() {
    panic::set_hook(Box::new(|info| tell(Level::Error, "panic", &described(info), [])));
}

/// What is said of a panic: where, and never what.
fn described(info: &PanicHookInfo<'_>) -> Both {
    let place = info.location().map_or_else(|| "unknown place".to_owned(), shown);
    both!(
        "程序内部错误，位置 {place}，请报告给维护者";
        "internal error at {place}, please report it"
    )
}

/// File (below the folder of its crate's sources), line and column.
fn shown(location: &Location<'_>) -> String {
    let file = location.file().rsplit_once("src/").map_or(location.file(), |(_, file)| file);
    format!("{file}:{}:{}", location.line(), location.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn the_message_of_a_panic_stays_inside() {
        let said = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&said);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            heard.lock().expect("no panic inside").push_str(&format!("{:?}", described(info)))
        }));
        let cuts = [
            panic::catch_unwind(|| panic!("{}", "卡号6222020000000000008")),
            panic::catch_unwind(|| std::panic::panic_any("卡号6222020000000000008".to_owned())),
            // What slicing says of a text that it cannot cut holds the text.
            panic::catch_unwind(|| drop("卡号6222020000000000008"[std::hint::black_box(1)..].to_owned())),
        ];
        panic::set_hook(before);
        assert!(cuts.iter().all(Result::is_err));
        let said = said.lock().expect("no panic inside");
        assert_eq!(said.matches("cli/panics.rs:").count(), 6, "{said}");
        assert!(!said.contains("6222") && !said.contains("卡号"), "{said}");
    }
}

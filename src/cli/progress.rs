//! The progress bar on a terminal; nothing elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tinghu::pipeline::Progress;

/// A bar over the bytes of the inputs, with calls, rejects, MB/s and time left.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar for so many bytes (`None`: standard input, length unknown); hidden when not wanted or not on a terminal.
    pub fn new(bytes: Option<u64>, quiet: bool) -> Bar {
        let bar = match bytes {
            Some(bytes) => ProgressBar::new(bytes),
            None => ProgressBar::no_length(),
        };
        if quiet || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            return Bar(bar);
        }
        let template = match bytes {
            Some(_) => "{bar:30} {percent:>3}% {msg} {binary_bytes_per_sec} ETA {eta}",
            None => "{spinner} {msg} {binary_bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Bar(bar)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn update(&self, bytes: u64, calls: u64, rejects: u64) {
        self.0.set_position(bytes);
        self.0.set_message(format!("{calls} calls, {rejects} rejects"));
    }
}

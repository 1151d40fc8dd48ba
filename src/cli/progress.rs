//! The progress bar on a terminal, nothing elsewhere; and the wish to stop.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tinghu::pipeline::Progress;

/// A bar over the bytes of the inputs, with calls, rejects, MB/s and time left.
pub struct Bar {
    bar: ProgressBar,
    interrupted: Arc<AtomicBool>,
}

impl Bar {
    /// A bar for so many bytes (`None`: standard input, length unknown); hidden when not wanted or not on a terminal.
    /// `interrupted` is set when the run is to stop.
    pub fn new(bytes: Option<u64>, quiet: bool, interrupted: Arc<AtomicBool>) -> Bar {
        let bar = match bytes {
            Some(bytes) => ProgressBar::new(bytes),
            None => ProgressBar::no_length(),
        };
        if quiet || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            return Bar { bar, interrupted };
        }
        let template = match bytes {
            Some(_) => "{bar:30} {percent:>3}% {msg} {binary_bytes_per_sec} ETA {eta}",
            None => "{spinner} {msg} {binary_bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Bar { bar, interrupted }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn update(&self, bytes: u64, calls: u64, rejects: u64) {
        self.bar.set_position(bytes);
        self.bar.set_message(format!("{calls} calls, {rejects} rejects"));
    }

    fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }
}

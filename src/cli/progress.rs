//! How far a run is: a bar on a terminal, a line or an object now and then elsewhere; and the wish to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tinghu::both;
use tinghu::pipeline::Progress;
use tinghu::said::Both;

use super::summary::{megabytes_a_second, span};
use super::terminal::{Level, Screen, is_json, lang, tell};

/// Lines of text come so often at most; a run that ends sooner has none.
const LINE_EVERY: Duration = Duration::from_secs(30);
/// Objects come so often, and whenever [`STEP`] is done, but not more than one a second.
const OBJECT_EVERY: Duration = Duration::from_secs(10);
const STEP: u64 = 5;

/// Watches a run and shows how far it is, over the bytes of its inputs.
pub struct Watch {
    shown: Shown,
    bytes: Option<u64>,
    begun: Instant,
    interrupted: Arc<AtomicBool>,
}

enum Shown {
    Nothing,
    Bar(ProgressBar),
    Messages(Mutex<Pace>),
}

impl Watch {
    /// Over so many bytes (`None`: standard input, length unknown). `interrupted` is set when the run is to stop.
    pub fn new(bytes: Option<u64>, quiet: bool, interrupted: Arc<AtomicBool>) -> Watch {
        let begun = Instant::now();
        let pace = |every, step| Shown::Messages(Mutex::new(Pace { every, step, last: begun, percent: 0 }));
        let shown = if quiet {
            Shown::Nothing
        } else if is_json() {
            pace(OBJECT_EVERY, Some(STEP))
        } else if Screen::of_stderr().redraws {
            Shown::Bar(bar(bytes))
        } else {
            pace(LINE_EVERY, None)
        };
        Watch { shown, bytes, begun, interrupted }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn bar(bytes: Option<u64>) -> ProgressBar {
    let (bar, template) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), "{bar:30} {percent:>3}%  {msg}  {decimal_bytes_per_sec}  {eta}"),
        None => (ProgressBar::no_length(), "{spinner} {msg}  {decimal_bytes_per_sec}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl Progress for Watch {
    fn update(&self, bytes: u64, calls: u64, rejects: u64) {
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_position(bytes);
                let done = self.bytes.is_some_and(|all| bytes >= all);
                bar.set_message(on_bar(calls, rejects, done).pick(lang()).to_owned());
            }
            Shown::Messages(pace) => {
                let reached = Reached { bytes, of: self.bytes, calls, rejects, after: self.begun.elapsed() };
                let mut pace = pace.lock().unwrap_or_else(PoisonError::into_inner);
                if pace.is_due(Instant::now(), reached.percent()) {
                    tell(Level::Info, "progress", &reached.message(), reached.fields());
                }
            }
        }
    }

    fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }
}

fn on_bar(calls: u64, rejects: u64, done: bool) -> Both {
    let (zh, en) = if done { ("，整理结果", ", making the results") } else { ("", "") };
    both!("{calls} 通，拒收 {rejects}{zh}"; "{calls} calls, {rejects} rejects{en}")
}

/// When the next message is due.
struct Pace {
    every: Duration,
    /// Percent after which one is due sooner.
    step: Option<u64>,
    last: Instant,
    percent: u64,
}

impl Pace {
    fn is_due(&mut self, now: Instant, percent: Option<u64>) -> bool {
        let since = now.duration_since(self.last);
        let stepped = |(step, percent)| percent >= self.percent + step && since >= Duration::from_secs(1);
        let due = since >= self.every || self.step.zip(percent).is_some_and(stepped);
        if due {
            self.last = now;
            self.percent = percent.unwrap_or(0);
        }
        due
    }
}

/// How far a run is.
struct Reached {
    bytes: u64,
    of: Option<u64>,
    calls: u64,
    rejects: u64,
    after: Duration,
}

impl Reached {
    fn percent(&self) -> Option<u64> {
        self.of.filter(|of| *of > 0).map(|of| (self.bytes * 100 / of).min(100))
    }

    fn left(&self) -> Option<Duration> {
        let rest = self.of?.saturating_sub(self.bytes);
        (self.bytes > 0).then(|| self.after.mul_f64(rest as f64 / self.bytes as f64))
    }

    fn message(&self) -> Both {
        let Reached { calls, rejects, .. } = self;
        let speed = megabytes_a_second(self.bytes, self.after);
        let percent = self.percent().map_or(String::new(), |percent| format!("{percent}% "));
        let (zh, en) = self.left().map_or((String::new(), String::new()), |left| {
            let left = span(Duration::from_secs(left.as_secs()));
            (format!("，约剩 {}", left.zh), format!(", about {} left", left.en))
        });
        both!(
            "进度 {percent}{calls} 通，拒收 {rejects}，{speed:.1} MB/s{zh}";
            "progress {percent}{calls} calls, {rejects} rejects, {speed:.1} MB/s{en}"
        )
    }

    fn fields(&self) -> [(&'static str, Value); 6] {
        let speed = (megabytes_a_second(self.bytes, self.after) * 10.0).round() / 10.0;
        [
            ("percent", json!(self.percent())),
            ("calls", json!(self.calls)),
            ("rejected", json!(self.rejects)),
            ("bytes", json!(self.bytes)),
            ("mb_per_s", json!(speed)),
            ("seconds_left", json!(self.left().map(|left| left.as_secs()))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_rare_and_objects_come_by_time_and_by_share() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_millis(seconds);
        let mut lines = Pace { every: LINE_EVERY, step: None, last: begun, percent: 0 };
        let due: Vec<u64> = (0..100).filter(|second| lines.is_due(at(second * 1_000), Some(*second))).collect();
        assert_eq!(due, [30, 60, 90]);
        let mut objects = Pace { every: OBJECT_EVERY, step: Some(STEP), last: begun, percent: 0 };
        assert!(!objects.is_due(at(900), Some(90)), "a run of less than a second has none");
        assert!(objects.is_due(at(1_100), Some(91)));
        assert!(!objects.is_due(at(9_000), Some(95)) && objects.is_due(at(9_500), Some(96)));
        assert!(!objects.is_due(at(19_400), None) && objects.is_due(at(19_500), None));
    }

    #[test]
    fn a_message_has_all_of_it_in_both_languages() {
        let after = Duration::from_secs(60);
        let reached = Reached { bytes: 120_000_000, of: Some(480_000_000), calls: 16_000, rejects: 3, after };
        let message = reached.message();
        assert_eq!(message.zh, "进度 25% 16000 通，拒收 3，2.0 MB/s，约剩 3 分 00 秒");
        assert_eq!(message.en, "progress 25% 16000 calls, 3 rejects, 2.0 MB/s, about 3 min 00 s left");
        let unknown = Reached { of: None, ..reached };
        assert_eq!(unknown.message().en, "progress 16000 calls, 3 rejects, 2.0 MB/s");
        assert_eq!(unknown.fields()[0], ("percent", Value::Null));
    }
}

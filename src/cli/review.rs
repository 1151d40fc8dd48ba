//! `tinghu review import`: what people found comes back.

use std::sync::Arc;

use serde_json::json;
use tinghu::both;
use tinghu::review::{Book, Import, Imported, ReviewError, RowFault, import};
use tinghu::said::Said;
use tinghu::write::{RealDisk, WholeFile};

use super::args::ReviewImportArgs;
use super::terminal::{Level, tell};
use super::{Exit, failure, usage};

/// Faults and remarks that are listed.
const LISTED: usize = 20;

/// Imports tables and says what came of it.
pub fn run(args: &ReviewImportArgs) -> anyhow::Result<Exit> {
    let by = match &args.by {
        Some(name) => name.clone(),
        None => user()
            .ok_or_else(|| usage(both!("不知道是谁复核的：加 --by 姓名"; "who reviewed? Say it with --by NAME")))?,
    };
    let at = args.at.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let file = WholeFile::hold(&args.into, Arc::new(RealDisk)).map_err(usage)?;
    let mut book = match file.read().map_err(failure)? {
        Some(bytes) => Book::parse(&args.into, bytes).map_err(usage)?,
        None => Book::default(),
    };
    let wanted = Import { files: &args.files, run: args.run.as_deref(), at, by, accept_changed: args.accept_changed };
    let done = match import(&mut book, &wanted) {
        Ok(done) => done,
        Err(error) => {
            if let ReviewError::Refused(faults) = &error {
                list(Level::Error, faults);
            }
            return Err(usage(error).into());
        }
    };
    if done.added > 0 {
        file.replace(&book.to_bytes()).map_err(failure)?;
    }
    say_of(&done, args);
    Ok(Exit::Done)
}

fn say_of(done: &Imported, args: &ReviewImportArgs) {
    list(Level::Warn, &done.changed);
    for (place, row) in done.without_verdict.iter().take(LISTED) {
        let message = both!(
            "{place} 第 {row} 行：有意见没结论，未导入";
            "{place}, row {row}: a comment without a verdict, not imported"
        );
        tell(Level::Warn, "no_verdict", &message, []);
    }
    more(Level::Warn, "no_verdict", done.without_verdict.len());
    if done.unchecked > 0 {
        let rows = done.unchecked;
        let message = both!(
            "{rows} 行没有可比对的原始数据：加 --run 运行目录，可发现改动过的行";
            "{rows} rows were not held against a run; --run RUN finds rows that were changed"
        );
        tell(Level::Warn, "unchecked", &message, [("rows", json!(rows))]);
    }
    let (added, known, changed, into) = (done.added, done.known, done.changed.len(), args.into.display());
    let message = both!(
        "新增结论 {added}，已有 {known}，有改动而跳过 {changed}，复核记录 {into}";
        "{added} verdicts added, {known} known, {changed} changed and passed over, reviews in {into}"
    );
    let fields = [("added", json!(added)), ("known", json!(known)), ("changed", json!(changed))];
    tell(Level::Info, "imported", &message, fields.into_iter().chain([("path", json!(into.to_string()))]));
}

fn list(level: Level, faults: &[RowFault]) {
    for fault in faults.iter().take(LISTED) {
        tell(level, "row", &fault.both(), [("place", json!(fault.place)), ("row", json!(fault.row))]);
    }
    more(level, "row", faults.len());
}

/// Says how many are not listed.
fn more(level: Level, event: &str, all: usize) {
    if let Some(more) = all.checked_sub(LISTED).filter(|more| *more > 0) {
        tell(level, event, &both!("还有 {more} 处"; "and {more} more"), [("more", json!(more))]);
    }
}

/// The name under which the user is logged in.
fn user() -> Option<String> {
    let name = ["USER", "LOGNAME", "USERNAME"].iter().find_map(std::env::var_os)?;
    Some(name.to_string_lossy().into_owned()).filter(|name| !name.is_empty())
}

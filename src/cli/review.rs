//! `tinghu review import`: what people found comes back.

use std::sync::Arc;

use anyhow::Context;
use tinghu::review::{Book, Import, Imported, ReviewError, RowFault, import};
use tinghu::write::{RealDisk, WholeFile};

use super::args::ReviewImportArgs;
use super::terminal::say;
use super::{Exit, UsageError};

/// Faults and remarks that are listed.
const LISTED: usize = 20;

/// Imports tables and says what came of it.
pub fn run(args: &ReviewImportArgs) -> anyhow::Result<Exit> {
    let by = match &args.by {
        Some(name) => name.clone(),
        None => {
            user().ok_or_else(|| UsageError("不知道是谁复核的：加 --by 姓名 / say who reviewed with --by".into()))?
        }
    };
    let at = args.at.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let file = WholeFile::hold(&args.into, Arc::new(RealDisk)).map_err(|error| UsageError(error.to_string()))?;
    let mut book = match file.read().context("reading the table of reviews")? {
        Some(bytes) => Book::parse(&args.into, bytes).map_err(|error| UsageError(error.to_string()))?,
        None => Book::default(),
    };
    let wanted = Import { files: &args.files, run: args.run.as_deref(), at, by, accept_changed: args.accept_changed };
    let done = match import(&mut book, &wanted) {
        Ok(done) => done,
        Err(error) => {
            if let ReviewError::Refused(faults) = &error {
                list(faults);
            }
            return Err(UsageError(error.to_string()).into());
        }
    };
    if done.added > 0 {
        file.replace(&book.to_bytes()).context("writing the table of reviews")?;
    }
    tell(&done, args);
    Ok(Exit::Done)
}

fn tell(done: &Imported, args: &ReviewImportArgs) {
    say(format_args!("新增结论 added         {:>7}", done.added));
    say(format_args!("已有结论 known         {:>7}", done.known));
    if !done.changed.is_empty() {
        say(format_args!("有改动，跳过 changed   {:>7}", done.changed.len()));
        list(&done.changed);
    }
    if !done.without_verdict.is_empty() {
        say(format_args!("有意见没结论，未导入 no verdict {:>5}", done.without_verdict.len()));
        for (place, row) in done.without_verdict.iter().take(LISTED) {
            say(format_args!("  {place} 第 {row} 行"));
        }
    }
    if done.unchecked > 0 {
        say(format_args!(
            "{} 行没有可比对的原始数据：加 --run 运行目录，可发现改动过的行 / not held against a run",
            done.unchecked
        ));
    }
    say(format_args!("复核记录 reviews       {}", args.into.display()));
}

fn list(faults: &[RowFault]) {
    for fault in faults.iter().take(LISTED) {
        say(format_args!("  {fault}"));
    }
    if faults.len() > LISTED {
        say(format_args!("  … 还有 {} 处 / and more", faults.len() - LISTED));
    }
}

/// The name under which the user is logged in.
fn user() -> Option<String> {
    let name = ["USER", "LOGNAME", "USERNAME"].iter().find_map(std::env::var_os)?;
    Some(name.to_string_lossy().into_owned()).filter(|name| !name.is_empty())
}

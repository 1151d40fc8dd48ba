//! `tinghu init`: a folder to begin with.

use std::fs;

use anyhow::Context;
use tinghu::lexicon::builtin_files;
use tinghu::settings::TEMPLATE;

use super::args::InitArgs;
use super::terminal::say;
use super::{Exit, UsageError};

/// Writes the settings and the lexicons, over nothing that stands there unless told.
pub fn run(args: &InitArgs) -> anyhow::Result<Exit> {
    let (settings, lexicons) = (args.dir.join("tinghu.toml"), args.dir.join("lexicons"));
    if let Some(there) = [&settings, &lexicons].into_iter().find(|path| path.symlink_metadata().is_ok())
        && !args.force
    {
        let shown = there.display();
        return Err(
            UsageError(format!("{shown} 已经在了：换个目录，或加 --force 覆盖 / exists; --force overwrites")).into()
        );
    }
    fs::create_dir_all(&lexicons).with_context(|| lexicons.display().to_string())?;
    for file in builtin_files() {
        let path = lexicons.join(&file.name);
        fs::write(&path, &file.bytes).with_context(|| path.display().to_string())?;
    }
    fs::write(&settings, TEMPLATE).with_context(|| settings.display().to_string())?;
    say(format_args!("设置 settings         {}", settings.display()));
    say(format_args!("词库 lexicons         {}", lexicons.display()));
    say(format_args!("检查 check            tinghu lexicon check {}", lexicons.display()));
    say(format_args!("使用 use              tinghu score INPUT --out DIR --config {}", settings.display()));
    Ok(Exit::Done)
}

//! `tinghu init`: a folder to begin with.

use std::fs;
use std::path::Path;

use tinghu::both;
use tinghu::lexicon::builtin_files;
use tinghu::settings::TEMPLATE;

use super::args::InitArgs;
use super::terminal::{Level, is_json, lang, say, tell};
use super::{Exit, UsageError, refuses};

/// Writes the settings and the lexicons, over nothing that stands there unless told.
pub fn run(args: &InitArgs) -> anyhow::Result<Exit> {
    let (settings, lexicons) = (args.dir.join("tinghu.toml"), args.dir.join("lexicons"));
    if let Some(there) = [&settings, &lexicons].into_iter().find(|path| path.symlink_metadata().is_ok())
        && !args.force
    {
        let shown = there.display();
        return Err(UsageError(both!(
            "{shown} 已经在了：换个目录，或加 --force 覆盖";
            "{shown} exists; take another folder, or overwrite it with --force"
        ))
        .into());
    }
    fs::create_dir_all(&lexicons).map_err(refuses(&lexicons))?;
    for file in builtin_files() {
        let path = lexicons.join(&file.name);
        fs::write(&path, &file.bytes).map_err(refuses(&path))?;
    }
    fs::write(&settings, TEMPLATE).map_err(refuses(&settings))?;
    let (file, folder) = (settings.display(), lexicons.display());
    let path = |path: &Path| [("path", path.display().to_string().into())];
    tell(Level::Info, "settings_written", &both!("设置    {file}"; "settings  {file}"), path(&settings));
    tell(Level::Info, "lexicons_written", &both!("词库    {folder}"; "lexicons  {folder}"), path(&lexicons));
    if !is_json() {
        say(both!("检查    tinghu lexicon check {folder}"; "check     tinghu lexicon check {folder}").pick(lang()));
        say(both!(
            "使用    tinghu score 输入 --out 目录 --config {file}";
            "use       tinghu score INPUT --out DIR --config {file}"
        )
        .pick(lang()));
    }
    Ok(Exit::Done)
}

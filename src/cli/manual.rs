//! Completions and manual pages, made from the arguments themselves.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Args;
use super::{Exit, refuses};

/// Prints the completions of a shell.
pub fn completions(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "tinghu", &mut script);
    let out = &mut super::terminal::stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}

/// Writes one page for each command.
pub fn pages(dir: &Path) -> anyhow::Result<Exit> {
    std::fs::create_dir_all(dir).map_err(refuses(dir))?;
    clap_mangen::generate_to(Args::command(), dir).map_err(refuses(dir))?;
    Ok(Exit::Done)
}

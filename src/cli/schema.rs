//! `tinghu schema`: what editors and exporting programs check their files against.

use std::io::Write;

use tinghu::schema;

use super::Exit;
use super::args::SchemaArg;

/// Prints a schema.
pub fn run(of: SchemaArg) -> anyhow::Result<Exit> {
    let schema = match of {
        SchemaArg::Settings => schema::settings(),
        SchemaArg::Input => schema::input(),
    };
    let out = &mut super::terminal::plain_stdout();
    writeln!(out, "{schema:#}")?;
    out.flush()?;
    Ok(Exit::Done)
}

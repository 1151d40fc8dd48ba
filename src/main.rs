//! The command: arguments in, exit code out. The only place that prints or exits.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where the program speaks")]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}

//! The command `anze`.

use std::process::ExitCode;

fn main() -> ExitCode {
    anze_cli::main()
}

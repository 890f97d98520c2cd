//! The real `anze` command, built where the tests that kill it can find it.

fn main() -> std::process::ExitCode {
    anze_cli::main()
}

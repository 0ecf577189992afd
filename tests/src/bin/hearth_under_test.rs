//! The `hearth` command for the tests: the same command line, with the echo route.

fn main() -> std::process::ExitCode {
    hearth::cli::run()
}

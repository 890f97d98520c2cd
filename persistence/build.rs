//! The migrations are compiled in: a new one is a reason to compile again.

#![expect(clippy::print_stdout, reason = "a build script speaks to cargo by printing")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

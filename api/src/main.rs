//! The command `anze`.

fn main() {}

//! Lists the guides of the documentation page: whoever adds a file to `openapi/guide/` has added it to the page.

use std::{env, fs, io, path::Path};

const FOLDER: &str = "../openapi/guide";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let mut names = Vec::new();
    if Path::new(FOLDER).exists() {
        for entry in fs::read_dir(FOLDER)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "md") {
                names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
            }
        }
    }
    names.sort_unstable();
    // The compiler, not this script, says where the package is: a target directory may serve two checkouts.
    let entries: String = names
        .iter()
        .map(|name| {
            let file = format!("/{FOLDER}/{name}.md");
            format!("    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {file:?}))),\n")
        })
        .collect();
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("guides.rs"), format!("&[\n{entries}]\n"))
}

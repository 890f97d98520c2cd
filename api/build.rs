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
    let folder = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let entries: String = names
        .iter()
        .map(|name| format!("    ({name:?}, include_str!({:?})),\n", format!("{folder}/{FOLDER}/{name}.md")))
        .collect();
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("guides.rs"), format!("&[\n{entries}]\n"))
}

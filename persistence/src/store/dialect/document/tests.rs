use std::{
    collections::BTreeMap,
    fmt::Debug,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::DocumentRow;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The number of the form that a golden file shows: `2.json`, or `2_contractor.json` for another example of it.
fn form_of(file: &Path) -> u32 {
    let stem = file.file_stem().unwrap().to_str().unwrap();
    stem.split('_')
        .next()
        .unwrap()
        .parse()
        .unwrap_or_else(|_| panic!("{}: no number of a form", file.display()))
}

/// Reads every golden file of a document into its domain value. Each form that has landed has a file. What is read can be
/// stored without loss, and what is stored in the present form is written back to the byte.
pub(crate) fn check_golden_files<R>()
where
    R: DocumentRow,
    R::Value: PartialEq + Debug,
{
    let folder = golden().join(R::NAME);
    for form in 1..=R::FORM {
        let file = folder.join(format!("{form}.json"));
        assert!(file.is_file(), "{}: the golden file of a form is missing", file.display());
    }
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.strip_suffix('\n').unwrap();
        let read = |text: &str| -> R::Value {
            let row: R =
                serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            row.into()
        };
        let value = read(text);
        let written = serde_json::to_string(&R::from(&value)).unwrap();
        assert_eq!(read(&written), value, "{}", file.display());
        let form = form_of(&file);
        assert!(form <= R::FORM, "{}: no form of {}", file.display(), R::NAME);
        if form == R::FORM {
            let why = "the present form has changed; a new form has a new number and a new golden file";
            assert_eq!(written, text, "{}: {why}", file.display());
        }
    }
}

/// A golden file shows what is stored on somebody's database: it stays as it is. `landed.sha256` lists each with its digest,
/// as `sha256sum` writes them.
#[test]
fn golden_files_stay_as_they_landed() {
    let landed = std::fs::read_to_string(golden().join("landed.sha256")).unwrap();
    let landed: BTreeMap<String, String> = landed
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(digest, file)| (file.to_owned(), digest.to_owned()))
        .collect();
    let mut found = BTreeMap::new();
    for folder in std::fs::read_dir(golden()).unwrap().map(|entry| entry.unwrap().path()) {
        if folder.is_dir() {
            for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let digest = Sha256::digest(std::fs::read(&file).unwrap());
                let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                let name = file.strip_prefix(golden()).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), digest);
            }
        }
    }
    assert_eq!(
        found, landed,
        "golden files that are new are added to landed.sha256; those that are there stay"
    );
}

use std::{fs, path::Path};

use super::*;
use crate::fixtures::day;

fn ascends<T>(provision: &Provision<T>) -> bool {
    let days: Vec<_> =
        [provision.first.0].into_iter().chain(provision.later.iter().map(|(since, _)| *since)).collect();
    days.is_sorted()
}

#[test]
fn every_provision_names_its_rule_and_its_values_ascend() {
    let years = [FEE_CAP_PERCENT, LEADER_YEARS, MEMBER_YEARS, FORMER_EMPLOYER_YEARS, UPLOAD_WORKING_DAYS];
    for provision in years.into_iter().chain([RECORDS_KEPT_YEARS]) {
        assert!(provision.rule.starts_with('A') && ascends(&provision), "{provision:?}");
    }
    assert!(ascends(&GROUP_MINIMUM));
}

/// A provision of which another value holds from a day that has not come when the tests run.
fn with_a_later_value() -> Provision<u32> {
    let later: &[(NaiveDate, u32)] = &[(day("2127-01-01"), 5)];
    Provision { rule: "A3.1", first: (MEASURES_OF_2025, 4), later: Box::leak(later.into()) }
}

#[test]
fn a_later_value_holds_from_its_day_on_and_changes_nothing_before() {
    let provision = with_a_later_value();
    assert_eq!(provision.on(day("2020-01-01")), 4);
    assert_eq!(provision.on(day("2126-12-31")), 4);
    assert_eq!(provision.on(day("2127-01-01")), 5);
}

#[test]
fn documents_state_a_later_value_with_its_day_and_never_instead_of_the_first() {
    let filled = fill("{A3.1}%, {A3.1 in words} years".into(), &with_a_later_value());
    assert_eq!(filled, "4 (≥ 2127-01-01: 5)%, four (≥ 2127-01-01: five) years");
    assert_eq!(with_a_later_value().stated(as_ratio), "0.040000 (≥ 2127-01-01: 0.050000)");
}

#[test]
fn the_lowest_of_all_values_is_taken_wherever_it_stands() {
    const DAY: NaiveDate = MEASURES_OF_2025;
    let lowest = |later| Provision { rule: "A10.1", first: (DAY, 3), later }.lowest();
    assert_eq!(lowest(&[]), 3);
    assert_eq!(lowest(&[(DAY, 4), (DAY, 5)]), 3);
    assert_eq!(lowest(&[(DAY, 4), (DAY, 2), (DAY, 5)]), 2);
}

#[test]
fn texts_take_their_numbers_from_the_provisions() {
    let text = "{A3.1}% ({A3.1 as ratio}), {A10.1 in words} experts, {A14.1 in words} working days, {A9.1} years, {line}";
    let expected = "21% (0.210000), three experts, two working days, 10 years, {line}";
    assert_eq!(with_numbers(text), expected);
}

/// What would name a number of the regulation beside its provision.
const LITERALS: &[&str] = &[
    "21%",
    "21 %",
    "0.21",
    "two working days",
    "2 个工作日",
    "两个工作日",
    "three experts",
    "不少于 3 人",
    "ten years",
    "five years",
    "满 10 年",
    "满 5 年",
    "近三年",
    "three years",
    "five-year",
    "minimum = 3",
    "minimum(Some(3",
];

/// The lines of the product's code that name one; comments for maintainers may.
fn literals_in(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["tests", "testing", "fixtures", "demo", "regulation"].contains(&name.as_str()) {
                literals_in(&path, found);
            }
            continue;
        }
        if !name.ends_with(".rs") || name.contains("tests") {
            continue;
        }
        let code = fs::read_to_string(&path).unwrap();
        let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
        // The API's doc comments are published, in the contract.
        let published = path.components().any(|part| part.as_os_str() == "api");
        for line in code.lines().map(str::trim) {
            let comment = line.starts_with("//") && !(published && line.starts_with("/// "));
            if !comment && LITERALS.iter().any(|literal| line.contains(literal)) {
                found.push(format!("{}: {line}", path.display()));
            }
        }
    }
}

#[test]
fn no_number_of_the_regulation_stands_elsewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for folder in ["domain/src", "persistence/src", "api"] {
        literals_in(&root.join(folder), &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
}

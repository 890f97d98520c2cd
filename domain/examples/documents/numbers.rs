//! The numbers of the regulation in the documents that people write.

use std::{fs, path::Path};

use anze_domain::base::regulation::with_numbers;

use crate::Failure;

/// A document with each of its phrases that names a number, in the order in which they stand there.
const STATEMENTS: &[(&str, &[&str])] = &[
    ("README.md", &["it refuses a fee above {A3.1}% of the premium"]),
    (
        "CHANGELOG.md",
        &[
            "within {A3.1}% of the premium over all commissions of the policy (A3.1)",
            "Material is due within {A14.1 in words} working days (A14.1).",
        ],
    ),
    (
        "ARCHITECTURE.md",
        &[
            "the cap of {A3.1} % is rounded down to the fen",
            "at most {A3.1} % of the premium, rounded down to the fen (A3.1)",
            "are at most {A3.1}% of its premium, rounded down to the fen",
            "and {A9.1 in words} years of the work",
            "an intermediate title and {A9.2 in words} years",
            "at least {A10.1 in words} experts and exactly one leader",
            "employers now and in the past {A12.2 in words} years",
            "the end of {A14.1 in words} working days after, at 24:00 in Xiamen",
            "within {A14.1 in words} working days after the service ended",
            "Records are kept for {A19.1 in words} years",
            "The base of the {A3.1}% is",
        ],
    ),
    ("CONTRIBUTING.md", &["A3.1: exactly {A3.1}% is allowed."]),
    ("docs/decisions/0005-event-log-as-audit-and-timeline.md", &["are kept for {A19.1 in words} years"]),
    ("openapi/guide/expert-app.en.md", &["the end of {A14.1 in words} working days after the visit (A14.1)"]),
    ("openapi/guide/expert-app.zh.md", &["结束后 {A14.1} 个工作日届满之时（A14.1）"]),
    ("openapi/anze.arazzo.yaml", &["the fee is at most {A3.1}% of the premium (A3.1)"]),
    (
        "openapi/guide/insurer-system.en.md",
        &["the {A3.1}% cap (A3.1, A4.2)", "Fees exceed {A3.1}% of the premium", "Above {A3.1}%: a person"],
    ),
    (
        "openapi/guide/insurer-system.zh.md",
        &["提交委托：{A3.1}% 上限", "服务费超过保费的 {A3.1}%", "超过 {A3.1}%：转人工"],
    ),
];

/// What names a number of the regulation. It stands in none of the documents outside their phrases above.
const NUMBERS: &[&str] = &[
    "{A3.1}%",
    "{A3.1} %",
    "{A9.1 in words} years",
    "{A9.1} years",
    "{A9.2 in words} years",
    "{A9.2} years",
    "{A10.1 in words} experts",
    "{A10.1} experts",
    "{A12.2 in words} years",
    "{A14.1 in words} working days",
    "{A14.1} working days",
];

/// The number of phrases that name a number, each of them as the regulation has it.
pub fn check(root: &Path) -> Result<usize, Failure> {
    let mut count = 0;
    for (name, phrases) in STATEMENTS {
        check_text(name, phrases, &fs::read_to_string(root.join(name))?)?;
        count += phrases.len();
    }
    Ok(count)
}

fn check_text(name: &str, phrases: &[&str], text: &str) -> Result<(), Failure> {
    // A phrase may go on in the next line.
    let mut rest = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for phrase in phrases {
        let phrase = with_numbers(phrase);
        let without = rest.replacen(&phrase, "", 1);
        if without == rest {
            return Err(Failure::new(format!("{name} does not say \"{phrase}\" any more")));
        }
        rest = without;
    }
    match NUMBERS.iter().map(|number| with_numbers(number)).find(|number| rest.contains(number)) {
        Some(number) => Err(Failure::new(format!(
            "{name} says \"{number}\" in a sentence that is not checked; list it in examples/documents/numbers.rs"
        ))),
        None => Ok(()),
    }
}

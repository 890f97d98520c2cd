use proptest::prelude::*;

use super::*;

/// Codes that their companies publish.
const CREDIT_CODES: [&str; 4] =
    ["9144030071526726XG", "914403001922038216", "91110000802100433B", "91330100799655058B"];

#[test]
fn published_credit_codes_are_valid() {
    for code in CREDIT_CODES {
        assert_eq!(code.parse::<UnifiedSocialCreditCode>().map(|code| code.to_string()), Ok(code.to_owned()));
    }
}

#[test]
fn what_is_no_credit_code_is_refused() {
    for code in [
        "",
        "9144030071526726X",
        "9144030071526726XGG",
        "9144030071526726xg",
        " 9144030071526726XG",
        "9144030071526726X厦",
        "厦门市建设工程",
        "I14403001922038216",
    ] {
        let violation = code.parse::<UnifiedSocialCreditCode>().unwrap_err();
        assert_eq!(violation.code.name, "unified_social_credit_code_invalid", "{code}");
    }
    let letters_for_a_district = "91ABCDEF71526726X";
    let check = credit_code_check(letters_for_a_district).unwrap();
    assert!(format!("{letters_for_a_district}{check}").parse::<UnifiedSocialCreditCode>().is_err());
}

#[test]
fn a_credit_code_travels_as_text() {
    let code: UnifiedSocialCreditCode = CREDIT_CODES[0].parse().unwrap();
    assert_eq!(serde_json::to_string(&code).unwrap(), "\"9144030071526726XG\"");
    assert_eq!(serde_json::from_str::<UnifiedSocialCreditCode>("\"9144030071526726XG\"").unwrap(), code);
    assert!(serde_json::from_str::<UnifiedSocialCreditCode>("\"9144030071526726XX\"").is_err());
}

#[test]
fn the_standards_own_citizen_ids_are_valid() {
    let id: CitizenId = "11010519491231002X".parse().unwrap();
    assert_eq!(id.birth_date().to_string(), "1949-12-31");
    assert_eq!(id.masked(), "110***********002X");
    assert_eq!(format!("{id:?}"), "CitizenId(110***********002X)");
    assert_eq!(id.expose(), "11010519491231002X");
    assert!("440524188001010014".parse::<CitizenId>().is_ok());
}

#[test]
fn what_is_no_citizen_id_is_refused() {
    for id in
        ["", "11010519491231002", "11010519491231002x", "11010519491231002XX", "1101051949123100２X", "厦门"]
    {
        assert_eq!(id.parse::<CitizenId>().unwrap_err().code, CITIZEN_ID_INVALID, "{id}");
    }
    for (first_17, valid) in [
        ("35020320000229001", true),
        ("35020319000229001", false),
        ("35020320001301001", false),
        ("35020320000431001", false),
        ("35020317991231001", false),
        ("05020320000229001", false),
    ] {
        let id = format!("{first_17}{}", citizen_id_check(first_17).unwrap());
        assert_eq!(id.parse::<CitizenId>().is_ok(), valid, "{id}");
    }
}

#[test]
fn nobody_is_born_in_the_future() {
    let id = |on: &str| CitizenId::of_the_born("11010519491231002X", on.parse().unwrap());
    assert!(id("1949-12-31").is_ok());
    assert_eq!(id("1949-12-30").unwrap_err().code, BIRTH_DATE_IN_FUTURE);
    let today = "2026-03-02".parse().unwrap();
    assert_eq!(CitizenId::of_the_born("110105194912310021", today).unwrap_err().code, CITIZEN_ID_INVALID);
}

#[test]
fn mobile_numbers() {
    let number: MobileNumber = "13805921234".parse().unwrap();
    assert_eq!((number.as_str(), number.masked().as_str()), ("13805921234", "138****1234"));
    assert_eq!(format!("{number:?}"), "MobileNumber(138****1234)");
    assert!("19900000000".parse::<MobileNumber>().is_ok());
    for text in
        ["", "1380592123", "138059212345", "12805921234", "23805921234", "+8613805921234", "1380592123４"]
    {
        assert_eq!(text.parse::<MobileNumber>().unwrap_err().code, MOBILE_NUMBER_INVALID, "{text}");
    }
}

fn changed(text: &str, at: usize, to: char) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    (characters[at] != to).then(|| {
        characters[at] = to;
        characters.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn one_changed_character_breaks_a_credit_code(first in "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", at in 0..18_usize, to in "[0-9A-Z]") {
        let code = format!("{first}{}", credit_code_check(&first).unwrap());
        prop_assert!(code.parse::<UnifiedSocialCreditCode>().is_ok());
        if let Some(other) = changed(&code, at, to.chars().next().unwrap()) {
            prop_assert!(other.parse::<UnifiedSocialCreditCode>().is_err());
        }
    }

    #[test]
    fn one_changed_character_breaks_a_citizen_id(
        district in 110_000..700_000_u32, year in 1900..2026_u32, month in 1..=12_u32, day in 1..=28_u32,
        serial in 0..1000_u32, at in 0..18_usize, to in "[0-9X]",
    ) {
        let first = format!("{district}{year}{month:02}{day:02}{serial:03}");
        let id = format!("{first}{}", citizen_id_check(&first).unwrap());
        prop_assert!(id.parse::<CitizenId>().is_ok());
        if let Some(other) = changed(&id, at, to.chars().next().unwrap()) {
            prop_assert!(other.parse::<CitizenId>().is_err());
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,20}") {
        let _ = text.parse::<UnifiedSocialCreditCode>();
        let _ = text.parse::<CitizenId>();
        let _ = text.parse::<MobileNumber>();
    }
}

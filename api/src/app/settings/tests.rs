use std::{cell::RefCell, collections::BTreeSet};

use super::*;

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn with(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from_variables(&|name| {
        let given = pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        given.or_else(|| (name == "ANZE_SECRET").then(|| HEX.to_owned()))
    })
}

#[test]
fn one_message_names_every_variable_that_is_wrong() {
    let error = with(&[("ANZE_LISTEN", "here"), ("ANZE_WORKERS", "-1"), ("ANZE_FEE_BASE", "x")]).unwrap_err();
    for name in ["ANZE_LISTEN", "ANZE_WORKERS", "ANZE_FEE_BASE"] {
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_name_that_is_no_setting_is_told() {
    let names = ["ANZE_LISTN", "PATH", "ANZE_LISTEN", "DATABASE_URL", "ANZE_LISTN"].map(str::to_owned);
    assert_eq!(unknown(names.into_iter()), ["ANZE_LISTN: there is no such setting"]);
    assert!(unknown(VARIABLES.iter().map(|(name, _)| (*name).to_owned())).is_empty());
}

#[test]
fn nobody_is_reminded_before_they_were_asked() {
    let hours =
        |answer, reminder| with(&[("ANZE_ANSWER_HOURS", answer), ("ANZE_ANSWER_REMINDER_HOURS", reminder)]);
    assert!(hours("12", "12").is_ok() && hours("1", "1").is_ok());
    let error = hours("1", "12").unwrap_err();
    assert!(error.to_string().contains("ANZE_ANSWER_REMINDER_HOURS"), "{error}");
    assert!(with(&[("ANZE_ANSWER_HOURS", "11")]).is_err());
}

#[test]
fn production_does_not_start_without_a_key() {
    let production = |name: &str| (name == "ANZE_ENVIRONMENT").then(|| "production".to_owned());
    let error = Settings::from_variables(&production).unwrap_err();
    assert!(error.to_string().contains("ANZE_SECRET"));
    assert!(with(&[("ANZE_SECRET", "c2hvcnQ=")]).is_err());
}

#[test]
fn secrets_are_not_shown() {
    let url = "postgres://anze:hunter2@localhost/anze";
    let shown = format!("{:?}", with(&[("DATABASE_URL", url)]).unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains("0, 1, 2, 3"), "{shown}");
}

#[test]
fn a_development_key_is_made_once() {
    let dir = std::env::temp_dir().join(format!("anze-key-{}", rand::random::<u64>()));
    let lookup = |name: &str| (name == "ANZE_DATA_DIR").then(|| dir.display().to_string());
    let first = Settings::from_variables(&lookup).unwrap().secret.expose().to_vec();
    let second = Settings::from_variables(&lookup).unwrap().secret.expose().to_vec();
    assert_eq!(first, second);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.join("secret.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn every_variable_is_in_the_example_with_its_default() {
    let asked = RefCell::new(BTreeSet::new());
    let record = |name: &str| {
        asked.borrow_mut().insert(name.to_owned());
        (name == "ANZE_SECRET").then(|| HEX.to_owned())
    };
    let defaults = Settings::from_variables(&record).unwrap();
    let listed: BTreeSet<String> = VARIABLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(*asked.borrow(), listed);

    let example = include_str!("../../../../.env.example");
    for (name, default) in VARIABLES {
        let line = format!("# {name}={default}");
        assert!(example.lines().any(|l| l == line), ".env.example lacks the line `{line}`");
    }
    let stated = Settings::from_variables(&|name| {
        let stated = VARIABLES.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        stated
            .filter(|text| !text.is_empty())
            .or_else(|| Some(HEX.to_owned()).filter(|_| name == "ANZE_SECRET"))
    });
    assert_eq!(format!("{:?}", stated.unwrap()), format!("{defaults:?}"));
}

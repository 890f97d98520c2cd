//! Names and numbers that nobody else in the process has.

use std::sync::atomic::{AtomicU32, Ordering};

use anze_domain::base::identifier::{citizen_id_check, credit_code_check};

fn next() -> u32 {
    static USED: AtomicU32 = AtomicU32::new(1);
    USED.fetch_add(1, Ordering::Relaxed)
}

/// A login name.
pub fn login_name(what: &str) -> String {
    // As long as a password must be, which must not be it.
    format!("{what}-{:06}", next())
}

/// A unified social credit code of a company in Xiamen, with its check character.
pub fn credit_code() -> String {
    let first = format!("91350200{:09}", next());
    let check = credit_code_check(&first).expect("seventeen digits have a check character");
    format!("{first}{check}")
}

/// A citizen id with its check digit.
pub fn citizen_id() -> String {
    let number = next();
    let first =
        format!("350203197{}06{:02}{:03}", number / 28_000 % 10, 1 + number / 1000 % 28, number % 1000);
    let check = citizen_id_check(&first).expect("seventeen digits have a check digit");
    format!("{first}{check}")
}

/// A mobile number.
pub fn mobile() -> String {
    format!("138{:08}", next())
}

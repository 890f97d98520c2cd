//! The first administrator: what a new platform begins with.

pub(crate) mod steps;

use std::sync::Arc;

use anze_domain::{
    Vocabulary,
    access::Port,
    base::identifier::{MobileNumber, UnifiedSocialCreditCode, credit_code_check},
};
use anze_persistence::{Options, Store, StoreError, identity::organization};
use rand::{RngExt, distr::Alphanumeric};

use crate::{
    app::{
        clock::Clock,
        context::SystemWriteContext,
        passwords::{self as password, Passwords},
        settings::Settings,
    },
    http::{language::Language, problem::ApiError},
};

/// A code of a social organisation in Xiamen without its check character, until the right one is set.
const CODE: &str = "51350200000000000";
/// A mobile number, until the right one is set.
const MOBILE: &str = "13000000000";

/// A password that nobody guesses.
#[must_use]
pub fn random_password() -> String {
    rand::rng().sample_iter(Alphanumeric).take(20).map(char::from).collect()
}

/// Why an administrator was not made, in words for who runs the command.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Makes an administrator of the association, and its organisation where there is none yet.
///
/// # Errors
/// The login name is taken or has a wrong form; the password is too weak; the database's.
pub async fn create(
    settings: &Settings,
    clock: Arc<dyn Clock>,
    login_name: &str,
    secret: &str,
) -> Result<(), Failure> {
    check(login_name, secret)?;
    let store = open(settings)?;
    insert(&store, settings, clock, login_name, secret).await
}

/// Makes the first administrator of the association in a database that is empty.
///
/// # Errors
/// As [`create`]; the database is not empty.
pub async fn create_first(
    settings: &Settings,
    clock: Arc<dyn Clock>,
    login_name: &str,
    secret: &str,
) -> Result<(), Failure> {
    check(login_name, secret)?;
    let store = open(settings)?;
    let occupied = store.read(|db| {
        Port::ALL.iter().try_fold(false, |occupied, port| {
            Ok::<_, StoreError>(occupied || organization::first_of(db, *port)?.is_some())
        })
    });
    if occupied.await? {
        return Err("the database is not empty: the demonstration needs a new one (set DATABASE_URL)".into());
    }
    insert(&store, settings, clock, login_name, secret).await
}

/// Checks the login name and the password before the database is touched.
fn check(login_name: &str, secret: &str) -> Result<(), Failure> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    if !(3..=64).contains(&login_name.len()) || !login_name.bytes().all(fits) {
        return Err("a login name has 3 to 64 of a-z, 0-9, '.', '_' and '-'".into());
    }
    password::check(secret, login_name, "/password").map_err(failure)
}

/// A refusal in words.
fn failure(error: ApiError) -> Failure {
    let problem = error.problem(Language::English, None, None);
    format!("{}: {}", problem.title, problem.detail).into()
}

/// The database, migrated.
fn open(settings: &Settings) -> Result<Store, Failure> {
    let url = settings.database_url.expose();
    anze_persistence::migrate(url)?;
    Ok(Store::open(&Options { connections: 1, ..Options::new(url) })?)
}

async fn insert(
    store: &Store,
    settings: &Settings,
    clock: Arc<dyn Clock>,
    login_name: &str,
    secret: &str,
) -> Result<(), Failure> {
    let hash = Passwords::new(settings)?.hash_blocking(secret).map_err(failure)?;
    let login_name = login_name.to_owned();
    let mobile: MobileNumber = MOBILE.parse()?;
    let check = credit_code_check(CODE).ok_or("the association's code has no check character")?;
    let code: UnifiedSocialCreditCode = format!("{CODE}{check}").parse()?;
    let written = store.write(move |db| {
        let mut context = SystemWriteContext::of_platform(db, clock.now(), clock.as_ref());
        steps::create(&mut context, &login_name, &hash, &mobile, &code)
    });
    written.await.map_err(failure)
}

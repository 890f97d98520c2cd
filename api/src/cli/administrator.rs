//! The first administrator: what a new platform begins with.

use std::sync::Arc;

use anze_domain::{
    EventName, Id,
    access::{Port, Role},
    base::identifier::{MobileNumber, UnifiedSocialCreditCode, credit_code_check},
    identity::organization::{Organization, OrganizationStatus, User},
};
use anze_persistence::{
    Options, Store,
    identity::{organization, user},
    store::event::{self, Author},
};
use rand::{RngExt, distr::Alphanumeric};

use super::{Failure, blocking};
use crate::{
    app::{
        clock::Clock,
        passwords::{self as password, Passwords},
        settings::Settings,
    },
    http::problem::ApiError,
};

/// Name of the association, until its administrators say otherwise.
const NAME: &str = "厦门市建设工程质量安全管理协会";
/// A code of a social organisation in Xiamen without its check character, until the right one is set.
const CODE: &str = "51350200000000000";
/// A mobile number, until the right one is set.
const MOBILE: &str = "13000000000";

/// A password that nobody guesses.
pub(crate) fn random_password() -> String {
    rand::rng().sample_iter(Alphanumeric).take(20).map(char::from).collect()
}

/// Makes an administrator of the association, and its organisation where there is none yet.
pub(crate) fn create(
    settings: &Settings,
    clock: Arc<dyn Clock>,
    login_name: &str,
    secret: &str,
) -> Result<(), Failure> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    if !(3..=64).contains(&login_name.len()) || !login_name.bytes().all(fits) {
        return Err("a login name has 3 to 64 of a-z, 0-9, '.', '_' and '-'".into());
    }
    let in_words = |error: ApiError| -> Failure {
        let problem = error.problem(crate::http::language::Language::English, None, None);
        format!("{}: {}", problem.title, problem.detail).into()
    };
    password::check(secret, login_name, "/password").map_err(in_words)?;
    let url = settings.database_url.expose();
    anze_persistence::migrate(url)?;
    let hash = Passwords::new(settings)?.hash_blocking(secret).map_err(in_words)?;
    let store = Store::open(&Options { connections: 1, ..Options::new(url) })?;
    let login_name = login_name.to_owned();
    let mobile: MobileNumber = MOBILE.parse()?;
    let check = credit_code_check(CODE).ok_or("the association's code has no check character")?;
    let code: UnifiedSocialCreditCode = format!("{CODE}{check}").parse()?;
    blocking(store.write(move |db| -> Result<(), ApiError> {
        let now = clock.now();
        let author = Author::system(now);
        let organization = match organization::first_of(db, Port::Association)? {
            Some(organization) => organization,
            None => {
                let organization = Organization {
                    id: Id::new(clock.new_id()),
                    version: 1,
                    kind: Port::Association,
                    status: OrganizationStatus::Active,
                    name: NAME.to_owned(),
                    unified_social_credit_code: code.clone(),
                    district: None,
                    contact_name: login_name.clone(),
                    contact_mobile: mobile.clone(),
                    status_reason: None,
                    created_at: now,
                    updated_at: now,
                };
                let (organization, made) = organization.create();
                organization::insert(db, &organization)?;
                event::append(db, organization.id, &author, &made)?;
                organization
            }
        };
        let administrator = User {
            id: Id::new(clock.new_id()),
            version: 1,
            organization_id: Some(organization.id),
            login_name: login_name.clone(),
            display_name: login_name.clone(),
            mobile: mobile.clone(),
            role: Role::Admin,
            disabled: false,
            created_at: now,
            updated_at: now,
        };
        user::insert(db, &administrator, &hash)?;
        event::append(db, organization.id, &author, &administrator.event(EventName::UserCreated))?;
        Ok(())
    }))?
    .map_err(in_words)
}

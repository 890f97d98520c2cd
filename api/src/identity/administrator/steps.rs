//! The step that makes an administrator of the association.

use anze_domain::{
    EventName, Id,
    access::{Port, Role},
    base::identifier::{MobileNumber, UnifiedSocialCreditCode},
    identity::organization::{Organization, OrganizationStatus, User},
};
use anze_persistence::identity::{organization, user};

use crate::{app::context::SystemWriteContext, http::problem::ApiError};

/// Name of the association, until its administrators say otherwise.
const NAME: &str = "厦门市建设工程质量安全管理协会";

/// Makes an administrator of the association with the hash of their password, and the association's organisation with this
/// code where there is none yet.
pub fn create(
    context: &mut SystemWriteContext<'_, '_>,
    login_name: &str,
    hash: &str,
    mobile: &MobileNumber,
    code: &UnifiedSocialCreditCode,
) -> Result<(), ApiError> {
    let organization = match organization::first_of(context.db, Port::Association)? {
        Some(organization) => organization,
        None => {
            let organization = Organization {
                id: Id::new(context.clock.new_id()),
                version: 1,
                port: Port::Association,
                status: OrganizationStatus::Active,
                name: NAME.to_owned(),
                unified_social_credit_code: code.clone(),
                district: None,
                contact_name: login_name.to_owned(),
                contact_mobile: mobile.clone(),
                status_reason: None,
                created_at: context.now,
                updated_at: context.now,
            };
            let (organization, made) = organization.create();
            organization::insert(context.db, &organization)?;
            context.append(organization.id, &made)?;
            organization
        }
    };
    let administrator = User {
        id: Id::new(context.clock.new_id()),
        version: 1,
        organization_id: Some(organization.id),
        login_name: login_name.to_owned(),
        display_name: login_name.to_owned(),
        mobile: mobile.clone(),
        role: Role::Admin,
        disabled: false,
        created_at: context.now,
        updated_at: context.now,
    };
    user::insert(context.db, &administrator, hash)?;
    context.append(organization.id, &administrator.event(EventName::UserCreated))?;
    Ok(())
}

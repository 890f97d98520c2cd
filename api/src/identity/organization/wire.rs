//! Organisations on the wire.

use anze_domain::{
    Violation,
    access::{self, Caller, FieldGroup, Operation, Resource, Role, disclosure, state_machine::State},
    base::{
        id::{OrganizationId, UserId},
        identifier::MobileNumber,
    },
    identity::organization::{Organization, OrganizationStatus, User},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::{DistrictTerm, OrganizationStatusTerm, PortTerm};

/// An organisation with its first administrator.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OrganizationRegistrationInput {
    /// The organisation.
    pub organization: OrganizationInput,
    /// Its first administrator.
    pub administrator: AdministratorInput,
}

/// An organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationInput {
    /// Its port.
    pub port: PortTerm,
    /// Its registered name.
    #[schema(min_length = 2, max_length = 200, pattern = r"\S", example = "厦门鹭岛建工有限公司")]
    pub name: String,
    /// Its unified social credit code (统一社会信用代码, GB 32100-2015) with its check character.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$", example = "91350200MA2XNAQ716")]
    pub unified_social_credit_code: String,
    /// Its district; for a regulator its area, absent for the whole city.
    pub district: Option<DistrictTerm>,
    /// Whom to ask for.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
    pub contact_name: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000002")]
    pub contact_mobile: String,
}

/// A first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdministratorInput {
    /// What they log in with: lower case.
    #[schema(min_length = 3, max_length = 64, pattern = "^[a-z0-9][a-z0-9._-]+$", example = "ludao-admin")]
    pub login_name: String,
    /// Their password: 12 to 128 characters.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub password: String,
    /// What others see.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
    pub display_name: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000002")]
    pub mobile: String,
}

impl std::fmt::Debug for AdministratorInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AdministratorInput").field("login_name", &self.login_name).finish_non_exhaustive()
    }
}

/// Whom to ask for at an organisation.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OrganizationContactInput {
    /// Whom to ask for.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
    pub contact_name: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000002")]
    pub contact_mobile: String,
}

impl OrganizationContactInput {
    /// The mobile number.
    ///
    /// # Errors
    /// At `/contact_mobile`.
    pub fn mobile(&self) -> Result<MobileNumber, Violation> {
        self.contact_mobile.parse().map_err(|it: Violation| it.at("/contact_mobile"))
    }
}

impl OrganizationInput {
    /// The organisation, before it begins.
    ///
    /// # Errors
    /// The code's check character; the mobile number.
    pub fn organization(&self, id: OrganizationId, now: DateTime<Utc>) -> Result<Organization, Violation> {
        let code = self.unified_social_credit_code.parse();
        let mobile = self.contact_mobile.parse();
        let code = code.map_err(|it: Violation| it.at("/organization/unified_social_credit_code"));
        let mobile = mobile.map_err(|it: Violation| it.at("/organization/contact_mobile"));
        let (code, mobile) = match (code, mobile) {
            (Ok(code), Ok(mobile)) => (code, mobile),
            (code, mobile) => {
                Violation::all(code.err().into_iter().chain(mobile.err()).collect())?;
                return Err(Violation::new(anze_domain::base::code::INVALID_INPUT));
            }
        };
        Ok(Organization {
            id,
            version: 1,
            port: self.port.0,
            status: OrganizationStatus::Pending,
            name: self.name.clone(),
            unified_social_credit_code: code,
            district: self.district.map(|term| term.0),
            contact_name: self.contact_name.clone(),
            contact_mobile: mobile,
            status_reason: None,
            created_at: now,
            updated_at: now,
        })
    }
}

impl AdministratorInput {
    /// The user.
    ///
    /// # Errors
    /// The mobile number.
    pub fn user(
        &self,
        id: UserId,
        organization: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<User, Violation> {
        Ok(User {
            id,
            version: 1,
            organization_id: Some(organization),
            login_name: self.login_name.clone(),
            display_name: self.display_name.clone(),
            mobile: self.mobile.parse().map_err(|it: Violation| it.at("/administrator/mobile"))?,
            role: Role::Admin,
            disabled: false,
            created_at: now,
            updated_at: now,
        })
    }
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationOut {
    /// Its id.
    pub id: Uuid,
    /// Its port.
    pub port: PortTerm,
    /// Its state.
    pub status: OrganizationStatusTerm,
    /// Why it is in its state, where a reason was given; for itself and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Its registered name.
    #[schema(max_length = 200, example = "厦门鹭岛建工有限公司")]
    pub name: String,
    /// Its unified social credit code.
    #[schema(max_length = 18, pattern = "^[0-9A-Z]{18}$", example = "91350200MA2XNAQ716")]
    pub unified_social_credit_code: String,
    /// Its district; for a regulator its area.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub district: Option<DistrictTerm>,
    /// Whom to ask for; for itself and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub contact_name: Option<String>,
    /// Their mobile number; masked for others than itself and the association.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0002")]
    pub contact_mobile: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["approve", "reject"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl OrganizationOut {
    /// The organisation as this caller sees it.
    #[must_use]
    pub fn new(organization: &Organization, caller: &Caller) -> Self {
        let relations = organization.relations();
        let contact = disclosure(caller, FieldGroup::OrganizationContact, &relations).is_full();
        let mobile_in_full = disclosure(caller, FieldGroup::OrganizationMobile, &relations).is_full();
        let mobile = &organization.contact_mobile;
        Self {
            id: organization.id.uuid(),
            port: organization.port.into(),
            status: organization.status.into(),
            status_reason: organization.status_reason.clone().filter(|_| contact),
            name: organization.name.clone(),
            unified_social_credit_code: organization.unified_social_credit_code.as_str().to_owned(),
            district: organization.district.map(Into::into),
            contact_name: contact.then(|| organization.contact_name.clone()),
            contact_mobile: if mobile_in_full { mobile.as_str().to_owned() } else { mobile.masked() },
            created_at: organization.created_at,
            updated_at: organization.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::Organization,
                &relations,
                |operation| {
                    let own = organization.must_be_anothers(caller.organization_id).is_err();
                    organization.status.after(operation).is_some()
                        && !(own && operation == Operation::SuspendOrganization)
                },
            ),
        }
    }
}

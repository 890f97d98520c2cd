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

/// An organisation that registers, with its first administrator.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OrganizationRegistrationInput {
    /// The organisation that registers.
    pub organization: OrganizationInput,
    /// First administrator of the organisation.
    pub administrator: AdministratorInput,
}

/// The data of an organisation to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationInput {
    /// Port of the organisation.
    pub port: PortTerm,
    /// Registered name of the organisation.
    #[schema(min_length = 2, max_length = 200, pattern = r"\S", example = "厦门鹭岛建工有限公司")]
    pub name: String,
    /// Unified social credit code with its check character (GB 32100-2015), 18 characters. No other organisation of the
    /// platform may have it.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$", example = "91350200MA2XNAQ716")]
    pub unified_social_credit_code: String,
    /// District of the organisation. For a regulator it is the area of its supervision, absent for the whole city.
    pub district: Option<DistrictTerm>,
    /// Name of the contact person.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
    pub contact_name: String,
    /// Mobile number of the contact person in mainland China, with 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000002")]
    pub contact_mobile: String,
}

/// The first administrator of an organisation, who then creates the other users.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdministratorInput {
    /// Login name, in lower case. No other account of the platform may have it.
    #[schema(min_length = 3, max_length = 64, pattern = "^[a-z0-9][a-z0-9._-]+$", example = "ludao-admin")]
    pub login_name: String,
    /// Password of the administrator, of 12 to 128 characters. It cannot be the login name, one character repeated, or a common password.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub password: String,
    /// Name of the user as other people see it.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
    pub display_name: String,
    /// Mobile number of the administrator in mainland China, with 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000002")]
    pub mobile: String,
}

impl std::fmt::Debug for AdministratorInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AdministratorInput").field("login_name", &self.login_name).finish_non_exhaustive()
    }
}

/// Contact person of an organisation.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OrganizationContactInput {
    /// Name of the contact person.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
    pub contact_name: String,
    /// Mobile number of the contact person in mainland China, with 11 digits.
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

/// An organisation of one of the seven ports (A16), with the state of its registration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationOut {
    /// Id of the organisation.
    pub id: Uuid,
    /// Port of the organisation.
    pub port: PortTerm,
    /// State of the organisation.
    pub status: OrganizationStatusTerm,
    /// Reason of the rejection or suspension, as the association gave it. Shown to the association only. Absent in
    /// every other state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Registered name of the organisation.
    #[schema(max_length = 200, example = "厦门鹭岛建工有限公司")]
    pub name: String,
    /// Unified social credit code of the organisation.
    #[schema(max_length = 18, pattern = "^[0-9A-Z]{18}$", example = "91350200MA2XNAQ716")]
    pub unified_social_credit_code: String,
    /// District of the organisation; for a regulator the area of its supervision. Absent for a regulator of the whole
    /// city and if none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub district: Option<DistrictTerm>,
    /// Name of the contact person. Absent for all but the organisation itself and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub contact_name: Option<String>,
    /// Mobile number of the contact person. Masked for all but the organisation itself and the association.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0002")]
    pub contact_mobile: String,
    /// Instant at which the organisation was registered or created, in UTC.
    pub created_at: DateTime<Utc>,
    /// Instant at which the organisation was last changed, in UTC.
    pub updated_at: DateTime<Utc>,
    /// Operations that the caller can do with this organisation now.
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

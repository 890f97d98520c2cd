//! Sessions, organisations, users and API tokens.

use anze_domain::{
    access::Operation,
    base::{
        code::{PERIOD_REVERSED, REASON_REQUIRED, WRONG_STATE},
        identifier::CREDIT_CODE_INVALID,
    },
    identity::delivery::{EMAIL_CODE_INVALID, EMAIL_OFF, NOTIFICATION_ALWAYS_SENT, TOO_MANY_CODES},
    identity::organization::{
        LAST_ADMINISTRATOR, OWN_ACCOUNT, OWN_ORGANIZATION, PORT_NOT_SELF_REGISTERED, ROLE_FIXED,
    },
    library::tie::{OWN_AFFILIATE, TIE_ENDED_ALREADY, TOO_MANY_AFFILIATES},
};
use anze_persistence::ORGANIZATION_EXISTS;

use super::checks::{Group, NEW_ACCOUNT, Row};
use crate::http::catalogue::{
    INVALID_CREDENTIALS, INVALID_VALUE, PASSWORD_TOO_WEAK, SESSION_ENDED, TOKEN_EXPIRY, TOKEN_OVER,
    TOO_MANY_ATTEMPTS, WRONG_PASSWORD,
};

/// A new organisation, whose code is in no use yet.
const NEW_ORGANIZATION: Group = &[CREDIT_CODE_INVALID, ORGANIZATION_EXISTS];

pub(super) const REFUSALS: &[Row] = &[
    (Operation::Login, &[&[INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS]]),
    (Operation::RefreshSession, &[&[SESSION_ENDED]]),
    (Operation::ChangePassword, &[&[WRONG_PASSWORD, TOO_MANY_ATTEMPTS, PASSWORD_TOO_WEAK]]),
    (Operation::ReplaceNotificationSettings, &[&[NOTIFICATION_ALWAYS_SENT]]),
    (Operation::ChangeEmail, &[&[EMAIL_OFF, INVALID_VALUE, TOO_MANY_CODES]]),
    (Operation::ConfirmEmail, &[&[EMAIL_CODE_INVALID]]),
    (Operation::RequestPasswordReset, &[&[EMAIL_OFF, TOO_MANY_ATTEMPTS]]),
    (Operation::CompletePasswordReset, &[&[EMAIL_CODE_INVALID, PASSWORD_TOO_WEAK]]),
    (Operation::RegisterOrganization, &[NEW_ORGANIZATION, NEW_ACCOUNT, &[PORT_NOT_SELF_REGISTERED]]),
    (Operation::CreateOrganization, &[NEW_ORGANIZATION, NEW_ACCOUNT]),
    (Operation::UpdateOrganization, &[&[WRONG_STATE]]),
    (Operation::ApproveOrganization, &[&[WRONG_STATE]]),
    (Operation::RejectOrganization, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::SuspendOrganization, &[&[OWN_ORGANIZATION, WRONG_STATE, REASON_REQUIRED]]),
    (Operation::ReinstateOrganization, &[&[WRONG_STATE]]),
    (
        Operation::DeclareAffiliate,
        &[&[CREDIT_CODE_INVALID, TOO_MANY_AFFILIATES, OWN_AFFILIATE, PERIOD_REVERSED]],
    ),
    (Operation::EndAffiliate, &[&[TIE_ENDED_ALREADY, PERIOD_REVERSED, REASON_REQUIRED]]),
    (Operation::CreateUser, &[NEW_ACCOUNT]),
    (Operation::UpdateUser, &[&[LAST_ADMINISTRATOR, ROLE_FIXED]]),
    (Operation::DisableUser, &[&[OWN_ACCOUNT, LAST_ADMINISTRATOR]]),
    (Operation::ResetUserPassword, &[&[OWN_ACCOUNT, PASSWORD_TOO_WEAK]]),
    (Operation::CreateApiToken, &[&[INVALID_VALUE, TOKEN_EXPIRY]]),
    (Operation::RotateApiToken, &[&[TOKEN_EXPIRY, TOKEN_OVER]]),
    (Operation::RevokeApiToken, &[&[TOKEN_OVER]]),
];

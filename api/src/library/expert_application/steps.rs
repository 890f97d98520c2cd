//! Steps that change applications for the library.

use anze_domain::{
    Event, EventName, FactName, Id, RecordKind, Violation,
    access::{self, Caller, Operation, Relations, Role, state_machine as flow},
    base::{
        code::REASON_REQUIRED,
        id::{ExpertApplicationId, UserId},
        identifier::CitizenId,
    },
    calendar::working_calendar::shanghai_date,
    identity::{notification::NotificationKind, organization::User},
    library::{
        expert::Expert,
        expert_application::{
            ApplicationFile, CITIZEN_ID_DIFFERS, ExpertApplication, ExpertApplicationStatus,
        },
    },
};
use anze_persistence::{
    Reader,
    identity::user,
    library::{
        application_file, certificate,
        expert::{self, SealedCitizenId},
        expert_application as store,
    },
};
use uuid::Uuid;

use super::{
    notifications,
    wire::{ApplicantRegistrationInput, ExpertApplicationInput, FileQuery},
};
use crate::{
    app::{
        context::{Changed, WriteContext, or_not_found},
        secrets::Purpose,
        state::App,
    },
    http::{catalogue, extract::IfMatch, field_names::field_name, problem::ApiError},
};

/// Number prefix of applications.
const NUMBER: &str = "SQ";

/// A person who wants into the library gets an account (A8.1).
pub fn register(
    tx: &mut WriteContext<'_, '_>,
    input: &ApplicantRegistrationInput,
    hash: &str,
) -> Result<User, ApiError> {
    let user = User {
        id: Id::new(tx.new_id()),
        version: 1,
        organization_id: None,
        login_name: input.account.login_name.clone(),
        display_name: input.name.clone(),
        mobile: input.mobile.parse().map_err(|it: Violation| it.at("/mobile"))?,
        role: Role::Operator,
        disabled: false,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    user::insert(tx.db, &user, hash)?;
    tx.append(user.stream(), &user.event(EventName::UserCreated))?;
    Ok(user)
}

/// Whoever is signed in without an organisation drafts an application (A8.1).
pub fn create(
    tx: &mut WriteContext<'_, '_>,
    input: &ExpertApplicationInput,
) -> Result<ExpertApplication, ApiError> {
    let user: UserId = Id::new(tx.caller.id());
    let applicant = Relations { applicant: Some(user.uuid()), ..Relations::default() };
    tx.may(Operation::CreateExpertApplication, &applicant)?;
    let today = shanghai_date(tx.now());
    let entry = expert::find_by_user(tx.db, user)?;
    let (Some(citizen_id), terms) = input.checked(entry.as_ref(), today)? else {
        return Err(ApiError::new(catalogue::REQUIRED)
            .with("name", field_name("citizen_id"))
            .at("/citizen_id"));
    };
    let citizen_id = seal_citizen_id(tx, user, entry.as_ref(), &citizen_id)?;
    let application = ExpertApplication {
        id: Id::new(tx.new_id()),
        version: 1,
        number: tx.next_number(NUMBER)?,
        status: ExpertApplicationStatus::Draft,
        status_reason: None,
        user_id: user,
        expert_id: None,
        terms,
        submitted_at: None,
        reviewed_at: None,
        reviewed_by: None,
        assessment: None,
        council_session_id: None,
        public_notice_id: None,
        admitted_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (application, event) = application.create(entry.as_ref(), today)?;
    store::insert(tx.db, &application, &citizen_id)?;
    tx.append(application.id, &event)?;
    Ok(application)
}

/// The applicant replaces an application that is a draft or returned. Without a citizen id the one that was given
/// stays.
pub fn update(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &ExpertApplicationInput,
) -> Result<Changed<ExpertApplication>, ApiError> {
    tx.change(id, if_match, Operation::UpdateExpertApplication, |it: ExpertApplication, tx| {
        let (id, user, today) = (it.id, it.user_id, shanghai_date(tx.now()));
        let entry = expert::find_by_user(tx.db, user)?;
        let (citizen_id, terms) = input.checked(entry.as_ref(), today)?;
        let (next, event) = it.update(terms, entry.as_ref(), today)?;
        if let Some(citizen_id) = citizen_id {
            let citizen_id = seal_citizen_id(tx, user, entry.as_ref(), &citizen_id)?;
            store::set_citizen_id(tx.db, id, &citizen_id)?;
        }
        if next.status.is_under_review() {
            hold_certificates(tx, &next, entry.as_ref())?;
        }
        Ok((next, event))
    })
}

/// The applicant submits an application (A8.1). Citizen id and certificates are theirs from now on, until it has ended.
pub fn submit(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<ExpertApplication>, ApiError> {
    tx.change(id, if_match, Operation::SubmitExpertApplication, |it: ExpertApplication, tx| {
        let entry = expert::find_by_user(tx.db, it.user_id)?;
        let citizen_id = or_not_found(store::citizen_id(tx.db, it.id)?)?;
        let files = application_file::kinds(tx.db, it.id)?;
        let (next, event) = it.submit(&files, entry.as_ref(), shanghai_date(tx.now()), tx.now())?;
        check_citizen_id(tx, next.user_id, entry.as_ref(), &citizen_id.digest)?;
        hold_certificates(tx, &next, entry.as_ref())?;
        tx.notify(&[notifications::association(NotificationKind::ApplicationSubmitted, &next)])?;
        Ok((next, event))
    })
}

/// The applicant takes an application back.
pub fn withdraw(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<ExpertApplication>, ApiError> {
    tx.change(id, if_match, Operation::WithdrawExpertApplication, |it: ExpertApplication, tx| {
        let (next, event) = it.withdraw(reason)?;
        release_certificates(tx, &[&next])?;
        Ok((next, event))
    })
}

/// The association returns an application to be corrected, and notifies the applicant.
pub fn return_for_correction(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<ExpertApplication>, ApiError> {
    tx.change(id, if_match, Operation::ReturnExpertApplication, |it: ExpertApplication, tx| {
        let (next, event) = it.return_for_correction(tx.caller.id(), reason)?;
        let notification = notifications::applicant(NotificationKind::ApplicationReturned, &next);
        tx.notify(&[notifications::with(notification, FactName::Reason, reason.trim())])?;
        Ok((next, event))
    })
}

/// The association ends an application, and notifies the applicant.
pub fn reject(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<ExpertApplication>, ApiError> {
    tx.change(id, if_match, Operation::RejectExpertApplication, |it: ExpertApplication, tx| {
        let (next, event) = it.reject(tx.caller.id(), reason)?;
        release_certificates(tx, &[&next])?;
        let notification = notifications::applicant(NotificationKind::ApplicationRejected, &next);
        tx.notify(&[notifications::with(notification, FactName::Reason, reason.trim())])?;
        Ok((next, event))
    })
}

/// The association passes an application on to the council (A9.1, A9.2).
pub fn review(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<ExpertApplication>, ApiError> {
    tx.change(id, if_match, Operation::ReviewExpertApplication, |it: ExpertApplication, tx| {
        let entry = expert::find_by_user(tx.db, it.user_id)?;
        Ok(it.review(entry.as_ref(), tx.caller.id(), shanghai_date(tx.now()), tx.now())?)
    })
}

/// Opens the citizen id of an applicant for who reviews (A11.3). The reason is on record, what was read is not.
pub fn unmask(
    tx: &mut WriteContext<'_, '_>,
    id: ExpertApplicationId,
    reason: &str,
) -> Result<(ExpertApplication, String), ApiError> {
    let application = or_not_found(store::find_locked(tx.db, id)?)?;
    tx.may(Operation::UnmaskExpertApplication, &application.relations())?;
    flow::step(application.status, Operation::UnmaskExpertApplication)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Violation::new(REASON_REQUIRED).at("/reason").into());
    }
    let citizen_id = or_not_found(store::citizen_id(tx.db, id)?)?;
    let event =
        Event::new(EventName::ExpertApplicationUnmasked, RecordKind::ExpertApplication, id).because(reason);
    tx.append(id, &event)?;
    let citizen_id = open_citizen_id(tx.app(), &citizen_id.sealed)?;
    Ok((application, citizen_id))
}

/// Whether the caller may add a file to the application now (A8.1): asked before the file is taken in.
pub fn check_upload(db: &mut Reader<'_>, caller: &Caller, id: ExpertApplicationId) -> Result<(), ApiError> {
    let application = or_not_found(store::find(db, id)?)?;
    admit_file(db, caller, &application)
}

fn admit_file(db: &mut Reader<'_>, caller: &Caller, application: &ExpertApplication) -> Result<(), ApiError> {
    access::may(caller, Operation::UploadApplicationFile, &application.relations())?;
    Ok(ApplicationFile::admit(application, application_file::count(db, application.id)?)?)
}

/// Adds a file that was taken in to an application that is a draft or returned (A8.1).
pub fn add_file(
    tx: &mut WriteContext<'_, '_>,
    id: ExpertApplicationId,
    about: &FileQuery,
    sha256: &[u8],
    size: i64,
    media_type: &str,
) -> Result<ApplicationFile, ApiError> {
    let application = or_not_found(store::find_locked(tx.db, id)?)?;
    admit_file(tx.db, tx.caller, &application)?;
    let file = ApplicationFile {
        id: Id::new(tx.new_id()),
        application_id: id,
        kind: about.kind.0,
        file_name: about.file_name.clone(),
        media_type: media_type.to_owned(),
        size,
        sha256: sha256.to_vec(),
        received_at: tx.now(),
    };
    application_file::insert(tx.db, &file)?;
    tx.append(id, &file.uploaded())?;
    Ok(file)
}

/// The citizen id as it is kept.
fn seal_citizen_id(
    tx: &mut WriteContext<'_, '_>,
    user: UserId,
    entry: Option<&Expert>,
    citizen_id: &CitizenId,
) -> Result<SealedCitizenId, ApiError> {
    let keys = &tx.app().keys;
    let digest = keys.citizen_id_digest(citizen_id.expose());
    let sealed = keys.seal(Purpose::CitizenId, citizen_id.expose().as_bytes()).map_err(ApiError::internal)?;
    check_citizen_id(tx, user, entry, &digest)?;
    Ok(SealedCitizenId { sealed, digest })
}

/// Whether a citizen id is nobody else's in the library, and the person's own where they have an entry.
fn check_citizen_id(
    tx: &mut WriteContext<'_, '_>,
    user: UserId,
    entry: Option<&Expert>,
    digest: &[u8],
) -> Result<(), ApiError> {
    match (entry, expert::user_with_citizen_id(tx.db, digest)?) {
        (_, Some(holder)) if holder != user => {
            Err(Violation::new(anze_persistence::EXPERT_EXISTS).at("/citizen_id").into())
        }
        (Some(_), None) => Err(Violation::new(CITIZEN_ID_DIFFERS).at("/citizen_id").into()),
        _ => Ok(()),
    }
}

/// The certificates of an application that was submitted are its applicant's, beside those of their entry.
fn hold_certificates(
    tx: &mut WriteContext<'_, '_>,
    application: &ExpertApplication,
    entry: Option<&Expert>,
) -> Result<(), ApiError> {
    let mut named = application.terms.certificates();
    named.extend(entry.into_iter().flat_map(|entry| entry.qualification.certificates()));
    Ok(certificate::claim_certificates(tx.db, application.user_id, &named)?)
}

/// The certificates of applications that have ended are free again, but those of the applicants' entries.
pub(crate) fn release_certificates(
    tx: &mut WriteContext<'_, '_>,
    ended: &[&ExpertApplication],
) -> Result<(), ApiError> {
    let entries: Vec<Uuid> = ended.iter().filter_map(|it| it.expert_id.map(Id::uuid)).collect();
    let kept = if entries.is_empty() { Vec::new() } else { expert::find_all(tx.db, &entries)? };
    let kept: Vec<_> = kept.iter().flat_map(|entry| entry.qualification.certificates()).collect();
    let users: Vec<UserId> = ended.iter().map(|it| it.user_id).collect();
    Ok(certificate::release(tx.db, &users, &kept)?)
}

/// A citizen id as it was given.
///
/// # Errors
/// `internal`, where it cannot be opened.
pub(super) fn open_citizen_id(app: &App, sealed: &[u8]) -> Result<String, ApiError> {
    let opened = app.keys.open(Purpose::CitizenId, sealed).map_err(ApiError::internal)?;
    String::from_utf8(opened).map_err(|_not_text| ApiError::internal("citizen id"))
}

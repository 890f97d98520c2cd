//! Steps that change public notices, and admits who was on them.

use std::collections::HashMap;

use anze_domain::{
    Event, EventName, FactName, Id, Period, Violation,
    base::{
        code::UNKNOWN_REFERENCE,
        id::{ExpertApplicationId, PublicNoticeId},
    },
    calendar::working_calendar::{WorkingCalendars, shanghai_date},
    identity::notification::NotificationKind,
    library::{
        council_session::ITEM_REPEATED,
        expert::{Admission, Expert, ExpertStatus, LastChanged},
        expert_application::{ExpertApplication, ExpertApplicationStatus},
        public_notice::{PublicNotice, PublicNoticeStatus, check_passed},
    },
};
use anze_persistence::{
    ChangeError, EXPERT_EXISTS, StoreError, Writer,
    library::{
        certificate, council_session, expert,
        expert_application::{self, BulkTransition},
        objection, public_notice as store,
    },
    store::event,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::wire::PublicNoticeInput;
use crate::{
    app::context::{SystemWriteContext, WriteContext},
    http::problem::ApiError,
    library::{
        expert_application::{applicant_notification, with_fact},
        group_departure::{self, Groups},
    },
};

/// The association publishes a notice of applications that passed the vote of the council (A8.1), all of them or none.
/// The applicants are notified.
pub fn publish(tx: &mut WriteContext<'_, '_>, input: &PublicNoticeInput) -> Result<PublicNotice, ApiError> {
    let ids: Vec<ExpertApplicationId> = input.application_ids.iter().copied().map(Id::new).collect();
    let found = expert_application::find_all(tx.db, &ids)?;
    let mut found: HashMap<_, _> = found.into_iter().map(|it| (it.id, it)).collect();
    let (mut applications, mut wrong) = (Vec::new(), Vec::new());
    for (index, id) in ids.iter().enumerate() {
        match found.remove(id) {
            Some(application) => applications.push((index, application)),
            None => {
                let repeated = ids.iter().take(index).any(|before| before == id);
                let code = if repeated { ITEM_REPEATED } else { UNKNOWN_REFERENCE };
                wrong.push(Violation::new(code).at(format!("/application_ids/{index}")));
            }
        }
    }
    let listed: Vec<_> = applications.iter().map(|(index, it)| (*index, it)).collect();
    wrong.extend(check_passed(&listed).err());
    Violation::all(wrong)?;

    let app = tx.app();
    let working_days = input.working_days.unwrap_or(app.settings.public_notice_days);
    let window = PublicNotice::window(tx.now(), working_days, &app.calendars)?;
    let notice = PublicNotice {
        id: Id::new(tx.new_id()),
        version: 1,
        number: input.number.clone(),
        status: PublicNoticeStatus::Open,
        published_at: tx.now(),
        working_days,
        due_on: window.due_on,
        ends_at: window.due_at,
        provisional: window.provisional,
        applications: u32::try_from(ids.len()).unwrap_or(u32::MAX),
        created_by: tx.caller.id(),
        ended_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (notice, published) = notice.publish();
    let mut happened = vec![published];
    let mut messages = Vec::new();
    for (_, application) in applications {
        let (application, event) = application.publish(notice.id)?;
        happened.push(event);
        let notification = applicant_notification(NotificationKind::ApplicationOnNotice, &application);
        let notification = with_fact(notification, FactName::Notice, &notice.number);
        messages.push(with_fact(notification, FactName::DueOn, notice.due_on));
    }
    store::insert(tx.db, &notice)?;
    expert_application::advance_all(tx.db, &ids, BulkTransition::OnNotice(notice.id), tx.now())?;
    tx.append_all(notice.id, &happened)?;
    tx.notify(&messages)?;
    Ok(notice)
}

/// Counts the end of a notice again, once the calendar of its year is there.
pub fn recount_end(
    context: &mut SystemWriteContext<'_, '_>,
    id: PublicNoticeId,
    calendars: &WorkingCalendars,
) -> Result<(), ChangeError> {
    let Some(notice) = store::find_locked(context.db, id)? else { return Ok(()) };
    let Some((next, event)) = notice.recount(calendars)? else { return Ok(()) };
    store::save(context.db, next, context.now)?;
    Ok(context.append(id, &event)?)
}

/// Ends a notice whose time is over by more than `grace`. Another node may have done it meanwhile.
pub fn end(
    context: &mut SystemWriteContext<'_, '_>,
    id: PublicNoticeId,
    grace: TimeDelta,
) -> Result<(), ChangeError> {
    let notice = store::find_locked(context.db, id)?;
    let Some(notice) = notice.filter(|it| it.ended_at.is_none()) else { return Ok(()) };
    let (next, event) = notice.end(context.now, grace)?;
    store::save(context.db, next, context.now)?;
    Ok(context.append(id, &event)?)
}

/// Admits an applicant whose notice has ended without an upheld objection (A8.1, A9.3), if the application still is as
/// it was found.
pub fn admit(
    context: &mut SystemWriteContext<'_, '_>,
    id: ExpertApplicationId,
    grace: TimeDelta,
) -> Result<(), ChangeError> {
    let found = expert_application::find_locked(context.db, id)?;
    let on_notice = found.filter(|it| it.status == ExpertApplicationStatus::OnNotice);
    let Some(application) = on_notice else { return Ok(()) };
    let Some(admission) = admission(context.db, &application, context.now, grace)? else { return Ok(()) };
    if objection::is_undecided(context.db, id)? {
        return Ok(());
    }
    let (next, event, notification) = match enter_library(context, &application, admission) {
        Ok(Entry { expert, event, groups }) => {
            context.append(expert.id, &event)?;
            if let Some(groups) = groups {
                // What is known of the expert now may tie them to a party (A12.2).
                group_departure::recuse(context, &groups)?;
            }
            let notification = applicant_notification(NotificationKind::ApplicationAdmitted, &application);
            let (next, event) = application.admit(expert.id, context.now)?;
            (next, event, notification)
        }
        Err(ChangeError::Violation(violation)) => {
            let kept = match application.expert_id {
                Some(expert) => expert::find(context.db, expert)?,
                None => None,
            };
            let kept = kept.map(|expert| expert.qualification.certificates()).unwrap_or_default();
            certificate::release(context.db, &[application.user_id], &kept)?;
            let why = format!("{} · {}", violation.code.zh.0, violation.code.en.0);
            let notification = applicant_notification(NotificationKind::ApplicationRejected, &application);
            let (next, event) = application.lapse(&why)?;
            (next, event, with_fact(notification, FactName::Reason, why))
        }
        Err(error) => return Err(error),
    };
    context.notify(&[notification])?;
    expert_application::save(context.db, next, context.now)?;
    Ok(context.append(id, &event)?)
}

/// By what the applicant is admitted; none while the notice is open.
fn admission(
    db: &mut Writer<'_>,
    application: &ExpertApplication,
    now: DateTime<Utc>,
    grace: TimeDelta,
) -> Result<Option<Admission>, ChangeError> {
    let (Some(session), Some(notice)) = (application.council_session_id, application.public_notice_id) else {
        return Ok(None);
    };
    let (session, notice) = (council_session::find(db, session)?, store::find(db, notice)?);
    let (Some(session), Some(notice)) = (session, notice) else { return Ok(None) };
    if notice.must_have_ended(now - grace).is_err() {
        return Ok(None);
    }
    Ok(Some(Admission {
        council_decision_number: session.terms.number,
        council_decided_on: session.terms.held_on,
        public_notice: Period { start: notice.published_on(), end: notice.due_on },
        public_notice_number: notice.number,
        admitted_on: shanghai_date(now),
    }))
}

/// An entry that an application led to.
struct Entry {
    expert: Expert,
    event: Event,
    /// The groups of an entry that was there before.
    groups: Option<Groups>,
}

/// Makes the entry, or adds to the one that there is. A violation is a reason why not: nothing was written.
fn enter_library(
    context: &mut SystemWriteContext<'_, '_>,
    application: &ExpertApplication,
    admission: Admission,
) -> Result<Entry, ChangeError> {
    let now = context.now;
    if let Some(id) = application.expert_id {
        let groups =
            group_departure::lock_groups_of_tied(context.db, id, &application.terms.employers(), None)?;
        let Some(expert) = expert::find(context.db, id)? else {
            return Err(StoreError::Internal(format!("expert {id} is gone")).into());
        };
        let last = LastChanged {
            employer: event::last(context.db, id, id, EventName::ExpertEmployerChanged)?,
            removed: event::last(context.db, id, id, EventName::ExpertRemoved)?,
        };
        let (expert, event) = expert.requalify(application, &admission, last, shanghai_date(now))?;
        certificate::claim_certificates(context.db, expert.user_id, &expert.qualification.certificates())?;
        let expert = expert::save(context.db, expert, now)?;
        return Ok(Entry { expert, event, groups: Some(groups) });
    }
    let db = &mut *context.db;
    let Some(citizen_id) = expert_application::citizen_id(db, application.id)? else {
        return Err(StoreError::Internal("an application without citizen id".to_owned()).into());
    };
    // The association may have taken the person over meanwhile.
    if expert::user_with_citizen_id(db, &citizen_id.digest)?.is_some()
        || expert::find_by_user(db, application.user_id)?.is_some()
    {
        return Err(Violation::new(EXPERT_EXISTS).into());
    }
    let terms = &application.terms;
    let expert = Expert {
        id: Id::new(context.clock.new_id()),
        version: 1,
        status: ExpertStatus::Active,
        user_id: application.user_id,
        name: terms.name.clone(),
        mobile: terms.mobile.clone(),
        employer_name: terms.employer_name.clone(),
        employer_code: terms.employer_code.clone(),
        pools: Vec::new(),
        qualification: terms.qualification.clone(),
        admission,
        declared_ties: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    let (expert, event) = expert.admit(terms.pool)?;
    certificate::claim_certificates(context.db, expert.user_id, &expert.qualification.certificates())?;
    expert::insert(context.db, &expert, &citizen_id)?;
    Ok(Entry { expert, event, groups: None })
}

//! A notice ends by itself: who was on it without an upheld objection is in the library (A8.1, A9.3).
//!
//! What is due is found in the database and decided again in the transaction that does it, under the
//! lock that an objection takes too, so that two nodes admit nobody twice. A notice is taken to have ended only when
//! the time is over that a request of its last moment may take: no objection comes too late that came in time.

use anze_domain::{
    Event, Id, Period, Violation,
    base::id::ExpertApplicationId,
    calendar::working_calendar::shanghai_date,
    identity::notification::NotificationKind,
    library::{
        expert::{Admission, Expert, ExpertStatus, LastChanged},
        expert_application::{ExpertApplication, ExpertApplicationStatus},
    },
};
use anze_persistence::{
    ChangeError, EXPERT_EXISTS, Reader, StoreError, Writer,
    library::{certificate, council_session, expert, expert_application, objection, public_notice},
    store::event,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    app::{context::SystemWriteContext, state::App},
    jobs::housekeeping::each,
    library::{
        expert_application::notifications,
        group_departure::{self, Groups},
    },
};

/// How many tasks are asked for at once.
const AT_ONCE: i64 = 500;

/// One round: ends are counted again, notices ended, applicants admitted.
///
/// # Errors
/// The store's, where what is due cannot be read.
pub(crate) async fn round(app: &App) -> Result<(), StoreError> {
    // So long may what came before the end take to be looked at.
    let grace = TimeDelta::from_std(app.settings.request_timeout).unwrap_or_default();
    recount(app).await?;
    end_notices(app, grace).await?;
    admit(app, grace).await
}

async fn recount(app: &App) -> Result<(), StoreError> {
    let calendars = app.calendars.clone();
    let due = |db: &mut Reader<'_>, after| public_notice::provisional(db, after, AT_ONCE);
    each(app, "end of public notice", due, move |context, id| {
        let Some(notice) = public_notice::find_locked(context.db, id)? else { return Ok(()) };
        let Some((next, event)) = notice.recount(&calendars)? else { return Ok(()) };
        public_notice::save(context.db, next, context.now)?;
        Ok(context.append(id, &event)?)
    })
    .await
}

async fn end_notices(app: &App, grace: TimeDelta) -> Result<(), StoreError> {
    let over = app.clock.now() - grace;
    let due = move |db: &mut Reader<'_>, after| public_notice::due(db, over, after, AT_ONCE);
    each(app, "public notice", due, move |context, id| {
        let notice = public_notice::find_locked(context.db, id)?;
        // Another node may have been here.
        let Some(notice) = notice.filter(|it| it.ended_at.is_none()) else { return Ok(()) };
        let (next, event) = notice.end(context.now, grace)?;
        public_notice::save(context.db, next, context.now)?;
        Ok(context.append(id, &event)?)
    })
    .await
}

async fn admit(app: &App, grace: TimeDelta) -> Result<(), StoreError> {
    let over = app.clock.now() - grace;
    let due = move |db: &mut Reader<'_>, after| expert_application::due(db, over, after, AT_ONCE);
    each(app, "admission by application", due, move |context, id| admit_one(context, id, grace)).await?;
    // Who was admitted calls as an expert from now on.
    app.identities.forget();
    Ok(())
}

/// Admits one applicant, if it is time and still as it was found.
fn admit_one(
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
    let (next, event, told) = match enter(context, &application, admission) {
        Ok(Entry { expert, event, groups }) => {
            context.append(expert.id, &event)?;
            if let Some(groups) = groups {
                // What is known of the expert now may tie them to a party (A12.2).
                group_departure::recuse(context, &groups)?;
            }
            let told = notifications::applicant(NotificationKind::ApplicationAdmitted, &application);
            let (next, event) = application.admit(expert.id, context.now)?;
            (next, event, told)
        }
        Err(ChangeError::Violation(violation)) => {
            let kept = match application.expert_id {
                Some(expert) => expert::find(context.db, expert)?,
                None => None,
            };
            let kept = kept.map(|expert| expert.qualification.certificates()).unwrap_or_default();
            certificate::release(context.db, &[application.user_id], &kept)?;
            let why = format!("{} · {}", violation.code.zh.0, violation.code.en.0);
            let told = notifications::applicant(NotificationKind::ApplicationRejected, &application);
            let (next, event) = application.lapse(&why)?;
            (next, event, notifications::with(told, "reason", why))
        }
        Err(error) => return Err(error),
    };
    context.notify(&[told])?;
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
    let (session, notice) = (council_session::find(db, session)?, public_notice::find(db, notice)?);
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
fn enter(
    context: &mut SystemWriteContext<'_, '_>,
    application: &ExpertApplication,
    admission: Admission,
) -> Result<Entry, ChangeError> {
    let now = context.now;
    if let Some(id) = application.expert_id {
        let groups = group_departure::lock::of_tied(context.db, id, &application.terms.employers(), None)?;
        let Some(expert) = expert::find(context.db, id)? else {
            return Err(StoreError::Internal(format!("expert {id} is gone")).into());
        };
        let last = LastChanged {
            employer: event::last(context.db, id, id, "expert_employer_changed")?,
            removed: event::last(context.db, id, id, "expert_removed")?,
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

//! A notice ends by itself: who was on it without an upheld objection is in the library (A8.1, A9.3).
//!
//! What is due is found in the database and decided again in the transaction that does it, under the
//! lock that an objection takes too, so that two nodes admit nobody twice and no objection comes too late
//! that came in time.

use anze_domain::{
    Event, Id, Period, Violation,
    expert::{Admission, Expert, ExpertStatus},
    expert_application::{ExpertApplication, ExpertApplicationStatus},
    working_calendar::shanghai_date,
};
use anze_persistence::{
    ChangeError, EXPERT_EXISTS, StoreError, Writer, certificate, council_session,
    event::{self, Author},
    expert, expert_application, objection, public_notice,
};
use chrono::{DateTime, Utc};

use crate::app::App;

/// How many tasks are asked for at once.
const AT_ONCE: i64 = 500;

/// One round: ends are counted again, notices ended, applicants admitted.
///
/// # Errors
/// The store's, where what is due cannot be read.
pub(crate) async fn round(app: &App) -> Result<(), StoreError> {
    recount(app).await?;
    end_notices(app).await?;
    admit(app).await
}

async fn recount(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let ids = app.store.read_long(move |db| public_notice::provisional(db, after, AT_ONCE)).await?;
        after = ids.last().copied();
        if after.is_none() {
            return Ok(());
        }
        for id in ids {
            let calendars = app.calendars.clone();
            let recounted = app
                .store
                .write(move |db| -> Result<(), ChangeError> {
                    let Some(notice) = public_notice::find_locked(db, id)? else { return Ok(()) };
                    let Some((next, event)) = notice.recount(&calendars)? else { return Ok(()) };
                    public_notice::save(db, next, now)?;
                    Ok(event::append(db, id, &Author::system(now), &event)?)
                })
                .await;
            if let Err(error) = recounted {
                log::warn!("end of public notice {id}: {error}");
            }
        }
    }
}

async fn end_notices(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let ids = app.store.read_long(move |db| public_notice::due(db, now, after, AT_ONCE)).await?;
        after = ids.last().copied();
        if after.is_none() {
            return Ok(());
        }
        for id in ids {
            let ended = app
                .store
                .write(move |db| -> Result<(), ChangeError> {
                    let notice = public_notice::find_locked(db, id)?;
                    // Another node may have been here.
                    let Some(notice) = notice.filter(|it| it.ended_at.is_none()) else { return Ok(()) };
                    let (next, event) = notice.end(now)?;
                    public_notice::save(db, next, now)?;
                    Ok(event::append(db, id, &Author::system(now), &event)?)
                })
                .await;
            if let Err(error) = ended {
                log::warn!("public notice {id}: {error}");
            }
        }
    }
}

async fn admit(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let ids = app.store.read_long(move |db| expert_application::due(db, now, after, AT_ONCE)).await?;
        after = ids.last().copied();
        if after.is_none() {
            return Ok(());
        }
        for id in ids {
            let entry = Id::new(app.clock.new_id());
            let admitted = app.store.write(move |db| admit_one(db, id, entry, now)).await;
            if let Err(error) = admitted {
                log::warn!("admission by application {id}: {error}");
            }
        }
        // Who was admitted calls as an expert from now on.
        app.identities.forget();
    }
}

/// Admits one applicant, if it is still time; `entry` is the id that a new entry gets.
fn admit_one(
    db: &mut Writer<'_>,
    id: Id<ExpertApplication>,
    entry: Id<Expert>,
    now: DateTime<Utc>,
) -> Result<(), ChangeError> {
    let found = expert_application::find_locked(db, id)?;
    let on_notice = found.filter(|it| it.status == ExpertApplicationStatus::OnNotice);
    let Some(application) = on_notice else { return Ok(()) };
    let Some(admission) = admission(db, &application, now)? else { return Ok(()) };
    if objection::is_undecided(db, id)? {
        return Ok(());
    }
    let author = Author::system(now);
    let (next, event) = match enter(db, &application, admission, entry, now) {
        Ok((expert, entered)) => {
            event::append(db, expert.id, &author, &entered)?;
            certificate::settle(db, application.user_id, &expert.qualification.certificates())?;
            application.admit(expert.id, now)?
        }
        Err(ChangeError::Violation(violation)) => {
            let kept = match application.expert_id {
                Some(expert) => expert::find(db, expert)?,
                None => None,
            };
            let kept = kept.map(|expert| expert.qualification.certificates()).unwrap_or_default();
            certificate::release(db, &[application.user_id], &kept)?;
            let code = violation.code;
            application.lapse(&format!("{} · {}", code.zh.0, code.en.0))?
        }
        Err(error) => return Err(error),
    };
    expert_application::save(db, next, now)?;
    Ok(event::append(db, id, &author, &event)?)
}

/// By what the applicant is admitted; none while the notice is open.
fn admission(
    db: &mut Writer<'_>,
    application: &ExpertApplication,
    now: DateTime<Utc>,
) -> Result<Option<Admission>, ChangeError> {
    let (Some(session), Some(notice)) = (application.council_session_id, application.public_notice_id) else {
        return Ok(None);
    };
    let (session, notice) = (council_session::find(db, session)?, public_notice::find(db, notice)?);
    let (Some(session), Some(notice)) = (session, notice) else { return Ok(None) };
    if notice.must_have_ended(now).is_err() {
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

/// Makes the entry, or adds the pool to the one that there is. A violation is a reason why not.
fn enter(
    db: &mut Writer<'_>,
    application: &ExpertApplication,
    admission: Admission,
    entry: Id<Expert>,
    now: DateTime<Utc>,
) -> Result<(Expert, Event), ChangeError> {
    if let Some(id) = application.expert_id {
        event::lock(db, id)?;
        let Some(expert) = expert::find(db, id)? else {
            return Err(StoreError::Internal(format!("expert {id} is gone")).into());
        };
        let (expert, event) = expert.requalify(&application.terms, &admission, shanghai_date(now))?;
        return Ok((expert::save(db, expert, now)?, event));
    }
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
        id: entry,
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
    expert::insert(db, &expert, &citizen_id)?;
    Ok((expert, event))
}

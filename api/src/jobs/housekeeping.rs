//! Runs every periodic stage; each rechecks its task in its transaction. Therefore several nodes may run at once.
//!
//! Some stages delete what has expired: kept answers, sessions, failed logins, unfinished uploads, files that no record
//! names. They do so in batches, so that no transaction holds the database for long. The others apply rules whose time
//! has come: provisional deadlines, overdue material (A14.1), lapsing registrations (A9.1), missing answers (A12.1),
//! public notices (A8.1).

use std::{fmt::Display, time::Duration};

use actix_web::web;
use anze_persistence::{
    FileError, Reader, StoreError,
    evidence::{
        attachment,
        file::{FOLDERS, FileDigest},
    },
    identity::{email, session},
    service::visit,
    store::idempotency,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    app::{due_records::for_each_due, state::App},
    http::problem::ApiError,
    library::{public_notice::end_public_notices, standing::announce_lapses},
    service::visit::steps,
};

/// Pause between rounds.
const PAUSE: Duration = Duration::from_secs(300);
/// How many rows in one transaction.
const BATCH_SIZE: i64 = 500;
/// How long an upload may take before what it left is swept away.
const STAGED: TimeDelta = TimeDelta::days(1);
/// How long a file may lie in the file store before something names it.
const UNNAMED: TimeDelta = TimeDelta::days(1);
/// How many files are looked up at once.
const FILES_PER_BATCH: usize = 200;
/// How long a session that is over stays to be looked at.
const OVER: TimeDelta = TimeDelta::days(90);

/// Does a round of housekeeping every five minutes until the server stops.
pub async fn run_housekeeping(app: web::Data<App>) {
    loop {
        run_round(&app).await;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Runs every stage once. A stage that fails is logged, stops no other, and runs again in the next round. Returns the
/// names of the stages that failed.
pub async fn run_round(app: &App) -> Vec<&'static str> {
    let mut failed = Vec::new();
    let mut ended = |stage: &'static str, outcome: Result<(), String>| {
        if let Err(error) = outcome {
            log::warn!("housekeeping, {stage}: {error}");
            failed.push(stage);
        }
    };
    ended("answers kept for repeated requests", error_text(clean_answers(app).await));
    ended("sessions long over", error_text(clean_sessions(app).await));
    ended("failed logins", error_text(clean_failures(app).await));
    ended("codes that have expired", error_text(clean_codes(app).await));
    ended("provisional deadlines", error_text(recount_deadlines(app).await));
    ended("material that is overdue", error_text(mark_overdue(app).await));
    ended("registrations that lapse", error_text(announce_lapses(app).await));
    ended("answers to proposed times", error_text(crate::service::visit::remind_of_answers(app).await));
    ended("public notices that end", error_text(end_public_notices(app).await));
    ended("uploads that broke off", error_text(clean_staging(app).await));
    ended("files that nothing names", error_text(sweep_unnamed(app).await));
    failed
}

fn error_text<E: Display>(outcome: Result<(), E>) -> Result<(), String> {
    outcome.map_err(|error| error.to_string())
}

async fn clean_staging(app: &App) -> Result<(), FileError> {
    let count = app.files.clean_staging(app.clock.now() - STAGED).await?;
    if count > 0 {
        log::info!("swept away {count} uploads that broke off");
    }
    Ok(())
}

async fn sweep_unnamed(app: &App) -> Result<(), ApiError> {
    let now = app.clock.now();
    let count = sweep_files(app, folder_of(now), now - UNNAMED).await?;
    if count > 0 {
        log::info!("swept away {count} files that nothing names");
    }
    Ok(())
}

async fn clean_answers(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    while app.store.write(move |db| idempotency::clean(db, now, BATCH_SIZE)).await? > 0 {}
    Ok(())
}

async fn clean_failures(app: &App) -> Result<(), StoreError> {
    let before = app.clock.now() - session::REMEMBERED;
    while app.store.write(move |db| session::clean_failures(db, before, BATCH_SIZE)).await? > 0 {}
    Ok(())
}

async fn clean_codes(app: &App) -> Result<(), StoreError> {
    // Those of the last hour are counted.
    let before = app.clock.now() - TimeDelta::hours(1);
    while app.store.write(move |db| email::clean_codes(db, before, BATCH_SIZE)).await? > 0 {}
    Ok(())
}

async fn clean_sessions(app: &App) -> Result<(), StoreError> {
    let before = app.clock.now() - OVER;
    while app.store.write(move |db| session::clean(db, before, BATCH_SIZE)).await? > 0 {}
    Ok(())
}

/// Which folder of the file store is looked through at this time: each in its turn, all of them in a day.
fn folder_of(now: DateTime<Utc>) -> u8 {
    let round = now.timestamp() / PAUSE.as_secs().cast_signed();
    u8::try_from(round.rem_euclid(i64::from(FOLDERS))).unwrap_or(0)
}

/// Removes the files of one folder that lie there since before `older_than` and that no attachment names:
/// their transaction failed after they were in their place.
pub async fn sweep_files(app: &App, folder: u8, older_than: DateTime<Utc>) -> Result<usize, ApiError> {
    let trouble = |error: FileError| ApiError::internal(error);
    let mut removed = 0;
    // A database that names no file at all was never the one of these files: nothing of another's is removed.
    if !app.store.read_long(|db| Ok::<_, ApiError>(attachment::any(db)?)).await? {
        return Ok(removed);
    }
    let batches = app.files.old_files(folder, older_than, FILES_PER_BATCH).await.map_err(trouble)?;
    for batch in batches {
        let named = named_among(app, batch.clone()).await?;
        let unnamed = batch.into_iter().filter(|digest| !named.contains(digest)).collect();
        app.files.quarantine(unnamed, older_than).await.map_err(trouble)?;
    }
    let quarantined = app.files.quarantined().await.map_err(trouble)?;
    for batch in quarantined.chunks(FILES_PER_BATCH) {
        let wanted = named_among(app, batch.to_vec()).await?;
        removed += app.files.remove_or_restore(batch.to_vec(), wanted, older_than).await.map_err(trouble)?;
    }
    Ok(removed)
}

async fn named_among(app: &App, digests: Vec<FileDigest>) -> Result<Vec<FileDigest>, ApiError> {
    if digests.is_empty() {
        return Ok(digests);
    }
    app.store.read_long(move |db| Ok::<_, ApiError>(attachment::named_among(db, &digests)?)).await
}

/// A14.1: counts provisional deadlines again. Another node at it finds the visit counted already.
async fn recount_deadlines(app: &App) -> Result<(), StoreError> {
    let calendars = app.calendars.clone();
    let due = |db: &mut Reader<'_>, after| visit::provisional(db, after, BATCH_SIZE);
    for_each_due(app, "deadline of visit", due, move |context, id| {
        steps::recount_deadline(context, id, &calendars)
    })
    .await
}

/// A14.1: marks overdue material late; notifies leader, provider, association.
async fn mark_overdue(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let due = move |db: &mut Reader<'_>, after| visit::overdue(db, now, after, BATCH_SIZE);
    for_each_due(app, "material of visit", due, steps::mark_overdue).await
}

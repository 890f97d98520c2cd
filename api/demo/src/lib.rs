//! A database full of life to look at: organisations, people and projects at every stage, made up.
//!
//! Nothing is written past the product: everything is done by its own endpoints, in the process, as the
//! people concerned, with a clock that goes through the past weeks.

mod actors;
mod admission;
mod failure;
mod files;
mod library;
mod people;
mod projects;
mod stages;
mod standing;
mod time;
mod visits;

use std::{num::NonZeroU32, rc::Rc};

use anze_api::{
    app::settings::{Settings, SqliteSynchronous},
    server::in_process::start_on_empty_database,
};
use anze_domain::{base::data, calendar::working_calendar::WorkingCalendars};
use chrono::{DateTime, Utc};

pub use failure::Failure;

use actors::{Actor, World};
use people::ASSOCIATION;
use stages::Cast;
use time::Time;

/// Fills an empty database, and returns what to say about it: password, logins, token.
///
/// # Errors
/// The database is not empty; a step fails, with the problem's code and detail.
pub fn fill(settings: Settings, now: DateTime<Utc>) -> Result<Vec<String>, Failure> {
    // Thousands of calls in a moment, by one process, which is run again on another database if it is cut off.
    let settings = Settings {
        rate_limit_per_minute: NonZeroU32::MAX,
        rate_limit_burst: NonZeroU32::MAX,
        sqlite_synchronous: SqliteSynchronous::Normal,
        ..settings
    };
    actix_web::rt::System::new().block_on(async move {
        let made = create_demonstration(settings, now).await;
        made.map_err(|error| {
            format!("the demonstration stopped half-way; begin with a new database: {error}").into()
        })
    })
}

/// Makes everything, from the first administrator to the last report.
async fn create_demonstration(settings: Settings, now: DateTime<Utc>) -> Result<Vec<String>, Failure> {
    let calendars = data::WORKING_CALENDARS.iter().map(|text| serde_json::from_str(text));
    let calendars = WorkingCalendars::new(calendars.collect::<Result<Vec<_>, _>>()?);
    let time = Time::new(now, calendars);
    let (product, password) = start_on_empty_database(settings, time.clock(), ASSOCIATION).await?;
    let world = Rc::new(World { product, time, password });

    let people = people::create_people(&world).await?;
    // The association's own comes last.
    let administrator = people.administrators.last().ok_or("no administrator")?;
    let groups = library::admit_experts(&world, administrator).await?;
    standing::record_conduct(&people).await?;
    let cast = Rc::new(Cast { world: Rc::clone(&world), people, groups });
    let [_, insurer, ..] = cast.people.administrators.as_slice() else { return Err("no insurer".into()) };
    let token = projects::issue_token(&cast, insurer).await?;
    admission::schedule_admissions(&cast);
    projects::schedule_projects(&cast, &Actor::system(&world, "insurer-1's system", token.clone()));
    world.time.run().await?;
    standing::request_recusals(&cast).await?;
    log_out_everybody(&cast).await?;
    Ok(logins(&world.password, &token))
}

/// Ends the sessions.
async fn log_out_everybody(cast: &Cast) -> Result<(), Failure> {
    let people = &cast.people;
    let members = people.contractors.iter().chain(&people.insurers).chain(&people.providers);
    let members = members.chain([&people.supervisor, &people.association]);
    let experts = cast.groups.iter().flat_map(|group| group.iter()).map(|expert| &expert.actor);
    for actor in people.administrators.iter().chain(members.map(|member| &member.actor)).chain(experts) {
        actor.log_out().await?;
    }
    Ok(())
}

/// Who can log in, and what they see.
#[rustfmt::skip]
const LOGINS: &[(&str, &str, &str)] = &[
    ("contractor", "contractor-1", "administrator: ten projects, from draft to completed, with visits and hazards"),
    ("contractor", "contractor-1-operator", "does the contractor's work: agree to visits, acknowledge and rectify hazards"),
    ("contractor", "contractor-2", "four projects, one suspended"),
    ("contractor", "contractor-waiting", "an organisation that waits for approval"),
    ("supervisor", "supervisor-1", "every project it supervises; comments on hazards"),
    ("owner", "owner-1", "its projects with their policies, commissions and reports"),
    ("owner", "owner-2", "the same for the other half of the projects"),
    ("insurer", "insurer-1", "administrator: policies, endorsements, users and API tokens"),
    ("insurer", "insurer-1-operator", "commissions drafted, returned, in service and completed; policies and what is commissioned against them"),
    ("insurer", "insurer-2", "a report to acknowledge, a plan to confirm, a commission terminated"),
    ("association", "association", "administrator: everything; an organisation to approve"),
    ("association", "association-operator", "the library of experts, applications to review, a session of the council, a notice with an objection; two commissions that the association serves"),
    ("association", "association-viewer", "reads everything"),
    ("regulator", "regulator-1", "the whole city"),
    ("regulator", "regulator-2", "the projects of Jimei district"),
    ("provider", "provider-1", "administrator: commissions, plans, visits and reports"),
    ("provider", "provider-1-operator", "a visit in progress, one whose time is being agreed, one with an open place, material to accept, a report to correct"),
    ("provider", "provider-2", "a plan being drafted, a commission terminated"),
    ("expert", "expert-1", "leader (civil): visits with hazards to close"),
    ("expert", "expert-3", "leader by registration as safety engineer (electrical): a visit waiting for acceptance"),
    ("expert", "expert-6", "member (civil): visits and hazards; a place given up"),
    ("expert", "expert-11", "member (civil): on leave soon; a visit to agree to"),
    ("expert", "expert-2", "leader (mechanical)"),
    ("expert", "expert-4", "leader (civil, mechanical)"),
    ("expert", "expert-5", "leader (civil)"),
    ("expert", "expert-7", "member (mechanical)"),
    ("expert", "expert-8", "member (electrical)"),
    ("expert", "expert-9", "member (mechanical) by a registration that will lapse"),
    ("expert", "expert-10", "member (electrical)"),
    ("expert", "expert-12", "member: warned, with a notification of it"),
    ("expert", "expert-13", "member (civil), suspended; requests that they be recused"),
    ("expert", "expert-14", "member (mechanical), removed"),
    ("expert", "expert-15", "in no pool any more: the registration has lapsed"),
    ("applicant", "applicant-7", "an application for the library in draft"),
    ("applicant", "applicant-9", "an application that was returned, to be corrected"),
    ("applicant", "applicant-4", "an application on public notice"),
];

fn logins(password: &str, token: &str) -> Vec<String> {
    let mut lines = vec![
        "For demonstration only: organisations, people and projects are made up, and all have one password."
            .to_owned(),
        format!("password: {password}"),
    ];
    lines.extend(LOGINS.iter().map(|(port, login, sees)| format!("{port} {login} {sees}")));
    lines.push(format!(
        "token {token} insurer-1's system: policies, commissions, plans and reports by machine"
    ));
    lines
}

#[cfg(test)]
mod tests;

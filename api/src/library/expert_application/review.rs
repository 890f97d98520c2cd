//! The association's review: every requirement with what meets it or what is missing, then onward or back.

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{self, Operation},
    calendar::working_calendar::shanghai_date,
    library::qualification::{AssessedFinding, AssessedOn, AssessedWay, Period},
};
use anze_persistence::library::expert_application as store;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{steps, wire::ExpertApplicationOut};
use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ReasonInput,
        terms::{FindingCodeTerm, PoolTerm},
    },
};

/// Whether an applicant qualifies: each way into the pool with its requirements (A9.1, A9.2, A9.3).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertApplicationAssessment)]
pub struct AssessmentOut {
    /// The pool that is applied for.
    pub pool: PoolTerm,
    /// The day for which it is assessed: that of the review, before it today.
    #[schema(example = "2026-02-09")]
    pub assessed_on: NaiveDate,
    /// Whether one of the ways is open.
    pub qualified: bool,
    /// Each way into the pool; any one is enough.
    #[schema(max_items = 4)]
    pub ways: Vec<WayOut>,
    /// The years that count.
    pub experience: ExperienceOut,
}

/// A way into a pool: all its requirements are needed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssessmentWay)]
pub struct WayOut {
    /// The rule that opens it.
    #[schema(max_length = 16, example = "A9.1")]
    pub rule: String,
    /// Whether every requirement is met.
    pub met: bool,
    /// Each requirement.
    #[schema(max_items = 8)]
    pub findings: Vec<FindingOut>,
}

/// A requirement, with what meets it or what is missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssessmentFinding)]
pub struct FindingOut {
    /// What was found.
    pub code: FindingCodeTerm,
    /// Whether the requirement is met.
    pub met: bool,
    /// What is needed and what there is, in Chinese.
    #[schema(
        max_length = 20000,
        example = "满 {A9.1} 年：9 年 364 天，重叠 2014-03-01 至 2015-02-28 只计一次"
    )]
    pub zh: String,
    /// The same in English.
    #[schema(
        max_length = 20000,
        example = "{A9.1 in words} years: 9 years 364 days, overlap 2014-03-01–2015-02-28 counted once"
    )]
    pub en: String,
}

/// The years of relevant work: the union of the periods, to the day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkExperience)]
pub struct ExperienceOut {
    /// Whole years.
    #[schema(minimum = 0, maximum = 10000, example = 9)]
    pub years: u32,
    /// Days beyond them.
    #[schema(minimum = 0, maximum = 366, example = 364)]
    pub days: u64,
    /// Days in all.
    #[schema(minimum = 0, maximum = 4000000, example = 3651)]
    pub total_days: u64,
    /// The union of the periods.
    #[schema(max_items = 100)]
    pub periods: Vec<DaysOut>,
    /// What lies in two or more periods and is counted once.
    #[schema(max_items = 100)]
    pub overlaps: Vec<DaysOut>,
}

/// From one day to another, both included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DateRange)]
pub struct DaysOut {
    /// First day.
    #[schema(example = "2014-03-01")]
    pub from: NaiveDate,
    /// Last day.
    #[schema(example = "2015-02-28")]
    pub to: NaiveDate,
}

impl From<&Period> for DaysOut {
    fn from(it: &Period) -> Self {
        Self { from: it.from, to: it.to }
    }
}

impl From<AssessedOn> for AssessmentOut {
    fn from(it: AssessedOn) -> Self {
        let finding =
            |it: AssessedFinding| FindingOut { code: it.code.into(), met: it.met, zh: it.zh, en: it.en };
        let way = |it: AssessedWay| WayOut {
            rule: it.rule,
            met: it.met,
            findings: it.findings.into_iter().map(finding).collect(),
        };
        Self {
            pool: it.pool.into(),
            assessed_on: it.on,
            qualified: it.qualified,
            ways: it.ways.into_iter().map(way).collect(),
            experience: ExperienceOut {
                years: it.experience.years,
                days: it.experience.days,
                total_days: it.experience.total_days,
                periods: it.experience.periods.iter().map(DaysOut::from).collect(),
                overlaps: it.experience.overlaps.iter().map(DaysOut::from).collect(),
            },
        }
    }
}

/// Assess an expert application
///
/// Every requirement of A9.1 or A9.2 with what meets it or what is missing: as it was when the association passed the
/// application on, before that as of today.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "The application")),
    responses((status = 200, description = "The assessment", body = AssessmentOut)))]
#[get("/expert-applications/{id}/assessment")]
pub(crate) async fn get_expert_application_assessment(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let (id, today) = (Id::new(id.0), shanghai_date(context.now));
    context
        .read(move |db, caller| {
            let application = or_not_found(store::find(db, id)?)?;
            access::may(caller, Operation::GetExpertApplicationAssessment, &application.relations())?;
            Reply::ok(&AssessmentOut::from(application.assessed(today)), application.version)
        })
        .await
}

/// Return an expert application
///
/// The association gives it back with the reason; it is corrected and submitted again.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch), request_body = ReasonInput,
    responses((status = 200, description = "The returned application", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/return")]
pub(crate) async fn return_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::return_for_correction(tx, id.0, &if_match, &input.reason)).await
}

/// Reject an expert application
///
/// The association ends it with the reason.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch), request_body = ReasonInput,
    responses((status = 200, description = "The rejected application", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/reject")]
pub(crate) async fn reject_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::reject(tx, id.0, &if_match, &input.reason)).await
}

/// Pass an expert application to the council
///
/// Refused where A9.1 or A9.2 is not met today, or the applicant's entry in the library is suspended; the assessment says what is missing, and is kept as it stands.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch),
    responses((status = 200, description = "The reviewed application", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/review")]
pub(crate) async fn review_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::review(tx, id.0, &if_match)).await
}

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

/// Assessment of an applicant against each way into the pool (A9.1, A9.2, A9.3).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertApplicationAssessment)]
pub struct AssessmentOut {
    /// Pool of the expert library for which the person applies.
    pub pool: PoolTerm,
    /// Day as of which the applicant is assessed (date in Xiamen): the day of the review, or today before the
    /// review.
    #[schema(example = "2026-02-09")]
    pub assessed_on: NaiveDate,
    /// Whether the applicant fulfils at least one way into the pool.
    pub qualified: bool,
    /// Ways into the pool. Fulfilling any of them is enough.
    #[schema(max_items = 4)]
    pub ways: Vec<WayOut>,
    /// Relevant work experience that counts.
    pub experience: ExperienceOut,
}

/// Way into a pool, of which every requirement must be met.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssessmentWay)]
pub struct WayOut {
    /// Id of the rule that allows this way.
    #[schema(max_length = 16, example = "A9.1")]
    pub rule: String,
    /// Whether every requirement of this way is met.
    pub met: bool,
    /// Findings on the requirements of this way.
    #[schema(max_items = 8)]
    pub findings: Vec<FindingOut>,
}

/// Finding on one requirement: the facts that meet it, or the facts that are missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssessmentFinding)]
pub struct FindingOut {
    /// Code of the finding.
    pub code: FindingCodeTerm,
    /// Whether this requirement is met.
    pub met: bool,
    /// Requirement and finding in words, in Chinese.
    #[schema(
        max_length = 20000,
        example = "满 {A9.1} 年：9 年 364 天，重叠 2014-03-01 至 2015-02-28 只计一次"
    )]
    pub zh: String,
    /// Requirement and finding in words, in English.
    #[schema(
        max_length = 20000,
        example = "{A9.1 in words} years: 9 years 364 days, overlap 2014-03-01–2015-02-28 counted once"
    )]
    pub en: String,
}

/// Duration of relevant work, to the day. Days in overlapping periods count once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkExperience)]
pub struct ExperienceOut {
    /// Whole years of relevant work.
    #[schema(minimum = 0, maximum = 10000, example = 9)]
    pub years: u32,
    /// Days beyond the whole years.
    #[schema(minimum = 0, maximum = 366, example = 364)]
    pub days: u64,
    /// Total number of days of relevant work.
    #[schema(minimum = 0, maximum = 4000000, example = 3651)]
    pub total_days: u64,
    /// Periods of relevant work, with overlapping periods merged.
    #[schema(max_items = 100)]
    pub periods: Vec<DaysOut>,
    /// Ranges of days that lie in two or more periods and count once.
    #[schema(max_items = 100)]
    pub overlaps: Vec<DaysOut>,
}

/// Range of days, with its first and last day included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DateRange)]
pub struct DaysOut {
    /// First day of the range (date in Xiamen).
    #[schema(example = "2014-03-01")]
    pub from: NaiveDate,
    /// Last day of the range (date in Xiamen).
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
/// Assesses an application against every requirement of A9.1 or A9.2. Before the review the answer is as of
/// today. After the review the answer is the assessment that was kept with it.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "Id of the application.")),
    responses((status = 200, description = "The assessment of the applicant.", body = AssessmentOut)))]
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
/// Returns a submitted application for correction, with the reason (A8.1). The applicant is notified, and can
/// correct the application and submit it again.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), IfMatch), request_body = ReasonInput,
    responses((status = 200, description = "The application, now `returned`.", body = ExpertApplicationOut)))]
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
/// Rejects a submitted application, with the reason (A8.1). The application ends, its certificates become free
/// for other applications, and the applicant is notified.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), IfMatch), request_body = ReasonInput,
    responses((status = 200, description = "The application, now `rejected`.", body = ExpertApplicationOut)))]
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
/// Passes a submitted application on to the council (A8.1). The applicant meets A9.1 or A9.2 today, and an entry
/// of the applicant in the library is neither suspended nor in that pool already. The platform keeps the
/// assessment with the application.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), IfMatch),
    responses((status = 200, description = "The application, now `reviewed`.", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/review")]
pub(crate) async fn review_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::review(tx, id.0, &if_match)).await
}

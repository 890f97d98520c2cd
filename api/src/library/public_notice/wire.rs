//! Public notices on the wire: nothing that a stranger needs not know.

use anze_domain::{
    base::identifier::masked_name,
    library::{
        expert_application::ExpertApplication, public_notice::PublicNotice, qualification::Experience,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::{
    EngineerClassTerm, EngineerLevelTerm, ExpertApplicationStatusTerm, PoolTerm, PublicNoticeStatusTerm,
    SpecialtyTerm, TitleFieldTerm, TitleLevelTerm,
};

/// Public notice that the association publishes, with its applications.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PublicNoticeInput {
    /// Number of the notice, given by the association.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协公示〔2026〕1号")]
    pub number: String,
    /// Ids of the applications to publish. Each is `passed`, and stands in the list only once.
    #[schema(min_items = 1, max_items = 200)]
    pub application_ids: Vec<Uuid>,
    /// Number of working days for which the notice is open. If left out, `ANZE_PUBLIC_NOTICE_DAYS` applies.
    #[schema(nullable = false, minimum = 1, maximum = 30, example = 5)]
    pub working_days: Option<u32>,
}

/// Public notice of applications that the council passed, open to objections.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicNotice)]
pub struct PublicNoticeOut {
    /// Id of the public notice.
    pub id: Uuid,
    /// Number of the notice, given by the association.
    #[schema(max_length = 64, example = "厦质安协公示〔2026〕1号")]
    pub number: String,
    /// State of the public notice.
    pub status: PublicNoticeStatusTerm,
    /// Day of publication (date in Xiamen). This day does not count towards the working days.
    #[schema(example = "2026-02-12")]
    pub published_on: NaiveDate,
    /// Number of working days for which the notice is open.
    #[schema(minimum = 1, maximum = 30, example = 5)]
    pub working_days: u32,
    /// Last working day of the notice (date in Xiamen).
    #[schema(example = "2026-02-26")]
    pub due_on: NaiveDate,
    /// End of the notice (UTC): 24:00 of `due_on` in Xiamen. From this instant on no objection is taken.
    #[schema(example = "2026-02-26T16:00:00Z")]
    pub ends_at: DateTime<Utc>,
    /// Whether the end is provisional, because the working calendar of a year in the period is not published yet.
    /// The end may still move.
    pub provisional: bool,
    /// Number of applications that were published with the notice.
    #[schema(minimum = 0, maximum = 200, example = 12)]
    pub applications: u32,
    /// Time of publication (UTC).
    pub published_at: DateTime<Utc>,
}

impl From<&PublicNotice> for PublicNoticeOut {
    fn from(it: &PublicNotice) -> Self {
        Self {
            id: it.id.uuid(),
            number: it.number.clone(),
            status: it.status.into(),
            published_on: it.published_on(),
            working_days: it.working_days,
            due_on: it.due_on,
            ends_at: it.ends_at,
            provisional: it.provisional,
            applications: it.applications,
            published_at: it.published_at,
        }
    }
}

/// Application on a public notice, as everyone may see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicNoticeApplication)]
pub struct PublicNoticeApplicationOut {
    /// Id of the application.
    pub application_id: Uuid,
    /// State of the application.
    pub status: ExpertApplicationStatusTerm,
    /// Name of the applicant, masked.
    #[schema(max_length = 64, example = "王*明")]
    pub name: String,
    /// Name of the applicant's employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Pool of the expert library for which the person applies.
    pub pool: PoolTerm,
    /// Specialties of the applicant.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Technical titles of the applicant, without their certificates.
    #[schema(max_items = 20)]
    pub titles: Vec<PublicProfessionalTitle>,
    /// Registration of the applicant as a safety engineer. Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<PublicEngineer>,
    /// Whole years of relevant work, as of the day of publication.
    #[schema(minimum = 0, maximum = 10000, example = 12)]
    pub years: u32,
}

/// Technical title as published, without its certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicProfessionalTitle {
    /// Level of the technical title.
    pub level: TitleLevelTerm,
    /// Field of the technical title.
    pub field: TitleFieldTerm,
    /// Day on which the title was obtained (date in Xiamen).
    pub obtained_on: NaiveDate,
}

/// Registration as a safety engineer as published, without its certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicRegisteredSafetyEngineer)]
pub struct PublicEngineer {
    /// Level of the registration.
    pub level: EngineerLevelTerm,
    /// Class of the registration.
    pub class: EngineerClassTerm,
    /// Last day on which the registration is valid (date in Xiamen).
    pub registered_until: NaiveDate,
}

impl PublicNoticeApplicationOut {
    /// The application as everyone may see it, as of this day.
    #[must_use]
    pub fn new(it: ExpertApplication, on: NaiveDate) -> Self {
        let qualified = it.terms.qualification;
        Self {
            application_id: it.id.uuid(),
            status: it.status.into(),
            name: masked_name(&it.terms.name),
            employer_name: it.terms.employer_name,
            pool: it.terms.pool.into(),
            specialties: qualified.specialties.into_iter().map(Into::into).collect(),
            titles: qualified
                .titles
                .iter()
                .map(|title| PublicProfessionalTitle {
                    level: title.level.into(),
                    field: title.field.into(),
                    obtained_on: title.obtained_on,
                })
                .collect(),
            registered_safety_engineer: qualified.registered_safety_engineer.map(|it| PublicEngineer {
                level: it.level.into(),
                class: it.class.into(),
                registered_until: it.registered_until,
            }),
            years: Experience::of(&qualified.work_history, on).years,
        }
    }
}

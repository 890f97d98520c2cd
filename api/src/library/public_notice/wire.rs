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

/// What is published.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PublicNoticeInput {
    /// Number of the notice.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协公示〔2026〕1号")]
    pub number: String,
    /// The applications, each of which passed the vote.
    #[schema(min_items = 1, max_items = 200)]
    pub application_ids: Vec<Uuid>,
    /// How many working days it is open; as the platform is set where it is left out.
    #[schema(nullable = false, minimum = 1, maximum = 30, example = 5)]
    pub working_days: Option<u32>,
}

/// A public notice (公示).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicNotice)]
pub struct PublicNoticeOut {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 64, example = "厦质安协公示〔2026〕1号")]
    pub number: String,
    /// Its state.
    pub status: PublicNoticeStatusTerm,
    /// The day on which it was published, which does not count.
    #[schema(example = "2026-02-12")]
    pub published_on: NaiveDate,
    /// How many working days it is open.
    #[schema(minimum = 1, maximum = 30, example = 5)]
    pub working_days: u32,
    /// The last of them.
    #[schema(example = "2026-02-26")]
    pub due_on: NaiveDate,
    /// 24:00 of that day: from this instant on no objection is taken.
    #[schema(example = "2026-02-26T16:00:00Z")]
    pub ends_at: DateTime<Utc>,
    /// It crosses a year whose calendar is not published yet: its end may still move.
    pub provisional: bool,
    /// How many applications it publishes.
    #[schema(minimum = 0, maximum = 200, example = 12)]
    pub applications: u32,
    /// When it was published.
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

/// Someone on a public notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicNoticeApplication)]
pub struct PublicNoticeApplicationOut {
    /// The application.
    pub application_id: Uuid,
    /// In which state it is.
    pub status: ExpertApplicationStatusTerm,
    /// Who applies, masked.
    #[schema(max_length = 64, example = "王*明")]
    pub name: String,
    /// Their employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// The pool that is applied for.
    pub pool: PoolTerm,
    /// Specialties.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Titles.
    #[schema(max_items = 20)]
    pub titles: Vec<PublicProfessionalTitle>,
    /// Registration as a safety engineer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<PublicEngineer>,
    /// Whole years of relevant work on the day of the notice.
    #[schema(minimum = 0, maximum = 10000, example = 12)]
    pub years: u32,
}

/// A title, without its certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicProfessionalTitle {
    /// Its level.
    pub level: TitleLevelTerm,
    /// Its field.
    pub field: TitleFieldTerm,
    /// When it was obtained.
    pub obtained_on: NaiveDate,
}

/// A registration as a safety engineer, without its certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicRegisteredSafetyEngineer)]
pub struct PublicEngineer {
    /// Its level.
    pub level: EngineerLevelTerm,
    /// Its class.
    pub class: EngineerClassTerm,
    /// Until when it is registered.
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

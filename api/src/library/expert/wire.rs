//! Experts on the wire.

use anze_domain::{
    Violation,
    access::{self, Caller, FieldGroup, Relations, Resource, disclosure, state_machine::State},
    base::{id::OrganizationId, identifier::UnifiedSocialCreditCode, period::Period},
    identity::notification::masked_name,
    library::{
        expert::{Admission, Expert},
        qualification::{Qualification, RegisteredSafetyEngineer, Title, WorkPeriod},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::{
    EngineerClassTerm, EngineerLevelTerm, ExpertStatusTerm, PoolTerm, SpecialtyTerm, TitleFieldTerm,
    TitleLevelTerm,
};

/// An entry of the association's existing library.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "吴志强",
    "mobile": "13806000004",
    "citizen_id": "11010519491231002X",
    "employer_name": "厦门市建筑科学研究院",
    "pool": "leader",
    "specialties": ["civil"],
    "titles": [{
        "level": "senior", "field": "building_municipal", "certificate_number": "闽G2010-0001", "obtained_on": "2010-06-30"
    }],
    "work_history": [{ "employer": "厦门市建筑科学研究院", "role": "安全总监", "from": "2008-01-01", "relevant": true }],
    "admission": {
        "council_decision_number": "理事会〔2025〕1号", "council_decided_on": "2025-03-01",
        "public_notice_number": "公示〔2025〕1号", "public_notice_from": "2025-03-02", "public_notice_to": "2025-03-08",
        "admitted_on": "2025-03-10"
    },
    "account": { "login_name": "wu-zhiqiang", "password": "an-example-passphrase" }
}))]
pub struct ExpertAdmissionInput {
    /// Their name.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "吴志强")]
    pub name: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000004")]
    pub mobile: String,
    /// Their citizen id (公民身份号码, GB 11643): sealed at rest, never shown again.
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
    /// Their employer.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Its unified social credit code, where known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// The pool they were admitted to.
    pub pool: PoolTerm,
    /// Specialties.
    #[schema(min_items = 1, max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Titles.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub titles: Vec<TitleIo>,
    /// Registration as a safety engineer.
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history.
    #[schema(max_items = 100)]
    pub work_history: Vec<WorkPeriodIo>,
    /// By what they were admitted.
    pub admission: AdmissionIo,
    /// How they log in.
    pub account: ExpertAccountInput,
}

/// How an expert logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpertAccountInput {
    /// What they log in with: lower case.
    #[schema(min_length = 3, max_length = 64, pattern = "^[a-z0-9][a-z0-9._-]+$", example = "expert-01")]
    pub login_name: String,
    /// Their first password: 12 to 128 characters.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub password: String,
}

/// A title (职称).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfessionalTitle)]
pub struct TitleIo {
    /// Its level.
    pub level: TitleLevelTerm,
    /// Its field.
    pub field: TitleFieldTerm,
    /// Number of its certificate.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "闽G2010-0001")]
    pub certificate_number: String,
    /// When it was obtained.
    #[schema(example = "2010-06-30")]
    pub obtained_on: NaiveDate,
}

/// A registration as a safety engineer (注册安全工程师).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = RegisteredSafetyEngineer)]
#[schema(example = json!({
    "level": "intermediate",
    "class": "construction",
    "certificate_number": "35190000001",
    "registered_until": "2028-05-31"
}))]
pub struct EngineerIo {
    /// Its level.
    pub level: EngineerLevelTerm,
    /// Its class.
    pub class: EngineerClassTerm,
    /// Number of its certificate.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "35190000001")]
    pub certificate_number: String,
    /// Until when it is registered.
    #[schema(example = "2028-05-31")]
    pub registered_until: NaiveDate,
}

/// A period of work.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkPeriod)]
pub struct WorkPeriodIo {
    /// The employer.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer: String,
    /// Its unified social credit code, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// As what.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "安全总监")]
    pub role: String,
    /// First day.
    #[schema(example = "2008-01-01")]
    pub from: NaiveDate,
    /// Last day; none while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Whether it was safety-production work in building or municipal engineering.
    pub relevant: bool,
}

/// By what an expert was admitted (A8.1).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExpertAdmission)]
pub struct AdmissionIo {
    /// Number of the council's decision (理事会决议).
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协理〔2024〕3号")]
    pub council_decision_number: String,
    /// Day of the council's session.
    #[schema(example = "2024-03-15")]
    pub council_decided_on: NaiveDate,
    /// Number of the public notice (公示).
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协公示〔2024〕5号")]
    pub public_notice_number: String,
    /// First day of the notice.
    #[schema(example = "2024-03-18")]
    pub public_notice_from: NaiveDate,
    /// Last day of the notice.
    #[schema(example = "2024-03-22")]
    pub public_notice_to: NaiveDate,
    /// Day of admission.
    #[schema(example = "2024-03-25")]
    pub admitted_on: NaiveDate,
}

impl AdmissionIo {
    /// The domain's.
    #[must_use]
    pub fn admission(&self) -> Admission {
        Admission {
            council_decision_number: self.council_decision_number.clone(),
            council_decided_on: self.council_decided_on,
            public_notice_number: self.public_notice_number.clone(),
            public_notice: Period { start: self.public_notice_from, end: self.public_notice_to },
            admitted_on: self.admitted_on,
        }
    }
}

impl From<&Admission> for AdmissionIo {
    fn from(it: &Admission) -> Self {
        Self {
            council_decision_number: it.council_decision_number.clone(),
            council_decided_on: it.council_decided_on,
            public_notice_number: it.public_notice_number.clone(),
            public_notice_from: it.public_notice.start,
            public_notice_to: it.public_notice.end,
            admitted_on: it.admitted_on,
        }
    }
}

/// An employer's code, where one is given.
///
/// # Errors
/// At `pointer`.
pub(crate) fn credit_code(
    text: Option<&str>,
    pointer: String,
) -> Result<Option<UnifiedSocialCreditCode>, Violation> {
    text.map(str::parse).transpose().map_err(|it: Violation| it.at(pointer))
}

impl ExpertAdmissionInput {
    /// The employer's code.
    ///
    /// # Errors
    /// At `/employer_code`.
    pub fn employer_code(&self) -> Result<Option<UnifiedSocialCreditCode>, Violation> {
        credit_code(self.employer_code.as_deref(), "/employer_code".to_owned())
    }

    /// What qualifies the expert.
    ///
    /// # Errors
    /// An employer's code that is none.
    pub fn qualification(&self) -> Result<Qualification, Violation> {
        qualification(
            &self.specialties,
            &self.titles,
            self.registered_safety_engineer.as_ref(),
            &self.work_history,
        )
    }
}

/// What qualifies someone, from what they say.
///
/// # Errors
/// An employer's code that is none.
pub(crate) fn qualification(
    specialties: &[SpecialtyTerm],
    titles: &[TitleIo],
    engineer: Option<&EngineerIo>,
    work_history: &[WorkPeriodIo],
) -> Result<Qualification, Violation> {
    let work_history = work_history.iter().enumerate().map(|(index, it)| {
        Ok(WorkPeriod {
            employer: it.employer.clone(),
            employer_code: credit_code(
                it.employer_code.as_deref(),
                format!("/work_history/{index}/employer_code"),
            )?,
            role: it.role.clone(),
            from: it.from,
            to: it.to,
            relevant: it.relevant,
        })
    });
    Ok(Qualification {
        specialties: specialties.iter().map(|term| term.0).collect(),
        titles: titles
            .iter()
            .map(|it| Title {
                level: it.level.0,
                field: it.field.0,
                certificate_number: it.certificate_number.clone(),
                obtained_on: it.obtained_on,
            })
            .collect(),
        registered_safety_engineer: engineer.map(RegisteredSafetyEngineer::from),
        work_history: work_history.collect::<Result<_, Violation>>()?,
    })
}

/// An expert of the library.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Expert)]
pub struct ExpertOut {
    /// Their id.
    pub id: Uuid,
    /// Their standing.
    pub status: ExpertStatusTerm,
    /// Their name; masked for whom they do not work with: in full for the association, a provider in whose groups they
    /// are or were, and themselves.
    #[schema(max_length = 64, example = "吴**")]
    pub name: String,
    /// Their mobile number; masked as the name is.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0004")]
    pub mobile: String,
    /// Their employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Pools: a leader is a member too (A9.3).
    #[schema(max_items = 2)]
    pub pools: Vec<PoolTerm>,
    /// Specialties.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// By what they were admitted.
    pub admission: AdmissionIo,
    /// Titles; for the association and the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub titles: Option<Vec<TitleIo>>,
    /// Registration as a safety engineer; for the association and the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history; for the association and the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub work_history: Option<Vec<WorkPeriodIo>>,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["suspend", "remove"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl ExpertOut {
    /// The expert as this caller sees them.
    #[must_use]
    pub fn new(expert: &Expert, caller: &Caller) -> Self {
        Self::known(expert, caller, None)
    }

    /// As [`ExpertOut::new`], where the expert is or was in groups of this provider (A11.3).
    #[must_use]
    pub fn known(expert: &Expert, caller: &Caller, works_for: Option<OrganizationId>) -> Self {
        let relations = Relations::of_expert(expert.id.uuid(), works_for);
        let contact = disclosure(caller, FieldGroup::ExpertContact, &relations).is_full();
        let full = disclosure(caller, FieldGroup::ExpertQualification, &relations).is_full();
        let it = &expert.qualification;
        Self {
            id: expert.id.uuid(),
            status: expert.status.into(),
            name: if contact { expert.name.clone() } else { masked_name(&expert.name) },
            mobile: if contact { expert.mobile.as_str().to_owned() } else { expert.mobile.masked() },
            employer_name: expert.employer_name.clone(),
            pools: expert.pools.iter().copied().map(Into::into).collect(),
            specialties: it.specialties.iter().copied().map(Into::into).collect(),
            admission: (&expert.admission).into(),
            titles: full.then(|| it.titles.iter().map(TitleIo::from).collect()),
            registered_safety_engineer: it
                .registered_safety_engineer
                .as_ref()
                .filter(|_| full)
                .map(EngineerIo::from),
            work_history: full.then(|| it.work_history.iter().map(WorkPeriodIo::from).collect()),
            created_at: expert.created_at,
            updated_at: expert.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::Expert,
                &expert.relations(),
                |operation| expert.status.after(operation).is_some(),
            ),
        }
    }
}

impl From<&Title> for TitleIo {
    fn from(it: &Title) -> Self {
        Self {
            level: it.level.into(),
            field: it.field.into(),
            certificate_number: it.certificate_number.clone(),
            obtained_on: it.obtained_on,
        }
    }
}

impl From<&EngineerIo> for RegisteredSafetyEngineer {
    fn from(it: &EngineerIo) -> Self {
        Self {
            level: it.level.0,
            class: it.class.0,
            certificate_number: it.certificate_number.clone(),
            registered_until: it.registered_until,
        }
    }
}

impl From<&RegisteredSafetyEngineer> for EngineerIo {
    fn from(it: &RegisteredSafetyEngineer) -> Self {
        Self {
            level: it.level.into(),
            class: it.class.into(),
            certificate_number: it.certificate_number.clone(),
            registered_until: it.registered_until,
        }
    }
}

impl From<&WorkPeriod> for WorkPeriodIo {
    fn from(it: &WorkPeriod) -> Self {
        Self {
            employer: it.employer.clone(),
            employer_code: it.employer_code.as_ref().map(|code| code.as_str().to_owned()),
            role: it.role.clone(),
            from: it.from,
            to: it.to,
            relevant: it.relevant,
        }
    }
}

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

/// Entry of the association's existing library that the platform takes over.
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
    /// Full name of the expert.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "吴志强")]
    pub name: String,
    /// Mobile number of the expert, 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000004")]
    pub mobile: String,
    /// Citizen identity number of the expert (GB 11643). It is stored encrypted and never part of an answer to this
    /// operation.
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
    /// Name of the expert's present employer.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Unified social credit code of the present employer, if known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// Pool to which the council admitted the expert.
    pub pool: PoolTerm,
    /// Specialties that the expert covers in a group (A10.2).
    #[schema(min_items = 1, max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Technical titles of the expert. Absent if the expert has none.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub titles: Vec<TitleIo>,
    /// Registration of the expert as a safety engineer. Absent if the expert has none.
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Periods of work that prove the years of safety work (A9.1, A9.2).
    #[schema(max_items = 100)]
    pub work_history: Vec<WorkPeriodIo>,
    /// Council decision and public notice by which the expert was admitted (A8.1).
    pub admission: AdmissionIo,
    /// Login account that the platform creates for the expert.
    pub account: ExpertAccountInput,
}

/// Login name and first password of an expert.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpertAccountInput {
    /// Login name in lower case, unique on the platform.
    #[schema(min_length = 3, max_length = 64, pattern = "^[a-z0-9][a-z0-9._-]+$", example = "expert-01")]
    pub login_name: String,
    /// First password of the account, 12 to 128 characters.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub password: String,
}

/// Technical title that an expert holds (A9.1, A9.2).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfessionalTitle)]
pub struct TitleIo {
    /// Level of the technical title.
    pub level: TitleLevelTerm,
    /// Field of engineering of the technical title.
    pub field: TitleFieldTerm,
    /// Number of the certificate of the title. No other person can claim it.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "闽G2010-0001")]
    pub certificate_number: String,
    /// Day on which the title was obtained (date in Xiamen).
    #[schema(example = "2010-06-30")]
    pub obtained_on: NaiveDate,
}

/// Registration of an expert as a safety engineer (A9.1).
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
    /// Level of the registration as a safety engineer.
    pub level: EngineerLevelTerm,
    /// Class of the registration. A leader needs the class of construction (A9.1).
    pub class: EngineerClassTerm,
    /// Number of the registration certificate. No other person can claim it.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "35190000001")]
    pub certificate_number: String,
    /// Last day on which the registration is valid (date in Xiamen).
    #[schema(example = "2028-05-31")]
    pub registered_until: NaiveDate,
}

/// Period during which an expert worked for an employer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkPeriod)]
pub struct WorkPeriodIo {
    /// Name of the employer in this period.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer: String,
    /// Unified social credit code of this employer. Absent if not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// Position that the expert held with this employer.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "安全总监")]
    pub role: String,
    /// First day of the period (date in Xiamen).
    #[schema(example = "2008-01-01")]
    pub from: NaiveDate,
    /// Last day of the period (date in Xiamen). Absent while the employment continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Whether the period was safety work in building or municipal engineering. Only such periods count (A9.1, A9.2).
    pub relevant: bool,
}

/// Council decision and public notice that admitted an expert (A8.1).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExpertAdmission)]
pub struct AdmissionIo {
    /// Number of the council's decision on the admission.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协理〔2024〕3号")]
    pub council_decision_number: String,
    /// Day of the council session that decided (date in Xiamen).
    #[schema(example = "2024-03-15")]
    pub council_decided_on: NaiveDate,
    /// Number of the public notice of the admission.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协公示〔2024〕5号")]
    pub public_notice_number: String,
    /// First day of the public notice (date in Xiamen).
    #[schema(example = "2024-03-18")]
    pub public_notice_from: NaiveDate,
    /// Last day of the public notice (date in Xiamen).
    #[schema(example = "2024-03-22")]
    pub public_notice_to: NaiveDate,
    /// Day on which the expert was admitted to the library (date in Xiamen).
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

/// Expert of the library, as far as the caller may see the record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Expert)]
pub struct ExpertOut {
    /// Id of the expert.
    pub id: Uuid,
    /// Standing of the expert in the library.
    pub status: ExpertStatusTerm,
    /// Name of the expert. It is masked, except for the association, the expert and a provider in whose groups the
    /// expert is or was.
    #[schema(max_length = 64, example = "吴**")]
    pub name: String,
    /// Mobile number of the expert, masked for the same callers as the name.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0004")]
    pub mobile: String,
    /// Name of the expert's present employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Pools of the library to which the expert belongs. A leader is also a member (A9.3).
    #[schema(max_items = 2)]
    pub pools: Vec<PoolTerm>,
    /// Specialties that the expert covers in a group (A10.2).
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Council decision and public notice by which the expert was admitted (A8.1).
    pub admission: AdmissionIo,
    /// Technical titles of the expert. Absent, except for the association and the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub titles: Option<Vec<TitleIo>>,
    /// Registration as a safety engineer. Absent without a registration, and for callers other than the association and
    /// the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history of the expert. Absent, except for the association and the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub work_history: Option<Vec<WorkPeriodIo>>,
    /// Instant at which the record of the expert was created (UTC).
    pub created_at: DateTime<Utc>,
    /// Instant of the last change of the expert's record (UTC).
    pub updated_at: DateTime<Utc>,
    /// Operations that the caller may perform on the expert now.
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

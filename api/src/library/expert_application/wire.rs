//! Applications on the wire.

use anze_domain::{
    Violation,
    access::{self, Caller, FieldGroup, Resource, disclosure, state_machine::State},
    base::identifier::{CitizenId, masked_name},
    library::{
        expert::Expert,
        expert_application::{ApplicationTerms, ExpertApplication},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::{
    library::expert::{EngineerIo, ExpertAccountInput, TitleIo, WorkPeriodIo, credit_code, qualification},
    wire::terms::{ApplicationFileKindTerm, ExpertApplicationStatusTerm, PoolTerm, SpecialtyTerm},
};

/// What an applicant says.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "pool": "member",
    "name": "王小明",
    "mobile": "13806000005",
    "citizen_id": "11010519491231002X",
    "employer_name": "厦门市建筑科学研究院",
    "specialties": ["civil"],
    "titles": [],
    "work_history": [{ "employer": "厦门市建筑科学研究院", "role": "安全总监", "from": "2008-01-01", "relevant": true }]
}))]
pub struct ExpertApplicationInput {
    /// The pool that they apply for.
    pub pool: PoolTerm,
    /// Their name.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "王小明")]
    pub name: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000005")]
    pub mobile: String,
    /// Their citizen id (公民身份号码, GB 11643): sealed at rest, shown masked. Needed to create.
    #[schema(
        nullable = false,
        pattern = "^[1-9][0-9]{16}[0-9X]$",
        max_length = 18,
        example = "11010519491231002X"
    )]
    pub citizen_id: Option<String>,
    /// Their employer.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Its unified social credit code, where known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
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
}

impl ExpertApplicationInput {
    fn citizen_id(&self, today: NaiveDate) -> Result<Option<CitizenId>, Violation> {
        let given = self.citizen_id.as_deref().map(|text| CitizenId::of_the_born(text, today));
        given.transpose().map_err(|it| it.at("/citizen_id"))
    }

    /// The citizen id, where one is given, and the terms, of somebody who has this entry or none: all that is wrong with
    /// either is told at once.
    ///
    /// # Errors
    /// As [`ApplicationTerms::check`]; a citizen id, a mobile number or an employer's code that is none.
    pub fn checked(
        &self,
        entry: Option<&Expert>,
        today: NaiveDate,
    ) -> Result<(Option<CitizenId>, ApplicationTerms), Violation> {
        let terms = self.terms()?;
        let citizen_id = self.citizen_id(today);
        let wrong = [citizen_id.as_ref().err().cloned(), terms.check(entry, today).err()];
        Violation::all(wrong.into_iter().flatten().collect())?;
        Ok((citizen_id?, terms))
    }

    fn terms(&self) -> Result<ApplicationTerms, Violation> {
        Ok(ApplicationTerms {
            name: self.name.clone(),
            mobile: self.mobile.parse().map_err(|it: Violation| it.at("/mobile"))?,
            pool: self.pool.0,
            employer_name: self.employer_name.clone(),
            employer_code: credit_code(self.employer_code.as_deref(), "/employer_code".to_owned())?,
            qualification: qualification(
                &self.specialties,
                &self.titles,
                self.registered_safety_engineer.as_ref(),
                &self.work_history,
            )?,
        })
    }
}

/// An application for the expert library (入库申请).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertApplication)]
pub struct ExpertApplicationOut {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^SQ-[0-9]{4}-[0-9]{6,}$", example = "SQ-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: ExpertApplicationStatusTerm,
    /// Why it is in its state, where a reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The pool that is applied for.
    pub pool: PoolTerm,
    /// Who applies.
    pub user_id: Uuid,
    /// Their entry in the library: one that they had, or that this application made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expert_id: Option<Uuid>,
    /// Their name; masked for the regulator.
    #[schema(max_length = 64, example = "王小明")]
    pub name: String,
    /// Their citizen id, masked; where one application is read, by the applicant or the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        max_length = 18,
        pattern = r"^[0-9]{3}\*{11}[0-9X]{4}$",
        example = "110***********002X"
    )]
    pub citizen_id: Option<String>,
    /// Their mobile number; masked for the regulator.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0005")]
    pub mobile: String,
    /// Their employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Its unified social credit code, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// Specialties.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Titles; for the applicant and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub titles: Option<Vec<TitleIo>>,
    /// Registration as a safety engineer; for the applicant and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history; for the applicant and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub work_history: Option<Vec<WorkPeriodIo>>,
    /// When it was last submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When the association passed it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Who of the association passed it on, returned it, or rejected it; for the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reviewed_by: Option<Uuid>,
    /// The session of the council that it was put to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub council_session_id: Option<Uuid>,
    /// The notice on which it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub public_notice_id: Option<Uuid>,
    /// When it led into the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub admitted_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["update", "submit", "withdraw"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl ExpertApplicationOut {
    /// The application as this caller sees it.
    #[must_use]
    pub fn new(it: &ExpertApplication, caller: &Caller) -> Self {
        let relations = it.relations();
        let shows = |fields| disclosure(caller, fields, &relations).is_full();
        let contact = shows(FieldGroup::ApplicantContact);
        let full = shows(FieldGroup::ApplicantQualification);
        let (terms, qualified) = (&it.terms, &it.terms.qualification);
        Self {
            id: it.id.uuid(),
            number: it.number.clone(),
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            pool: terms.pool.into(),
            user_id: it.user_id.uuid(),
            expert_id: it.expert_id.map(Into::into),
            name: if contact { terms.name.clone() } else { masked_name(&terms.name) },
            citizen_id: None,
            mobile: if contact { terms.mobile.as_str().to_owned() } else { terms.mobile.masked() },
            employer_name: terms.employer_name.clone(),
            employer_code: terms.employer_code.as_ref().map(|code| code.as_str().to_owned()),
            specialties: qualified.specialties.iter().copied().map(Into::into).collect(),
            titles: full.then(|| qualified.titles.iter().map(TitleIo::from).collect()),
            registered_safety_engineer: qualified
                .registered_safety_engineer
                .as_ref()
                .filter(|_| full)
                .map(EngineerIo::from),
            work_history: full.then(|| qualified.work_history.iter().map(WorkPeriodIo::from).collect()),
            submitted_at: it.submitted_at,
            reviewed_at: it.reviewed_at,
            reviewed_by: it.reviewed_by.filter(|_| shows(FieldGroup::ApplicationReviewer)),
            council_session_id: it.council_session_id.map(Into::into),
            public_notice_id: it.public_notice_id.map(Into::into),
            admitted_at: it.admitted_at,
            created_at: it.created_at,
            updated_at: it.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::ExpertApplication,
                &relations,
                |operation| it.status.after(operation).is_some(),
            ),
        }
    }
}

/// Someone who wants into the library.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApplicantRegistrationInput {
    /// Their name.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "王小明")]
    pub name: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000005")]
    pub mobile: String,
    /// How they log in.
    pub account: ExpertAccountInput,
}

/// What is said of a file that is uploaded.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// What it shows.
    pub kind: ApplicationFileKindTerm,
    /// Its name.
    #[param(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^/\\\x00-\x1F\x7F-\x9F]*[^/\\\s\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*$",
        example = "职称证书.pdf"
    )]
    pub file_name: String,
}

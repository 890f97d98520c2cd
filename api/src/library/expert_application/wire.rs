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

/// Details of an application for the expert library, as the applicant enters them.
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
    /// Pool of the expert library for which the person applies.
    pub pool: PoolTerm,
    /// Full name of the applicant.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "王小明")]
    pub name: String,
    /// Mobile number of the applicant, 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000005")]
    pub mobile: String,
    /// Citizen id of the applicant (GB 11643). A new application needs it; an update that leaves it out keeps the
    /// earlier value. It is stored encrypted and shown masked.
    #[schema(
        nullable = false,
        pattern = "^[1-9][0-9]{16}[0-9X]$",
        max_length = 18,
        example = "11010519491231002X"
    )]
    pub citizen_id: Option<String>,
    /// Name of the applicant's employer.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Unified social credit code of the employer. Left out if it is not known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// Specialties of the applicant.
    #[schema(min_items = 1, max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Technical titles of the applicant, with their certificates.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub titles: Vec<TitleIo>,
    /// Registration of the applicant as a safety engineer. Left out if there is none.
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history of the applicant, from which the years of relevant work are counted.
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

/// Application of a person for the expert library.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertApplication)]
pub struct ExpertApplicationOut {
    /// Id of the application.
    pub id: Uuid,
    /// Number of the application, given by the platform.
    #[schema(max_length = 32, pattern = "^SQ-[0-9]{4}-[0-9]{6,}$", example = "SQ-2026-000123")]
    pub number: String,
    /// State of the application.
    pub status: ExpertApplicationStatusTerm,
    /// Reason for the present state. Absent if no reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Pool of the expert library for which the person applies.
    pub pool: PoolTerm,
    /// Id of the user who applies.
    pub user_id: Uuid,
    /// Id of the applicant's entry in the expert library. Absent if the applicant has no entry yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expert_id: Option<Uuid>,
    /// Name of the applicant. Masked for the regulator.
    #[schema(max_length = 64, example = "王小明")]
    pub name: String,
    /// Citizen id of the applicant, masked. Present only when the applicant or the association reads a single
    /// application.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        max_length = 18,
        pattern = r"^[0-9]{3}\*{11}[0-9X]{4}$",
        example = "110***********002X"
    )]
    pub citizen_id: Option<String>,
    /// Mobile number of the applicant. Masked for the regulator.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0005")]
    pub mobile: String,
    /// Name of the applicant's employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Unified social credit code of the employer. Absent if it was not entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// Specialties of the applicant.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Technical titles of the applicant. Absent for every caller but the applicant and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub titles: Option<Vec<TitleIo>>,
    /// Registration of the applicant as a safety engineer. Absent if there is none, and for every caller but the
    /// applicant and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history of the applicant. Absent for every caller but the applicant and the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub work_history: Option<Vec<WorkPeriodIo>>,
    /// Time at which the application was last submitted (UTC). Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// Time at which the association passed the application to the council (UTC). Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Id of the association's user who last passed on, returned or rejected the application. Absent before that,
    /// and for every caller but the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reviewed_by: Option<Uuid>,
    /// Id of the council session to which the application was put. Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub council_session_id: Option<Uuid>,
    /// Id of the public notice on which the application was published. Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub public_notice_id: Option<Uuid>,
    /// Time at which the applicant was admitted to the library (UTC). Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub admitted_at: Option<DateTime<Utc>>,
    /// Time at which the application was created (UTC).
    pub created_at: DateTime<Utc>,
    /// Time of the last change to the application (UTC).
    pub updated_at: DateTime<Utc>,
    /// Operations on the application that are open to this caller now.
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

/// Account details of a person who wants to apply for the expert library.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApplicantRegistrationInput {
    /// Full name of the applicant.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "王小明")]
    pub name: String,
    /// Mobile number of the applicant, 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000005")]
    pub mobile: String,
    /// Login name and password of the new account.
    pub account: ExpertAccountInput,
}

/// What is said of a file that is uploaded.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// Kind of document that the file shows.
    pub kind: ApplicationFileKindTerm,
    /// Name of the file, without folders.
    #[param(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^/\\\x00-\x1F\x7F-\x9F]*[^/\\\s\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*$",
        example = "职称证书.pdf"
    )]
    pub file_name: String,
}

//! Reference data: every code list with its names, and the criteria for major hazards.

use std::sync::LazyLock;

use actix_web::{
    get,
    http::header::{CACHE_CONTROL, HeaderValue},
};
use anze_domain::{
    EventName, FactName, RecordKind, Vocabulary, access,
    base::{data, location},
    identity::{notification, organization},
    library::{
        certificate, council_session, expert, expert_application, objection, public_notice, qualification,
        standing, tie, unavailability,
    },
    service::{
        commission, fee, hazard, major_hazard::MajorHazardCriteria, policy, project, service_plan,
        service_report, suggestion, visit,
    },
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::{problem::ApiError, respond::Reply};

/// Every code list. A new vocabulary of the domain is added here.
fn vocabularies() -> Vec<CodeList> {
    vec![
        CodeList::of::<access::Port>(),
        CodeList::of::<organization::OrganizationStatus>(),
        CodeList::of::<access::District>(),
        CodeList::of::<access::Role>(),
        CodeList::of::<access::Scope>(),
        CodeList::of::<access::Relation>(),
        CodeList::of::<project::ProjectCategory>(),
        CodeList::of::<project::ProjectStatus>(),
        CodeList::of::<location::CoordinateSystem>(),
        CodeList::of::<policy::FeeBase>(),
        CodeList::of::<fee::FeeMode>(),
        CodeList::of::<commission::ServiceCategory>(),
        CodeList::of::<commission::CommissionStatus>(),
        CodeList::of::<service_plan::ServicePlanStatus>(),
        CodeList::of::<visit::VisitStatus>(),
        CodeList::of::<visit::LeavingCause>(),
        CodeList::of::<visit::ReopenedPart>(),
        CodeList::of::<visit::Step>(),
        CodeList::of::<visit::AttachmentKind>(),
        CodeList::of::<hazard::HazardGrade>(),
        CodeList::of::<hazard::HazardStatus>(),
        CodeList::of::<service_report::ServiceReportStatus>(),
        CodeList::of::<expert::ExpertStatus>(),
        CodeList::of::<expert_application::ExpertApplicationStatus>(),
        CodeList::of::<expert_application::ApplicationFileKind>(),
        CodeList::of::<certificate::CertificateKind>(),
        CodeList::of::<council_session::CouncilSessionStatus>(),
        CodeList::of::<council_session::MajorityRule>(),
        CodeList::of::<council_session::VoteOutcome>(),
        CodeList::of::<public_notice::PublicNoticeStatus>(),
        CodeList::of::<objection::ObjectionStatus>(),
        CodeList::of::<qualification::Pool>(),
        CodeList::of::<qualification::Specialty>(),
        CodeList::of::<qualification::TitleLevel>(),
        CodeList::of::<qualification::TitleField>(),
        CodeList::of::<qualification::EngineerLevel>(),
        CodeList::of::<qualification::EngineerClass>(),
        CodeList::of::<qualification::FindingCode>(),
        CodeList::of::<tie::TieKind>(),
        CodeList::of::<tie::TieSource>(),
        CodeList::of::<tie::RecusalStatus>(),
        CodeList::of::<standing::ConductKind>(),
        CodeList::of::<standing::LapseNotice>(),
        CodeList::of::<unavailability::UnavailabilityKind>(),
        CodeList::of::<unavailability::Weekday>(),
        CodeList::of::<unavailability::PartOfDay>(),
        CodeList::of::<suggestion::TravelOrigin>(),
        CodeList::of::<suggestion::WhyLeftOut>(),
        CodeList::of::<notification::NotificationKind>(),
        CodeList::of::<EventName>(),
        CodeList::of::<RecordKind>(),
        CodeList::of::<FactName>(),
    ]
}

/// The criteria that come with the product.
static CRITERIA: LazyLock<Result<MajorHazardCriteria, serde_json::Error>> =
    LazyLock::new(|| serde_json::from_str(data::MAJOR_HAZARD_CRITERIA));

/// Code lists and the criteria for major hazards.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reference {
    /// Every code list.
    #[schema(max_items = 200)]
    pub vocabularies: Vec<CodeList>,
    /// The national criteria for major hazards.
    pub major_hazard_criteria: MajorHazardCriteriaOut,
}

/// A code list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeList {
    /// Its name, as that of the schema.
    #[schema(value_type = String, max_length = 64, example = "FeeMode")]
    pub name: &'static str,
    /// What it says.
    #[schema(value_type = String, max_length = 1000, example = "How a fee is computed (A3.1, A3.2).")]
    pub description: &'static str,
    /// Its terms, in their order.
    #[schema(max_items = 200)]
    pub terms: Vec<CodeListTerm>,
}

/// A term of a code list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeListTerm {
    /// The code, as it stands in JSON.
    #[schema(value_type = String, max_length = 64, example = "premium_ratio")]
    pub code: &'static str,
    /// The Chinese name.
    #[schema(value_type = String, max_length = 200, example = "按保费比例")]
    pub zh: &'static str,
    /// The English name.
    #[schema(value_type = String, max_length = 200, example = "share of the premium")]
    pub en: &'static str,
}

impl CodeList {
    /// The list of a vocabulary.
    #[must_use]
    pub fn of<T: Vocabulary>() -> Self {
        let term = |term: &T| CodeListTerm { code: term.code(), zh: term.zh(), en: term.en() };
        Self { name: T::NAME, description: T::DESCRIPTION.trim(), terms: T::ALL.iter().map(term).collect() }
    }
}

/// The national criteria for major hazards (重大事故隐患判定标准).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorHazardCriteria)]
pub struct MajorHazardCriteriaOut {
    /// Title of the standard.
    #[schema(max_length = 200, example = "房屋市政工程生产安全重大事故隐患判定标准（2024版）")]
    pub standard: String,
    /// Number of the document that issued it.
    #[schema(max_length = 200, example = "建质规〔2024〕5号")]
    pub document: String,
    /// What to know when reading the list.
    #[schema(example = "以原文为准。")]
    pub note: String,
    /// Its articles.
    #[schema(max_items = 100)]
    pub articles: Vec<MajorHazardArticle>,
}

/// An article of the criteria.
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorHazardArticle {
    /// Its number.
    #[schema(maximum = 1000)]
    pub article: u32,
    /// What it is about.
    #[schema(max_length = 200, example = "施工安全管理")]
    pub heading: String,
    /// Its items.
    #[schema(max_items = 100)]
    pub items: Vec<MajorHazardItem>,
}

/// An item of the criteria.
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorHazardItem {
    /// Its code.
    #[schema(max_length = 32, example = "MH2024-04-1")]
    pub code: String,
    /// What it says.
    #[schema(max_length = 1000, example = "建筑施工企业未取得安全生产许可证擅自从事建筑施工活动。")]
    pub text: String,
}

impl From<&MajorHazardCriteria> for MajorHazardCriteriaOut {
    fn from(criteria: &MajorHazardCriteria) -> Self {
        let articles = criteria.articles.iter().map(|article| MajorHazardArticle {
            article: article.article,
            heading: article.heading.clone(),
            items: article
                .items
                .iter()
                .map(|item| MajorHazardItem { code: item.code.clone(), text: item.text.clone() })
                .collect(),
        });
        Self {
            standard: criteria.standard.clone(),
            document: criteria.document.clone(),
            note: criteria.note.clone(),
            articles: articles.collect(),
        }
    }
}

/// 代码表 · Read the reference data
///
/// Each code list with its Chinese and English names, and the national criteria for major hazards (A15.1).
#[utoipa::path(tag = "calculations", security(()), responses(
    (status = 200, description = "The reference data", body = Reference)
))]
#[get("/reference")]
pub(crate) async fn get_reference() -> Result<Reply, ApiError> {
    let criteria = CRITERIA.as_ref().map_err(ApiError::internal)?;
    let reference = Reference { vocabularies: vocabularies(), major_hazard_criteria: criteria.into() };
    Ok(Reply::ok(&reference, 1)?.header(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")))
}

/// Mounts the reference data.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_reference);
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The names that the domain's source gives to its vocabularies.
    fn defined(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                defined(&path, names);
            } else if path.file_name().is_none_or(|name| name != "vocabulary.rs") {
                let text = fs::read_to_string(&path).unwrap();
                for definition in text.split("vocabulary! {").skip(1) {
                    let name = definition.split("pub enum ").nth(1).unwrap();
                    names.insert(name.split_whitespace().next().unwrap().to_owned());
                }
            }
        }
    }

    #[test]
    fn every_vocabulary_of_the_domain_is_listed_once() {
        let mut names = BTreeSet::new();
        defined(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src"), &mut names);
        let listed: Vec<_> = vocabularies().iter().map(|list| list.name.to_owned()).collect();
        assert_eq!(listed.len(), listed.iter().collect::<BTreeSet<_>>().len());
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), names);
    }
}

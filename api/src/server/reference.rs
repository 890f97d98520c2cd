//! Reference data: every code list with its names, and the criteria for major hazards.

use actix_web::{
    get,
    http::header::{CACHE_CONTROL, HeaderValue},
};
use anze_domain::{base::regulation::with_numbers, service::major_hazard::MajorHazardCriteria, vocabularies};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    app::criteria::criteria,
    http::{problem::ApiError, respond::Reply},
};

/// Code lists and the criteria for major hazards.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceData {
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
    pub description: String,
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

impl From<vocabularies::CodeList> for CodeList {
    fn from(list: vocabularies::CodeList) -> Self {
        let term = |term: vocabularies::Term| CodeListTerm { code: term.code, zh: term.zh, en: term.en };
        Self {
            name: list.name,
            description: with_numbers(list.description),
            terms: list.terms.into_iter().map(term).collect(),
        }
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

/// Read the code lists
///
/// Each code list with its Chinese and English names, and the national criteria for major hazards (A15.1).
#[utoipa::path(tag = "calculations", security(()), responses(
    (status = 200, description = "The reference data", body = ReferenceData)
))]
#[get("/reference")]
pub(crate) async fn get_reference() -> Result<Reply, ApiError> {
    let criteria = criteria().map_err(ApiError::internal)?;
    let vocabularies = vocabularies::vocabularies().into_iter().map(CodeList::from).collect();
    let reference = ReferenceData { vocabularies, major_hazard_criteria: criteria.into() };
    Ok(Reply::ok(&reference, 1)?.header(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")))
}

/// Mounts the reference data.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_reference);
}

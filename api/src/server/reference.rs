//! Reference data: every code list with its names, and the criteria for major hazards.

use actix_web::{
    get,
    http::header::{CACHE_CONTROL, HeaderValue},
};
use anze_domain::{base::regulation::with_numbers, service::major_hazard::MajorHazardCriteria, vocabularies};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::openapi;
use crate::{
    app::criteria::criteria,
    http::{problem::ApiError, respond::Reply},
};

/// Code lists of the platform and the national criteria for major hazards.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceData {
    /// Every code list of the contract.
    #[schema(max_items = 200)]
    pub vocabularies: Vec<CodeList>,
    /// National criteria by which a hazard is judged to be major.
    pub major_hazard_criteria: MajorHazardCriteriaOut,
}

/// Code list: the values that a coded field may take.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeList {
    /// Name of the code list, equal to the name of its schema in the contract.
    #[schema(value_type = String, max_length = 64, example = "FeeMode")]
    pub name: &'static str,
    /// Meaning of the code list, in English.
    #[schema(value_type = String, max_length = 1000, example = "How a fee is computed (A3.1, A3.2).")]
    pub description: String,
    /// Meaning of the code list, in Chinese.
    #[schema(max_length = 1000, example = "服务费的计算方式（A3.1、A3.2）。")]
    pub description_zh: String,
    /// Terms of the code list, in their fixed order.
    #[schema(max_items = 200)]
    pub terms: Vec<CodeListTerm>,
}

/// Term of a code list: a code with its names.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeListTerm {
    /// Code of the term, as requests and answers hold it.
    #[schema(value_type = String, max_length = 64, example = "premium_ratio")]
    pub code: &'static str,
    /// Name of the term in Chinese.
    #[schema(value_type = String, max_length = 200, example = "按保费比例")]
    pub zh: &'static str,
    /// Name of the term in English.
    #[schema(value_type = String, max_length = 200, example = "share of the premium")]
    pub en: &'static str,
}

impl From<vocabularies::CodeList> for CodeList {
    fn from(list: vocabularies::CodeList) -> Self {
        let term = |term: vocabularies::Term| CodeListTerm { code: term.code, zh: term.zh, en: term.en };
        Self {
            name: list.name,
            description: with_numbers(list.description),
            description_zh: openapi::in_chinese(list.description),
            terms: list.terms.into_iter().map(term).collect(),
        }
    }
}

/// National criteria for major hazards in building and municipal works, as articles with their items.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorHazardCriteria)]
pub struct MajorHazardCriteriaOut {
    /// Title of the standard, in Chinese.
    #[schema(max_length = 200, example = "房屋市政工程生产安全重大事故隐患判定标准（2024版）")]
    pub standard: String,
    /// Number of the official document that issued the standard.
    #[schema(max_length = 200, example = "建质规〔2024〕5号")]
    pub document: String,
    /// Note on how the list relates to the text of the standard.
    #[schema(example = "以原文为准。")]
    pub note: String,
    /// Articles of the standard that hold criteria, in their order.
    #[schema(max_items = 100)]
    pub articles: Vec<MajorHazardArticle>,
}

/// Article of the national criteria, with its items.
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorHazardArticle {
    /// Number of the article in the standard.
    #[schema(maximum = 1000)]
    pub article: u32,
    /// Subject of the article, in Chinese.
    #[schema(max_length = 200, example = "施工安全管理")]
    pub heading: String,
    /// Items of the article, each of which makes a hazard a major hazard.
    #[schema(max_items = 100)]
    pub items: Vec<MajorHazardItem>,
}

/// Item of the national criteria, named when a major hazard is recorded (A15.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorHazardItem {
    /// Code of the item, by which a hazard names it.
    #[schema(max_length = 32, example = "MH2024-04-1")]
    pub code: String,
    /// Text of the item, in Chinese.
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
/// Reads every code list with its Chinese and English names, and the national criteria for major hazards (A15.1). The
/// answer may be cached for the time that `Cache-Control` gives.
#[utoipa::path(tag = "calculations", security(()), responses(
    (status = 200, description = "The code lists and the national criteria.", body = ReferenceData)
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

//! The names of the steps that are recorded as such.

use std::borrow::Cow;

use anze_domain::service::visit::Step;
use serde::Deserialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::http::schema::schema_of_terms;

/// Steps that are recorded with `record_visit_step`. The fifth step is recorded by issuing the rectification proposal.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitStepNameInput {
    /// 听取项目介绍 · Briefing on the project
    Briefing,
    /// 专家分工 · Division of work
    DivisionOfWork,
    /// 现场踏勘 · Site survey
    SiteSurvey,
    /// 查阅资料 · Document review
    DocumentReview,
}

impl From<VisitStepNameInput> for Step {
    fn from(step: VisitStepNameInput) -> Self {
        match step {
            VisitStepNameInput::Briefing => Self::Briefing,
            VisitStepNameInput::DivisionOfWork => Self::DivisionOfWork,
            VisitStepNameInput::SiteSurvey => Self::SiteSurvey,
            VisitStepNameInput::DocumentReview => Self::DocumentReview,
        }
    }
}

impl ToSchema for VisitStepNameInput {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("VisitStepNameInput")
    }
}

impl PartialSchema for VisitStepNameInput {
    fn schema() -> RefOr<Schema> {
        let recorded = [Self::Briefing, Self::DivisionOfWork, Self::SiteSurvey, Self::DocumentReview];
        schema_of_terms(
            &recorded.map(Step::from),
            "Steps that are recorded with `record_visit_step`. The fifth step is recorded by issuing the rectification proposal.",
        )
    }
}

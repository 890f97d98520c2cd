//! What the ports do at their desks: project, policy, commission, plan, report.

use serde_json::{Value, json};

use super::{Actor, Cast, Record, commission_body, plan_body, policy_body, project_body};

impl Actor {
    /// A4.1: the contractor drafts a project and registers it.
    #[track_caller]
    pub fn register_project(&self, cast: &Cast) -> Record {
        let draft = self.create("/api/v1/projects", project_body(cast));
        self.act(&draft, "register", Value::Null)
    }

    /// The insurer records a policy with this total premium.
    #[track_caller]
    pub fn record_policy(&self, project: &Record, premium: &str) -> Record {
        self.create("/api/v1/policies", policy_body(project, premium))
    }

    /// The insurer drafts a commission to this provider.
    #[track_caller]
    pub fn draft_commission(&self, policy: &Record, server: &Actor, lines: &[Value], fee: &str) -> Record {
        self.create("/api/v1/commissions", commission_body(policy, server, lines, fee))
    }

    /// A4.2: the insurer drafts a commission to this provider and submits it.
    #[track_caller]
    pub fn commission(&self, policy: &Record, server: &Actor, lines: &[Value], fee: &str) -> Record {
        let draft = self.draft_commission(policy, server, lines, fee);
        self.submit(&draft)
    }

    /// Submits what was drafted: a commission, a plan, a report.
    #[track_caller]
    pub fn submit(&self, record: &Record) -> Record {
        self.act(record, "submit", Value::Null)
    }

    /// Accepts what was submitted: a commission, a visit's material.
    #[track_caller]
    pub fn accept(&self, record: &Record) -> Record {
        self.act(record, "accept", Value::Null)
    }

    /// Returns what was submitted, with the reason.
    #[track_caller]
    pub fn return_for_correction(&self, record: &Record) -> Record {
        self.act(record, "return", because())
    }

    /// A4.3: the provider drafts a plan that covers the commission, and submits it.
    #[track_caller]
    pub fn plan(&self, commission: &Record) -> Record {
        let draft = self.create("/api/v1/service-plans", plan_body(commission));
        self.submit(&draft)
    }

    /// A4.4: the insurer confirms a plan.
    #[track_caller]
    pub fn confirm(&self, plan: &Record) -> Record {
        self.act(plan, "confirm", Value::Null)
    }

    /// A4.7: the provider drafts the report of a commission.
    #[track_caller]
    pub fn draft_report(&self, commission: &Record) -> Record {
        self.create("/api/v1/service-reports", report_body(commission))
    }

    /// The insurer acknowledges a report.
    #[track_caller]
    pub fn acknowledge(&self, record: &Record) -> Record {
        self.act(record, "acknowledge", Value::Null)
    }
}

/// A reason.
pub fn because() -> Value {
    json!({ "reason": "资料不完整，请补充。" })
}

fn report_body(commission: &Record) -> Value {
    json!({
        "commission_id": commission.id,
        "evaluation": "项目安全管理体系运行有效。",
        "conclusion": "委托服务已全部完成。"
    })
}

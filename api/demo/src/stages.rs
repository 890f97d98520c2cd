//! The stages of the flow, from a project to the confirmed plan and the report: each as its parties do it.

use std::rc::Rc;

use chrono::{Days, Duration};
use serde_json::{Value, json};

use super::{
    actors::{Record, World},
    library::Group,
    people::{Member, People, mobile},
};
use crate::failure::Failure;

/// Everything and everybody that a story needs.
pub(super) struct Cast {
    pub(super) world: Rc<World>,
    pub(super) people: People,
    pub(super) groups: [Group; 5],
}

/// A project: its parties, where it is, and its number among the projects.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) cast: Rc<Cast>,
    pub(super) number: u32,
    pub(super) name: &'static str,
    pub(super) district: &'static str,
    pub(super) longitude: f64,
    pub(super) latitude: f64,
    pub(super) contractor: Member,
    pub(super) insurer: Member,
    pub(super) provider: Member,
}

/// What is commissioned: category, what exactly, how many times.
pub(super) type Line = (&'static str, &'static str, u32);

/// How a fee is found.
#[derive(Clone, Copy)]
pub(super) enum Fee {
    /// A share of the premium.
    Ratio(&'static str),
    /// By its lines: so many services, and so many days of an expert.
    Cost(u32, u32),
}

impl Site {
    /// Waits for a working day, counted from today, and a time of it.
    pub(super) async fn until(&self, day: i64, hour: u32, minute: u32) {
        let time = &self.cast.world.time;
        time.until(time.at(day, hour, minute)).await;
    }

    /// A later moment of the same day.
    pub(super) async fn later(&self, minutes: i64) {
        let time = &self.cast.world.time;
        time.until(time.now() + Duration::minutes(minutes)).await;
    }

    /// Where it is.
    pub(super) fn location(&self) -> Value {
        json!({ "longitude": self.longitude, "latitude": self.latitude, "coordinate_system": "wgs84" })
    }

    /// The contractor drafts the project.
    pub(super) async fn draft(&self) -> Result<Record, Failure> {
        let today = self.cast.world.time.today();
        let owner = self.cast.people.owners.get(usize::from(self.number.is_multiple_of(2)));
        let municipal = self.name.contains("道路") || self.name.contains("管廊");
        let body = json!({
            "name": self.name,
            "category": if municipal { "municipal" } else { "building" },
            "address": format!("厦门市示例路 {} 号", self.number),
            "district": self.district,
            "location": self.location(),
            "contract_price": format!("{}.00", 86_000_000 + 7_350_000 * self.number),
            "floor_area": format!("{}.50", 21_000 + 1_730 * self.number),
            "planned_start": today - Days::new(90),
            "planned_end": today + Days::new(540),
            "construction_permit_number": format!("示例施许{:06}", self.number),
            "supervisor": { "organization_id": self.cast.people.supervisor.organization },
            "owner": { "organization_id": owner.ok_or("no owner")?.organization },
            "leader_name": "陈示工", "leader_mobile": mobile(200 + self.number),
        });
        self.contractor.actor.create("/api/v1/projects", body).await
    }

    /// The contractor drafts the project and registers it.
    pub(super) async fn register(&self) -> Result<Record, Failure> {
        let mut project = self.draft().await?;
        self.later(45).await;
        self.contractor.actor.act(&mut project, "register", Value::Null).await?;
        Ok(project)
    }

    /// What the insurer says about its policy.
    pub(super) fn policy(&self, project: &Record) -> Value {
        let today = self.cast.world.time.today();
        json!({
            "project_id": project.id,
            "policy_number": format!("SLAZ3502{:08}", self.number),
            "premium_total": "600000.00", "premium_received": "360000.00",
            "indemnity_limit": "20000000.00",
            "period_start": today, "period_end": today + Days::new(540),
        })
    }

    /// The insurer records its policy.
    pub(super) async fn insure(&self, project: &Record) -> Result<Record, Failure> {
        self.insurer.actor.create("/api/v1/policies", self.policy(project)).await
    }

    /// The insurer endorses the policy: a longer period, a higher premium.
    pub(super) async fn endorse(&self, policy: &mut Record) -> Result<(), Failure> {
        let today = self.cast.world.time.today();
        let endorsement = json!({
            "endorsement_number": format!("SLPD3502{:08}", self.number), "effective_on": today,
            "premium_total": "680000.00", "premium_received": "440000.00",
            "period_start": policy.says("period_start")?, "period_end": today + Days::new(700),
            "reason": "示例：工期延长，追加保费。",
        });
        self.insurer.actor.act(policy, "endorsements", endorsement).await
    }

    /// What the insurer says about a commission.
    pub(super) fn commission(&self, policy: &Record, number: u32, lines: &[Line], fee: Fee) -> Value {
        let today = self.cast.world.time.today();
        let lines = lines.iter().map(|(category, description, times)| {
            json!({ "category": category, "description": description, "times": times, "frequency": "按方案" })
        });
        let (mode, fee, cost_lines) = match fee {
            Fee::Ratio(fee) => ("premium_ratio", Some(fee), json!([])),
            Fee::Cost(services, days) => {
                let line = |item, unit, quantity: u32, price| json!({ "item": item, "unit": unit, "quantity": quantity.to_string(), "unit_price": price });
                let lines =
                    [line("现场服务", "次", services, "8600.00"), line("专家工日", "工日", days, "1200.50")];
                ("actual_cost", None, json!(lines))
            }
        };
        let mut body = json!({
            "policy_id": policy.id, "provider_id": self.provider.organization,
            "contract_number": format!("示例合同-{:02}-{number}", self.number),
            "lines": lines.collect::<Value>(), "fee_mode": mode, "cost_lines": cost_lines,
            "period_start": today, "period_end": today + Days::new(300),
        });
        if let (Some(members), Some(fee)) = (body.as_object_mut(), fee) {
            members.insert("fee".to_owned(), fee.into());
        }
        body
    }

    /// The insurer drafts a commission.
    pub(super) async fn draft_commission(
        &self,
        policy: &Record,
        number: u32,
        lines: &[Line],
        fee: Fee,
    ) -> Result<Record, Failure> {
        let body = self.commission(policy, number, lines, fee);
        self.insurer.actor.create("/api/v1/commissions", body).await
    }

    /// From the project's registration on this day to the commission that is accepted three days later.
    pub(super) async fn accepted(&self, day: i64, lines: &[Line], fee: Fee) -> Result<Agreed, Failure> {
        self.until(day, 9, 10).await;
        let project = self.register().await?;
        self.until(day + 1, 10, 0).await;
        let policy = self.insure(&project).await?;
        self.until(day + 2, 10, 30).await;
        let mut commission = self.draft_commission(&policy, 1, lines, fee).await?;
        self.later(30).await;
        self.insurer.actor.act(&mut commission, "submit", Value::Null).await?;
        self.until(day + 3, 9, 30).await;
        self.provider.actor.act(&mut commission, "accept", Value::Null).await?;
        Ok(Agreed { project, policy, commission })
    }

    /// The provider drafts a plan with so many services of each line, in their order.
    pub(super) async fn plan(&self, commission: &Record, times: &[u32]) -> Result<Record, Failure> {
        let today = self.cast.world.time.today();
        let lines = commission.body.get("lines").and_then(Value::as_array).ok_or("no lines")?;
        let services = lines.iter().zip(times).flat_map(|(line, times)| {
            let service = json!({
                "line_id": line.get("id"), "window_start": today, "window_end": today + Days::new(120),
                "method": "现场检查、仪器检测、查阅资料", "expected_outcome": "隐患清单与整改建议书",
                "group_size": 3, "specialties": ["civil", "mechanical", "electrical"],
            });
            (0..*times).map(move |_| service.clone())
        });
        let body = json!({
            "commission_id": commission.id,
            "summary": format!("{}技术服务方案（示例）：重点为深基坑、脚手架与起重机械。", self.name),
            "services": services.collect::<Value>(),
        });
        self.provider.actor.create("/api/v1/service-plans", body).await
    }

    /// From the accepted commission to visits: the plan made on this day is confirmed the day after.
    pub(super) async fn planned(
        &self,
        day: i64,
        commission: &Record,
        times: &[u32],
    ) -> Result<Vec<Record>, Failure> {
        self.until(day, 9, 0).await;
        let mut plan = self.plan(commission, times).await?;
        self.later(60).await;
        self.provider.actor.act(&mut plan, "submit", Value::Null).await?;
        self.until(day + 1, 11, 0).await;
        self.insurer.actor.act(&mut plan, "confirm", Value::Null).await?;
        self.open_visits(commission).await
    }

    /// The visits of a commission that are planned, in the order of their numbers.
    async fn open_visits(&self, commission: &Record) -> Result<Vec<Record>, Failure> {
        let query = format!(
            "/api/v1/visits?commission_id={}&status=planned&limit=100&sort=created_at",
            commission.id
        );
        let mut visits = Vec::new();
        for item in self.provider.actor.list(&query).await? {
            let id = item.get("id").and_then(Value::as_str).ok_or("a visit without id")?;
            visits.push(self.provider.actor.read(&format!("/api/v1/visits/{id}")).await?);
        }
        Ok(visits)
    }

    /// The provider drafts the report.
    pub(super) async fn report(&self, commission: &Record) -> Result<Record, Failure> {
        let body = json!({
            "commission_id": commission.id,
            "evaluation": "示例：项目安全管理体系基本健全，重大风险受控。",
            "conclusion": "示例：约定服务已全部完成，隐患已销号。",
        });
        self.provider.actor.create("/api/v1/service-reports", body).await
    }
}

/// A project with its policy and a commission that is accepted.
pub(super) struct Agreed {
    pub(super) project: Record,
    pub(super) policy: Record,
    pub(super) commission: Record,
}

//! How everyone comes in: companies register and are approved, experts are taken over into the library.

use std::sync::Arc;

use anze_api::app::clock::FixedClock;
use chrono::Duration;
use serde_json::{Value, json};

use super::{Actor, Cast, Record, citizen_id, credit_code, login_name, mobile};
use crate::{
    Client,
    world::{ADMINISTRATOR, PASSWORD},
};

/// Every scope that a token can have.
pub const SCOPES: [&str; 10] = [
    "projects:read",
    "policies:read",
    "policies:write",
    "commissions:read",
    "commissions:write",
    "service_plans:read",
    "service_plans:write",
    "visits:read",
    "service_reports:read",
    "service_reports:write",
];

/// A company of this port with its first administrator, as it registers itself.
pub fn registration_body(port: &str, login_name: &str) -> Value {
    json!({
        "organization": {
            "port": port,
            "name": format!("厦门{login_name}有限公司"),
            "unified_social_credit_code": credit_code(),
            "district": "350211",
            "contact_name": "林志明",
            "contact_mobile": mobile()
        },
        "administrator": {
            "login_name": login_name,
            "password": PASSWORD,
            "display_name": "林志明",
            "mobile": mobile()
        }
    })
}

/// What is said of an expert of the existing library.
#[derive(Clone, Debug)]
pub struct ExpertEntry {
    /// `leader` or `member`.
    pub pool: &'static str,
    /// What they know.
    pub specialties: Vec<&'static str>,
    /// Who employs them; no party of any project, unless a test says otherwise.
    pub employer_name: String,
    /// Further periods of work.
    pub work_history: Vec<Value>,
}

impl ExpertEntry {
    /// An expert with ties to nobody.
    pub fn new(pool: &'static str, specialty: &'static str) -> ExpertEntry {
        ExpertEntry {
            pool,
            specialties: vec![specialty],
            employer_name: "厦门市建筑科学研究院".to_owned(),
            work_history: Vec::new(),
        }
    }
}

/// An expert as the association takes them over: fifteen years of work, a senior title, decision and notice.
pub fn admission_body(entry: &ExpertEntry, login_name: &str) -> Value {
    let mut history = vec![json!({
        "employer": "厦门市建筑科学研究院", "role": "安全总监", "from": "2008-01-01", "to": "2022-12-31", "relevant": true
    })];
    history.extend(entry.work_history.iter().cloned());
    json!({
        "name": format!("吴{login_name}"),
        "mobile": mobile(),
        "citizen_id": citizen_id(),
        "employer_name": entry.employer_name,
        "pool": entry.pool,
        "specialties": entry.specialties,
        "titles": [{
            "level": "senior", "field": "building_municipal", "certificate_number": format!("闽G2010-{login_name}"), "obtained_on": "2010-06-30"
        }],
        "work_history": history,
        "admission": {
            "council_decision_number": "厦质安协理〔2024〕3号",
            "council_decided_on": "2024-03-15",
            "public_notice_number": "厦质安协公示〔2024〕5号",
            "public_notice_from": "2024-03-18",
            "public_notice_to": "2024-03-22",
            "admitted_on": "2024-03-25"
        },
        "account": { "login_name": login_name, "password": PASSWORD }
    })
}

/// What the members of a cast say of themselves when they come in.
#[derive(Clone, Copy, Debug)]
pub struct Roles {
    /// The registration of an organisation of this port.
    pub organization: fn(&str) -> Value,
    /// The admission of this expert.
    pub expert: fn(&ExpertEntry) -> Value,
}

impl Default for Roles {
    /// Names and numbers that nobody else in the process has.
    fn default() -> Roles {
        Roles {
            organization: |kind| {
                let mut body = registration_body(kind, &login_name(kind));
                if kind == "regulator"
                    && let Some(organization) = body["organization"].as_object_mut()
                {
                    organization.remove("district");
                }
                body
            },
            expert: |entry| admission_body(entry, &login_name("expert")),
        }
    }
}

impl Cast {
    #[track_caller]
    pub(super) fn assemble(anonymous: Client, clock: Option<Arc<FixedClock>>, roles: Roles) -> Cast {
        let association = Actor::known(&anonymous, clock.clone(), ADMINISTRATOR);
        let company =
            |port: &str| association.admit_company(&anonymous, clock.clone(), &(roles.organization)(port));
        let expert = |entry| association.admit_expert(&anonymous, clock.clone(), &(roles.expert)(&entry));
        let insurer = company("insurer");
        let mut cast = Cast {
            contractor: company("contractor"),
            supervisor: company("supervisor"),
            owner: company("owner"),
            provider: company("provider"),
            regulator: association.make_organization(
                &anonymous,
                clock.clone(),
                &(roles.organization)("regulator"),
            ),
            leader: expert(ExpertEntry::new("leader", "civil")),
            mechanic: expert(ExpertEntry::new("member", "mechanical")),
            electrician: expert(ExpertEntry::new("member", "electrical")),
            server: association.clone(),
            insurer_system: insurer.clone(),
            insurer,
            association,
            anonymous,
            clock,
        };
        cast.insurer_system = cast.system_of(&cast.insurer, &SCOPES);
        cast
    }

    /// Another organisation of a port that registers itself: a stranger to every project until one names it.
    #[track_caller]
    pub fn another(&self, port: &str) -> Actor {
        let body = (Roles::default().organization)(port);
        self.association.admit_company(&self.anonymous, self.clock.clone(), &body)
    }

    /// Another expert.
    #[track_caller]
    pub fn another_expert(&self, entry: &ExpertEntry) -> Actor {
        self.expert((Roles::default().expert)(entry))
    }

    /// The expert whom the association admits with this body.
    #[track_caller]
    pub fn expert(&self, body: Value) -> Actor {
        self.association.admit_expert(&self.anonymous, self.clock.clone(), &body)
    }

    /// Another user of an organisation, made by this administrator of it.
    #[track_caller]
    pub fn colleague(&self, administrator: &Actor, role: &str) -> Actor {
        let name = login_name(role);
        let body = json!({
            "login_name": name, "password": PASSWORD, "display_name": "黄秀英", "mobile": mobile(), "role": role
        });
        administrator.create("/api/v1/users", body);
        Actor::known(&self.anonymous, self.clock.clone(), &name)
    }

    /// A person by login name, with the usual password.
    #[track_caller]
    pub fn person(&self, login_name: &str) -> Client {
        self.anonymous.logged_in(login_name, PASSWORD, self.clock.clone())
    }

    /// A system of this administrator's organisation, with these scopes.
    #[track_caller]
    pub fn system_of(&self, administrator: &Actor, scopes: &[&str]) -> Actor {
        let body = json!({ "name": "夜间批量对接", "scopes": scopes, "expires_at": self.now() + Duration::days(300) });
        let made = administrator.post("/api/v1/api-tokens").json(body).send().expect(201);
        let client = self.anonymous.with_token(made.text("token"));
        Actor { login_name: String::new(), ..administrator.speaking_as(client) }
    }
}

impl Actor {
    #[track_caller]
    fn known(anonymous: &Client, clock: Option<Arc<FixedClock>>, login_name: &str) -> Actor {
        let client = anonymous.logged_in(login_name, PASSWORD, clock);
        let me = client.get("/api/v1/me").send().expect(200);
        let text = |member: &str| me[member].as_str().unwrap_or_default().to_owned();
        let organization_id = text("organization_id");
        let name = if organization_id.is_empty() {
            format!("吴{login_name}")
        } else {
            let organization = client.get(format!("/api/v1/organizations/{organization_id}")).send();
            organization["name"].as_str().unwrap_or_default().to_owned()
        };
        Actor {
            client,
            login_name: login_name.to_owned(),
            organization_id,
            name,
            expert_id: text("expert_id"),
        }
    }

    /// The association approves an organisation.
    #[track_caller]
    pub fn approve(&self, organization: &Record) -> Record {
        self.act(organization, "approve", Value::Null)
    }

    #[track_caller]
    fn admit_company(&self, anonymous: &Client, clock: Option<Arc<FixedClock>>, body: &Value) -> Actor {
        let registered = anonymous.post("/api/v1/registrations").json(body.clone()).send().expect(201);
        self.approve(&Record::of("/api/v1/organizations", &registered));
        Actor::known(anonymous, clock, login_of(&body["administrator"]))
    }

    #[track_caller]
    fn make_organization(&self, anonymous: &Client, clock: Option<Arc<FixedClock>>, body: &Value) -> Actor {
        self.create("/api/v1/organizations", body.clone());
        Actor::known(anonymous, clock, login_of(&body["administrator"]))
    }

    #[track_caller]
    fn admit_expert(&self, anonymous: &Client, clock: Option<Arc<FixedClock>>, body: &Value) -> Actor {
        self.create("/api/v1/experts", body.clone());
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        Actor { name, ..Actor::known(anonymous, clock, login_of(&body["account"])) }
    }
}

/// The login name of a new account.
fn login_of(account: &Value) -> &str {
    account["login_name"].as_str().unwrap_or_default()
}

//! Organisations of the seven ports and their people: all of them made up.

use std::rc::Rc;

use anze_domain::base::identifier::credit_code_check;
use serde_json::{Value, json};

use super::actors::{Actor, Record, World};
use crate::failure::Failure;

/// The association's first administrator.
pub(super) const ASSOCIATION: &str = "association";

/// An organisation that registers itself: port, name, district, whom to ask for. Its login name is made of
/// port and number.
type Company = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const COMPANIES: [Company; 9] = [
    ("contractor", "厦门示例鹭江建工有限公司", "350206", "林示明"),
    ("contractor", "厦门示例筼筜建设集团有限公司", "350203", "陈示华"),
    ("supervisor", "厦门示例海晏工程监理有限公司", "350203", "黄示清"),
    ("owner", "厦门示例杏林湾开发建设有限公司", "350211", "吴示安"),
    ("owner", "厦门示例滨海市政投资有限公司", "350206", "蔡示宁"),
    ("insurer", "示例财产保险股份有限公司厦门分公司", "350203", "郑示平"),
    ("insurer", "示例责任保险股份有限公司厦门支公司", "350206", "许示和"),
    ("provider", "厦门示例安居工程技术服务有限公司", "350206", "洪示文"),
    ("provider", "厦门示例启航安全咨询有限公司", "350211", "叶示远"),
];
/// Those that do not get in, and one that is suspended.
#[rustfmt::skip]
const OTHERS: [Company; 3] = [
    ("contractor", "厦门示例新桥建筑有限公司", "350212", "苏示新"),
    ("provider", "厦门示例速成服务有限公司", "350213", "曾示成"),
    ("provider", "厦门示例停摆服务有限公司", "350206", "邓示停"),
];
/// Regulators: number, name, area.
const REGULATORS: [(u32, &str, Option<&str>); 2] =
    [(1, "厦门市示例建设主管部门", None), (2, "集美区示例建设主管部门", Some("350211"))];

/// Someone of an organisation.
#[derive(Clone)]
pub(super) struct Member {
    /// Who acts for it.
    pub(super) actor: Rc<Actor>,
    /// Its id.
    pub(super) organization: String,
}

/// Everybody who acts for an organisation.
#[derive(Clone)]
pub(super) struct People {
    pub(super) contractors: [Member; 2],
    pub(super) supervisor: Member,
    pub(super) owners: [Member; 2],
    pub(super) insurers: [Member; 2],
    pub(super) providers: [Member; 2],
    pub(super) association: Member,
    /// Administrators, where others do the work.
    pub(super) administrators: Vec<Rc<Actor>>,
}

/// A mobile number that nobody has.
pub(super) fn mobile(number: u32) -> String {
    format!("1990000{number:04}")
}

/// A unified social credit code with its check character, of no organisation that there is.
pub(super) fn credit_code(kind: &str, number: u32) -> Result<String, Failure> {
    let first = format!("{kind}350200MA9X{number:05}");
    let check = credit_code_check(&first).ok_or("a credit code without a check character")?;
    Ok(format!("{first}{check}"))
}

/// Makes the organisations and their people.
pub(super) async fn create_people(world: &Rc<World>) -> Result<People, Failure> {
    let association = Actor::person(world, ASSOCIATION);
    let me = association.read("/api/v1/me").await?;
    let mut own = association.read(&format!("/api/v1/organizations/{}", me.says("organization_id")?)).await?;
    let contact = json!({ "contact_name": "王示协", "contact_mobile": mobile(1) });
    association.update(&mut own, contact).await?;

    let mut members = Vec::new();
    for (number, company) in (2..).zip(COMPANIES) {
        let first = COMPANIES.iter().position(|other| other.0 == company.0).unwrap_or_default();
        let nth = usize::try_from(number)? - 1 - first;
        let login_name = format!("{}-{nth}", company.0);
        let mut registered = register(world, company, number, &login_name).await?;
        association.act(&mut registered, "approve", Value::Null).await?;
        members.push(Member { actor: Actor::person(world, &login_name), organization: registered.id });
    }
    let [waits, rejected, suspended] = OTHERS;
    register(world, waits, 31, "contractor-waiting").await?;
    let mut rejected = register(world, rejected, 32, "provider-rejected").await?;
    let reason = "示例：营业范围不含安全生产技术服务。";
    association.act(&mut rejected, "reject", json!({ "reason": reason })).await?;
    let mut suspended = register(world, suspended, 33, "provider-suspended").await?;
    association.act(&mut suspended, "approve", Value::Null).await?;
    association.act(&mut suspended, "suspend", json!({ "reason": "示例：资质到期，待补正。" })).await?;
    for (number, name, area) in REGULATORS {
        let login_name = format!("regulator-{number}");
        let company = ("regulator", name, area.unwrap_or_default(), "罗示督");
        let body = registration(world, company, 40 + number, &login_name)?;
        association.create("/api/v1/organizations", body).await?;
    }

    let mut administrators = Vec::new();
    let association = Member { actor: association, organization: own.id };
    let [c1, c2, supervisor, o1, o2, i1, i2, p1, p2] = exactly(members)?;
    for (number, member) in (51..).zip([&c1, &i1, &p1, &association]) {
        administrators.push(Rc::clone(&member.actor));
        create_user(member, number, "viewer", "杨示看").await?;
    }
    Ok(People {
        contractors: [with_operator(world, c1, 61, "江示工").await?, c2],
        supervisor,
        owners: [o1, o2],
        insurers: [with_operator(world, i1, 62, "何示保").await?, i2],
        providers: [with_operator(world, p1, 63, "方示服").await?, p2],
        association: with_operator(world, association, 64, "谢示办").await?,
        administrators,
    })
}

/// So many members, as an array.
fn exactly<const N: usize>(members: Vec<Member>) -> Result<[Member; N], Failure> {
    members.try_into().map_err(|_other| "another number of organisations".into())
}

async fn register(
    world: &Rc<World>,
    company: Company,
    number: u32,
    login_name: &str,
) -> Result<Record, Failure> {
    world.register("/api/v1/registrations", registration(world, company, number, login_name)?).await
}

fn registration(world: &World, company: Company, number: u32, login_name: &str) -> Result<Value, Failure> {
    let (port, name, district, contact) = company;
    let code = credit_code(if port == "regulator" { "11" } else { "91" }, number)?;
    let mut organization = json!({
        "port": port, "name": name, "unified_social_credit_code": code,
        "contact_name": contact, "contact_mobile": mobile(number),
    });
    if let Some(members) = organization.as_object_mut().filter(|_| !district.is_empty()) {
        members.insert("district".to_owned(), district.into());
    }
    Ok(json!({
        "organization": organization,
        "administrator": {
            "login_name": login_name, "password": world.password,
            "display_name": contact, "mobile": mobile(number),
        },
    }))
}

/// Another user of an organisation.
async fn create_user(member: &Member, number: u32, role: &str, name: &str) -> Result<String, Failure> {
    let login_name = format!("{}-{role}", member.actor.name());
    let body = json!({
        "login_name": login_name, "password": member.actor.password(), "display_name": name,
        "mobile": mobile(number), "role": role,
    });
    member.actor.create("/api/v1/users", body).await?;
    Ok(login_name)
}

/// The organisation with an operator who does its work.
async fn with_operator(
    world: &Rc<World>,
    member: Member,
    number: u32,
    name: &str,
) -> Result<Member, Failure> {
    let login_name = create_user(&member, number, "operator", name).await?;
    Ok(Member { actor: Actor::person(world, &login_name), ..member })
}

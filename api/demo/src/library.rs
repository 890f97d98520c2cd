//! Fourteen experts of the library, by both ways into it: all of them made up.

use std::rc::Rc;

use anze_domain::{base::identifier::citizen_id_check, calendar::working_calendar::shanghai_date};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    actors::{Actor, World},
    people::mobile,
};
use crate::failure::Failure;

/// By what an expert qualifies.
#[derive(Clone, Copy)]
enum Way {
    /// A title of this level.
    Title(&'static str),
    /// Registration as a safety engineer of this level.
    Engineer(&'static str),
}
use Way::{Engineer, Title};

/// An entry: name, pool, way, specialties, employer, the first year of the work.
type Entry = (&'static str, &'static str, Way, &'static [&'static str], &'static str, i32);

const INSTITUTE: &str = "厦门示例建筑科学研究院";
const DESIGN: &str = "厦门示例建筑设计院有限公司";
const COLLEGE: &str = "厦门示例理工学院";

#[rustfmt::skip]
const ENTRIES: [Entry; 15] = [
    ("周示筑", "leader", Title("senior"), &["civil"], INSTITUTE, 2003),
    ("徐示械", "leader", Title("professor_level_senior"), &["mechanical"], COLLEGE, 1998),
    ("孙示电", "leader", Engineer("intermediate"), &["electrical"], DESIGN, 2009),
    ("马示坚", "leader", Title("senior"), &["civil", "mechanical"], INSTITUTE, 2005),
    ("朱示稳", "leader", Engineer("senior"), &["civil"], DESIGN, 2007),
    ("胡示基", "member", Title("intermediate"), &["civil"], INSTITUTE, 2014),
    ("郭示吊", "member", Title("intermediate"), &["mechanical"], COLLEGE, 2015),
    ("高示光", "member", Title("intermediate"), &["electrical"], DESIGN, 2013),
    ("梁示机", "member", Engineer("intermediate"), &["mechanical"], INSTITUTE, 2010),
    ("宋示路", "member", Title("senior"), &["electrical"], COLLEGE, 2011),
    ("唐示梁", "member", Title("intermediate"), &["civil"], DESIGN, 2016),
    ("韩示能", "member", Title("intermediate"), &["mechanical", "electrical"], INSTITUTE, 2012),
    ("冯示停", "member", Title("intermediate"), &["civil"], COLLEGE, 2013),
    ("谢示离", "member", Title("intermediate"), &["mechanical"], DESIGN, 2012),
    ("袁示期", "member", Engineer("intermediate"), &["civil"], COLLEGE, 2012),
];

/// Groups: the leader first; each has all three specialties.
const GROUPS: [[usize; 3]; 5] = [[0, 6, 7], [1, 5, 9], [2, 10, 8], [3, 11, 5], [4, 8, 9]];

/// An expert.
#[derive(Clone)]
pub(super) struct Expert {
    pub(super) actor: Rc<Actor>,
    pub(super) id: String,
    specialties: &'static [&'static str],
}

/// How long the registration of this entry carries its pool, from about sixty days ago: one is announced to lapse, one has.
const fn registered_for(number: u32) -> Days {
    Days::new(match number {
        9 => 105,
        15 => 55,
        _ => 700,
    })
}

/// A group: its leader is the first.
pub(super) type Group = Rc<[Expert; 3]>;

/// A group as a provider proposes it.
pub(super) fn proposed(group: &Group) -> Value {
    let member = |expert: &Expert| json!({ "expert_id": expert.id, "specialties": expert.specialties });
    group.iter().map(member).collect()
}

/// The association's administrator takes the experts into the library, and groups are formed.
pub(super) async fn admit_experts(world: &Rc<World>, administrator: &Actor) -> Result<[Group; 5], Failure> {
    let mut experts = Vec::new();
    for (number, entry) in (1..).zip(ENTRIES) {
        let login_name = format!("expert-{number}");
        let body = admission(world, entry, number, &login_name)?;
        let made = administrator.create("/api/v1/experts", body).await?;
        experts.push(Expert { actor: Actor::person(world, &login_name), id: made.id, specialties: entry.3 });
    }
    record_availability(world, &experts).await?;
    let group = |members: [usize; 3]| -> Option<Group> {
        let [first, second, third] = members.map(|index| experts.get(index).cloned());
        Some(Rc::new([first?, second?, third?]))
    };
    let [a, b, c, d, e] = GROUPS.map(group);
    a.zip(b)
        .zip(c)
        .zip(d)
        .zip(e)
        .map(|((((a, b), c), d), e)| [a, b, c, d, e])
        .ok_or("a group of nobody".into())
}

/// The first experts record where they are based; one is on leave soon, and one keeps an afternoon of every week free.
async fn record_availability(world: &World, experts: &[Expert]) -> Result<(), Failure> {
    let bases =
        [(118.089, 24.479), (118.110, 24.437), (118.131, 24.502), (118.097, 24.575), (118.033, 24.484)];
    for (expert, (longitude, latitude)) in experts.iter().zip(bases) {
        let path = format!("/api/v1/experts/{}/base-location", expert.id);
        let mut base = expert.actor.read(&path).await?;
        let location = json!({ "longitude": longitude, "latitude": latitude, "coordinate_system": "gcj02" });
        expert.actor.update(&mut base, json!({ "location": location })).await?;
    }
    let (from, to) = (world.time.at(10, 0, 0), world.time.at(14, 0, 0));
    let leave = json!({ "kind": "leave", "starts_at": from, "ends_at": to, "note": "示例：年休假" });
    let weekly = json!({
        "kind": "recurring", "weekday": "wednesday", "part_of_day": "afternoon",
        "from_on": shanghai_date(to), "note": "示例：授课",
    });
    for (index, body) in [(10, leave), (11, weekly)] {
        let expert = experts.get(index).ok_or("no such expert")?;
        expert.actor.create(&format!("/api/v1/experts/{}/unavailabilities", expert.id), body).await?;
    }
    Ok(())
}

fn day(year: i32, month: u32, day: u32) -> Result<NaiveDate, Failure> {
    Ok(NaiveDate::from_ymd_opt(year, month, day).ok_or("no such day")?)
}

fn admission(world: &World, entry: Entry, number: u32, login_name: &str) -> Result<Value, Failure> {
    let (name, pool, way, specialties, employer, since) = entry;
    // No place in China has this area code.
    let first = format!("350299{}0101{number:03}", since - 24);
    let check = citizen_id_check(&first).ok_or("a citizen id without a check digit")?;
    let mut body = json!({
        "name": name, "mobile": mobile(100 + number), "citizen_id": format!("{first}{check}"),
        "employer_name": employer, "pool": pool, "specialties": specialties,
        "work_history": [{
            "employer": employer, "role": "安全技术人员", "from": day(since, 7, 1)?, "relevant": true,
        }],
        "admission": {
            "council_decision_number": "示例理事会〔2025〕1号", "council_decided_on": "2025-03-14",
            "public_notice_number": "示例公示〔2025〕1号",
            "public_notice_from": "2025-03-17", "public_notice_to": "2025-03-21", "admitted_on": "2025-03-24",
        },
        "account": { "login_name": login_name, "password": world.password },
    });
    let (member, value) = match way {
        Title(level) => (
            "titles",
            json!([{
                "level": level, "field": "building_municipal",
                "certificate_number": format!("示例证〔2018〕{number:04}"), "obtained_on": "2018-06-30",
            }]),
        ),
        Engineer(level) => (
            "registered_safety_engineer",
            json!({
                "level": level, "class": "construction",
                "certificate_number": format!("示例注安{number:05}"),
                "registered_until": world.time.today() + registered_for(number),
            }),
        ),
    };
    body.as_object_mut().ok_or("no body")?.insert(member.to_owned(), value);
    Ok(body)
}

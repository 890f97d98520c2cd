//! How long a suggestion of groups takes: a library of two thousand experts, five hundred planned visits. Once as it is
//! usual, and once with most experts tied to the contractor, so that all who can come have to be looked at in full, for
//! a group of five, beside a hundred proposals that are not settled.

use std::time::Duration;

use anze_tests::{Database, actors::credit_code};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use serde_json::json;

use crate::{
    cases,
    load::{self, Figure},
    report::median,
    rows::{self, CONTRACTOR, INSURER, ORGANIZATION, PROJECT, Size},
    subject::Subject,
};

const USER: u16 = 102;
const EXPERT: u16 = 107;
const VISIT: u16 = 108;
const OTHER: u16 = 109;
const UNAVAILABILITY: u16 = 110;

const EXPERTS: u32 = 2_000;
const VISITS: u32 = 500;
/// Above this a suggestion takes too long, in milliseconds.
const GOAL: f64 = 50.0;

/// How hard it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// Hardly anybody is tied, groups of three.
    Usual,
    /// Three of four are tied to the contractor, groups of five, and a fifth of the visits is only proposed.
    Hard,
}

impl Case {
    const fn group_size(self) -> u32 {
        match self {
            Case::Usual => 3,
            Case::Hard => 5,
        }
    }

    /// Whether the visit with this number is proposed and not settled.
    const fn is_proposed(self, visit: u32) -> bool {
        matches!(self, Case::Hard) && visit.is_multiple_of(5)
    }

    /// The employer of the expert with this number: for most in the hard case, the contractor.
    fn employer(self, expert: u32) -> String {
        if self == Case::Hard && !expert.is_multiple_of(4) {
            format!("第 {CONTRACTOR} 单位")
        } else {
            format!("第 {} 设计院", expert % 50)
        }
    }
}

/// Measures suggestions on a database, one after another, and two at a time.
///
/// # Errors
/// The first answer that is no 2xx.
pub fn measure(database: Database, seconds: f64, rounds: usize) -> Result<(), String> {
    [Case::Usual, Case::Hard].into_iter().try_for_each(|case| measure_case(database, case, seconds, rounds))
}

fn measure_case(database: Database, case: Case, seconds: f64, rounds: usize) -> Result<(), String> {
    let subject = Subject::start(database, Size::of(1000)).expect("it was there a moment ago");
    let start = some_days_ahead();
    rows::execute_on(database, &subject.url, &statements(database, case, start));
    let token = subject.token(None);
    let asked = rows::id(VISIT, 0);
    let text = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let path = format!(
        "/api/v1/visits/{asked}/group-suggestions?start={}&end={}",
        text(start),
        text(start + TimeDelta::hours(7))
    );
    let answer =
        subject.client().with_token(token.clone()).get(&path).outside_the_contract().send().expect(200);
    assert_eq!(answer.body["groups"].as_array().map(Vec::len), Some(5), "{answer}");
    println!("{database:?}, {case:?}: left out of {EXPERTS} experts: {}", answer.body["left_out"]);
    for connections in [1, 2] {
        let requests = cases::reading(&path, Some(&token));
        let once =
            || load::run(subject.real.address(), connections, Duration::from_secs_f64(seconds), &requests);
        once()?;
        let figures = (0..rounds).map(|_| once()).collect::<Result<Vec<Figure>, String>>()?;
        let (p50, p99) = (median(figures.iter().map(|it| it.p50)), median(figures.iter().map(|it| it.p99)));
        let verdict = if p99 < GOAL { "met" } else { "missed" };
        println!(
            "{database:?}, {case:?}: suggestions, {EXPERTS} experts, {VISITS} visits, {connections} at a time: p50 {p50:.1} ms, p99 {p99:.1} ms \
             (goal: below {GOAL} ms, {verdict})"
        );
    }
    Ok(())
}

/// Nine in the morning in Xiamen, some days from now.
#[expect(clippy::disallowed_methods, reason = "the server that is measured has the system's clock")]
fn some_days_ahead() -> DateTime<Utc> {
    let morning = NaiveTime::from_hms_opt(1, 0, 0).expect("it is a time");
    (Utc::now() + Days::new(10)).date_naive().and_time(morning).and_utc()
}

fn statements(database: Database, case: Case, start: DateTime<Utc>) -> Vec<String> {
    let id = |kind: u16, number: u32| {
        let id = rows::id(kind, number);
        match database {
            Database::Sqlite => format!("X'{}'", id.simple()),
            Database::Postgres => format!("'{id}'"),
        }
    };
    let bytes: fn(u32) -> String = match database {
        Database::Sqlite => |n| format!("X'{n:064x}'"),
        Database::Postgres => |n| format!("'\\x{n:064x}'"),
    };
    let no = match database {
        Database::Sqlite => "0",
        Database::Postgres => "false",
    };
    let time = |at: DateTime<Utc>| format!("'{}'", at.format("%Y-%m-%d %H:%M:%S"));
    let made = "'2026-01-05 01:00:00', '2026-01-05 01:00:00'";
    let mut users = Vec::new();
    let mut experts = Vec::new();
    let mut bases = Vec::new();
    let mut absences = Vec::new();
    for n in 1..=EXPERTS {
        users.push(format!(
            "({}, 1, NULL, 'library-{n}', '专家', '13900000003', 'operator', '', {no}, {made})",
            id(USER, n)
        ));
        experts.push(format!(
            "({}, 1, 'active', {}, '陈工', '13900000001', {bytes}, {bytes}, '{}', '{}', '{}', '{}', '{}', '1', \
             '2025-01-01', '1', '2025-01-01', '2025-01-10', '2025-02-01', {made})",
            id(EXPERT, n),
            id(USER, n),
            case.employer(n),
            if n % 10 == 0 { r#"["leader","member"]"# } else { r#"["member"]"# },
            specialties(n),
            json!([{ "level": "senior", "field": "building_municipal", "certificate_number": "ZC-1", "obtained_on": "2010-06-30" }]),
            history(n),
            bytes = bytes(n),
        ));
        if n % 4 != 0 {
            let (east, north) = (f64::from(n % 60) / 100.0, f64::from(n % 50) / 100.0);
            bases.push(format!(
                "({}, 2, {}, {}, 'wgs84', '2026-01-05 01:00:00')",
                id(EXPERT, n),
                117.85 + east,
                24.45 + north
            ));
        }
        match n % 8 {
            0 => absences.push(format!(
                "({}, 1, {}, 'leave', {}, {}, NULL, NULL, {made})",
                id(UNAVAILABILITY, n),
                id(EXPERT, n),
                time(start - TimeDelta::days(i64::from(n % 7))),
                time(start + TimeDelta::hours(i64::from(n % 50))),
            )),
            1 | 2 => absences.push(format!(
                "({}, 1, {}, 'recurring', NULL, NULL, '{}', 'afternoon', {made})",
                id(UNAVAILABILITY, n),
                id(EXPERT, n),
                ["monday", "tuesday", "wednesday", "thursday", "friday"]
                    [usize::from(u8::try_from(n % 5).unwrap_or(0))],
            )),
            _ => {}
        }
    }
    let group_size = case.group_size();
    let nothing = negotiation(None);
    let mut visits = vec![visit(&id, 0, group_size, "planned", ("NULL", "NULL"), &nothing)];
    let mut members = Vec::new();
    let mut bookings = Vec::new();
    for n in 1..=VISITS {
        // A third of them on the day that is asked for.
        let days = if n % 3 == 0 { 0 } else { i64::from(n % 60) - 30 };
        let from = start + TimeDelta::days(days) + TimeDelta::hours(i64::from(n % 4) * 4 - 8);
        let until = from + TimeDelta::hours(3);
        let proposed = case.is_proposed(n);
        visits.push(if proposed {
            let slots = negotiation(Some((from, until)));
            visit(&id, n, group_size, "proposed", ("NULL", "NULL"), &slots)
        } else {
            visit(&id, n, group_size, "agreed", (&time(from), &time(until)), &nothing)
        });
        let (from, to) = (time(from), time(until));
        for place in 0..3 {
            let expert = 1 + (n * 7 + place * 613) % EXPERTS;
            members.push(format!(
                "({}, {}, {}, {place}, '[\"civil\"]', {from}, '[1]')",
                id(VISIT, n),
                id(EXPERT, expert),
                id(PROJECT, 1 + n % 1000)
            ));
            if !proposed {
                bookings.push(format!(
                    "({}, {}, {}, {from}, {to})",
                    id(EXPERT, expert),
                    id(VISIT, n),
                    id(PROJECT, 1 + n % 1000)
                ));
            }
        }
    }
    // The parties are held against the experts' employers, by codes that are codes.
    let codes = rows::ORGANIZATIONS.map(|(number, _)| {
        format!(
            "UPDATE organizations SET unified_social_credit_code = '{}' WHERE id = {}",
            credit_code(),
            id(ORGANIZATION, number)
        )
    });
    let into = |table: &str, columns: &str, rows: &[String]| {
        format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", "))
    };
    let mut all = codes.to_vec();
    all.extend([
        into(
            "users",
            "id, version, organization_id, login_name, display_name, mobile, role, password_hash, disabled, created_at, updated_at",
            &users,
        ),
        into(
            "experts",
            "id, version, status, user_id, name, mobile, citizen_id_sealed, citizen_id_digest, employer_name, pools, specialties, \
             titles, work_history, council_decision_number, council_decided_on, public_notice_number, public_notice_from, \
             public_notice_to, admitted_on, created_at, updated_at",
            &experts,
        ),
        into(
            "expert_bases",
            "expert_id, version, longitude, latitude, coordinate_system, updated_at",
            &bases,
        ),
        into(
            "unavailabilities",
            "id, version, expert_id, kind, starts_at, ends_at, weekday, part_of_day, created_at, updated_at",
            &absences,
        ),
        into(
            "visits",
            "id, version, number, status, plan_id, planned_service_id, line_id, commission_id, project_id, category, window_start, \
             window_end, group_size, scheduled_start, scheduled_end, insurer_id, provider_id, contractor_id, supervisor_id, owner_id, \
             district, negotiation, created_at, updated_at",
            &visits,
        ),
        into(
            "visit_members",
            "visit_id, expert_id, project_id, position, specialties, agreed_at, agreed_slots",
            &members,
        ),
        into("bookings", "expert_id, visit_id, project_id, starts_at, ends_at", &bookings),
        match database {
            Database::Sqlite => "ANALYZE".to_owned(),
            Database::Postgres => "VACUUM ANALYZE".to_owned(),
        },
    ]);
    all
}

/// What is negotiated of a visit: one slot, or none.
fn negotiation(slot: Option<(DateTime<Utc>, DateTime<Utc>)>) -> String {
    let slots: Vec<_> = slot.into_iter().map(|(start, end)| json!({ "start": start, "end": end })).collect();
    json!({ "slots": slots, "contractor_slots": [], "open_places": [], "answer_by": null }).to_string()
}

fn visit(
    id: &impl Fn(u16, u32) -> String,
    n: u32,
    group_size: u32,
    status: &str,
    (from, to): (&str, &str),
    negotiation: &str,
) -> String {
    format!(
        "({}, 1, 'FW-2026-{:09}', '{status}', {other}, {other}, {other}, {other}, {}, 'hazard_inspection', '2020-01-01', '2099-12-31', \
         {group_size}, {from}, {to}, {}, {}, {}, {}, {}, '350203', '{negotiation}', '2026-01-05 01:00:00', '2026-01-05 01:00:00')",
        id(VISIT, n),
        100_000_000 + n,
        id(PROJECT, 1 + n % 1000),
        id(ORGANIZATION, INSURER),
        id(ORGANIZATION, 6),
        id(ORGANIZATION, CONTRACTOR),
        id(ORGANIZATION, 2),
        id(ORGANIZATION, 3),
        other = id(OTHER, 1),
    )
}

fn specialties(n: u32) -> &'static str {
    match (n % 3, n % 5) {
        (0, 0) => r#"["civil","mechanical"]"#,
        (0, _) => r#"["civil"]"#,
        (1, 0) => r#"["mechanical","electrical"]"#,
        (1, _) => r#"["mechanical"]"#,
        _ => r#"["electrical"]"#,
    }
}

/// Fifteen years with three employers.
fn history(n: u32) -> String {
    let period = |nth: u32, from: &str, to: &str| {
        json!({
            "employer": format!("第 {} 设计院", (n + nth) % 50), "employer_code": null, "role": "安全总监", "from": from,
            "to": if to.is_empty() { None } else { Some(to) }, "relevant": true
        })
    };
    let periods = [
        period(2, "2008-01-01", "2013-12-31"),
        period(1, "2014-01-01", "2019-12-31"),
        period(0, "2020-01-01", ""),
    ];
    json!(periods).to_string()
}

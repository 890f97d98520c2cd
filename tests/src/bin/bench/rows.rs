//! The rows: written in bulk by the database itself, one statement for each table.

use anze_tests::{Database, actors::credit_code, world::ADMINISTRATOR};
use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use uuid::Uuid;

/// Kinds of records, as they stand in the ids.
pub const ORGANIZATION: u16 = 1;
const USER: u16 = 2;
/// Projects.
pub const PROJECT: u16 = 3;
const POLICY: u16 = 4;
/// Commissions.
pub const COMMISSION: u16 = 5;
const LINE: u16 = 6;
/// Experts.
pub const EXPERT: u16 = 7;
const VISIT: u16 = 8;

/// The organisations, by number and port: what the callers belong to, and others beside them.
pub const ORGANIZATIONS: [(u32, &str); 9] = [
    (1, "contractor"),
    (2, "supervisor"),
    (3, "owner"),
    (4, "insurer"),
    (5, "insurer"),
    (6, "provider"),
    (7, "provider"),
    (8, "regulator"),
    (9, "contractor"),
];
/// Half of the commissions are this insurer's.
pub const INSURER: u32 = 4;
/// An eighth of the commissions are in service with this provider, each with a visit: a tenth of these is to be proposed, answered, served
/// and reviewed each; the others are accepted.
pub const PROVIDER: u32 = 6;
/// All projects are this contractor's.
pub const CONTRACTOR: u32 = 1;

/// How many rows there are.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Commissions; and events of the first project.
    pub rows: u32,
    /// Projects, each with its policy.
    pub projects: u32,
}

impl Size {
    /// A tenth as many projects as commissions, at least a thousand.
    pub fn of(rows: u32) -> Size {
        Size { rows, projects: (rows / 10).max(1000) }
    }
}

/// The id of the record of this kind with this number. Ids ascend with the numbers.
pub fn id(kind: u16, number: u32) -> Uuid {
    let text = format!("018f{kind:04x}000070008000{number:012x}");
    text.parse().expect("it is a UUID")
}

/// Fills an empty database in which there is the association's administrator, whose password everybody has.
pub fn fill(database: Database, url: &str, size: Size) {
    let mut all = statements(database, size);
    all.extend(match database {
        Database::Sqlite => vec!["ANALYZE".into(), "PRAGMA wal_checkpoint(TRUNCATE)".into()],
        Database::Postgres => vec!["VACUUM ANALYZE".into(), "CHECKPOINT".into()],
    });
    execute_on(database, url, &all);
}

/// Runs these on a database, without looking whether what they refer to is there.
pub fn execute_on(database: Database, url: &str, statements: &[String]) {
    match database {
        Database::Sqlite => {
            let path = anze_persistence::sqlite_path(url).expect("it is SQLite's");
            let mut connection = SqliteConnection::establish(path).expect("the database opens");
            let pragmas = "PRAGMA busy_timeout = 30000; PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;";
            connection.batch_execute(pragmas).expect("the pragmas are set");
            execute(&mut connection, statements);
        }
        Database::Postgres => {
            let mut connection = PgConnection::establish(url).expect("the database opens");
            // No trigger looks whether the references are there.
            connection.batch_execute("SET session_replication_role = replica").expect("it is set");
            execute(&mut connection, statements);
        }
    }
}

fn execute(connection: &mut impl SimpleConnection, statements: &[String]) {
    for statement in statements {
        connection.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// The projects in the search index.
fn searchable(database: Database) -> [String; 3] {
    let names = "INSERT INTO search_names (kind, record_id, name, number) \
                 SELECT 'project', id, replace(name, ' ', ''), number FROM projects";
    let numbers = "INSERT INTO search_keys (kind, key, record_id) SELECT 'project', '#' || number, record_id FROM search_names";
    let keys = match database {
        Database::Sqlite => {
            "INSERT OR IGNORE INTO search_keys (kind, key, record_id) \
             WITH RECURSIVE ends (record_id, rest) AS (SELECT record_id, name FROM search_names \
             UNION ALL SELECT record_id, substr(rest, 2) FROM ends WHERE length(rest) > 2) \
             SELECT 'project', substr(rest, 1, size), record_id FROM ends, (SELECT 2 AS size UNION ALL SELECT 3) \
             WHERE length(rest) >= size"
        }
        Database::Postgres => {
            "INSERT INTO search_keys (kind, key, record_id) SELECT DISTINCT 'project', substr(n.name, place, size), n.record_id \
             FROM search_names n, generate_series(2, 3) AS size, generate_series(1, length(n.name) - size + 1) AS place"
        }
    };
    [names, numbers, keys].map(str::to_owned)
}

fn statements(database: Database, Size { rows, projects }: Size) -> Vec<String> {
    let id = |kind: u16, number: &str| {
        let prefix = format!("018f{kind:04x}000070008000");
        match database {
            Database::Sqlite => format!("unhex('{prefix}' || printf('%012x', {number}))"),
            Database::Postgres => format!("('{prefix}' || lpad(to_hex({number}), 12, '0'))::uuid"),
        }
    };
    let bytes = match database {
        Database::Sqlite => "zeroblob(32)",
        Database::Postgres => "decode(repeat('00', 32), 'hex')",
    };
    let no = match database {
        Database::Sqlite => "0",
        Database::Postgres => "false",
    };
    let series =
        |to: u32| format!("WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {to}) ");
    let org = |number: u32| id(ORGANIZATION, &number.to_string());
    let times = "'2026-01-05 01:00:00', '2026-01-05 01:00:00'";
    let mut all = Vec::new();
    for (number, port) in ORGANIZATIONS {
        let code = credit_code();
        let district = if port == "regulator" { "'350203'" } else { "NULL" };
        all.push(format!(
            "INSERT INTO organizations (id, version, kind, status, name, unified_social_credit_code, district, contact_name, \
             contact_mobile, created_at, updated_at) VALUES ({}, 1, '{port}', 'active', '第 {number} 单位', '{code}', {district}, \
             '林工', '13900000000', {times})",
            org(number)
        ));
        all.push(user(&id(USER, &number.to_string()), &org(number), &login_name(number), no));
    }
    let expert = id(USER, "100");
    all.push(user(&expert, "NULL", EXPERT_LOGIN, no));
    all.push(format!(
        "INSERT INTO experts (id, version, status, user_id, name, mobile, citizen_id_sealed, citizen_id_digest, employer_name, pools, \
         specialties, titles, work_history, council_decision_number, council_decided_on, public_notice_number, public_notice_from, \
         public_notice_to, admitted_on, created_at, updated_at) VALUES ({}, 1, 'active', {expert}, '陈工', '13900000001', {bytes}, \
         {bytes}, '设计院', '[]', '[]', '[]', '[]', '1', '2025-01-01', '1', '2025-01-01', '2025-01-10', '2025-02-01', {times})",
        id(EXPERT, "1")
    ));
    let parties = format!("{}, {}, {}", org(CONTRACTOR), org(2), org(3));
    let district =
        |i: &str| format!("CASE {i} % 3 WHEN 0 THEN '350203' WHEN 1 THEN '350206' ELSE '350211' END");
    all.push(format!(
        "{} INSERT INTO projects (id, version, number, status, name, category, address, district, longitude, latitude, \
         coordinate_system, contract_price, floor_area_centiares, planned_start, planned_end, construction_permit_number, \
         contractor_id, supervisor_id, owner_id, leader_name, leader_mobile, created_at, updated_at) \
         SELECT {}, 1, 'XM-2026-' || (100000000 + i), 'registered', '滨海中学教学楼 ' || i, 'building', '海湾大道 ' || i || ' 号', {}, \
         118.1, 24.5, 'gcj02', 5000000000, 1200000, '2026-01-01', '2028-01-01', '350203202601010101', {parties}, '王工', \
         '13900000002', {times} FROM s",
        series(projects),
        id(PROJECT, "i"),
        district("i"),
    ));
    all.extend(searchable(database));
    let insurer = format!("CASE i % 2 WHEN 0 THEN {} ELSE {} END", org(INSURER), org(INSURER + 1));
    let provider = format!("CASE i % 4 WHEN 0 THEN {} ELSE {} END", org(6), org(7));
    for (party, part) in
        [(org(CONTRACTOR), "contractor"), (org(2), "supervisor"), (insurer.clone(), "insurer")]
    {
        all.push(format!(
            "{} INSERT INTO project_parties (party_id, project_id, part) SELECT {party}, {}, '{part}' FROM s",
            series(projects),
            id(PROJECT, "i"),
        ));
    }
    all.push(format!(
        "{} INSERT INTO policies (id, version, project_id, policy_number, premium_total, premium_received, indemnity_limit, \
         period_start, period_end, insurer_id, contractor_id, supervisor_id, owner_id, district, created_at, updated_at) \
         SELECT {}, 1, {}, 'P' || i, 10000000, 5000000, 1000000000, '2026-01-01', '2028-01-01', {insurer}, {parties}, {}, {times} \
         FROM s",
        series(projects),
        id(POLICY, "i"),
        id(PROJECT, "i"),
        district("i"),
    ));
    // Of the first insurer only the oldest twenty are drafts; of the other, half of them.
    let status = "CASE WHEN i % 2 = 0 AND i <= 40 THEN 'draft' WHEN i % 4 = 1 THEN 'draft' \
                  WHEN i % 8 = 0 THEN 'completed' ELSE 'in_service' END";
    let asked_at = match database {
        Database::Sqlite => "'2026-01-05 01:00:00'",
        Database::Postgres => "timestamp '2026-01-05 01:00:00'",
    };
    let project = format!("1 + i % {projects}");
    all.push(format!(
        "{} INSERT INTO commissions (id, version, number, status, policy_id, project_id, contract_number, fee_mode, fee, period_start, \
         period_end, insurer_id, provider_id, contractor_id, supervisor_id, owner_id, district, asked_provider_id, asked_at, created_at, updated_at) \
         SELECT {}, 1, 'WT-2026-' || (100000000 + i), {status}, {}, {}, 'HT-2026-' || i, 'premium_ratio', 2100000, '2026-01-01', \
         '2026-12-31', {insurer}, {provider}, {parties}, {}, CASE WHEN {status} = 'draft' THEN NULL ELSE {provider} END, {asked_at}, {times} \
         FROM s",
        series(rows),
        id(COMMISSION, "i"),
        id(POLICY, &format!("({project})")),
        id(PROJECT, &format!("({project})")),
        district(&format!("({project})")),
    ));
    for position in 0..2 {
        all.push(format!(
            "{} INSERT INTO commission_lines (id, commission_id, position, category, description, times, frequency) \
             SELECT {}, {}, {position}, 'hazard_inspection', '深基坑、高支模专项隐患排查', 4, '每季度一次' FROM s",
            series(rows),
            id(LINE, &format!("(i * 2 + {position})")),
            id(COMMISSION, "i"),
        ));
    }
    let visit = "CASE i / 8 % 10 WHEN 0 THEN 'planned' WHEN 1 THEN 'proposed' WHEN 2 THEN 'agreed' WHEN 3 THEN 'submitted' \
                 ELSE 'accepted' END";
    let timestamp = |at: &str| match database {
        Database::Sqlite => format!("'{at}'"),
        Database::Postgres => format!("timestamp '{at}'"),
    };
    let day = |on: &str| match database {
        Database::Sqlite => format!("'{on}'"),
        Database::Postgres => format!("date '{on}'"),
    };
    let (due, slot) = (timestamp("2027-11-01 01:00:00"), timestamp("2027-12-01 01:00:00"));
    all.push(format!(
        "{} INSERT INTO visits (id, version, number, status, plan_id, planned_service_id, line_id, commission_id, project_id, category, \
         window_start, window_end, group_size, scheduled_start, scheduled_end, answers_due_at, last_slot_start, submitted_at, submitted_by, \
         insurer_id, provider_id, contractor_id, supervisor_id, owner_id, district, created_at, updated_at) \
         SELECT {}, 1, 'FW-2026-' || (100000000 + i), {visit}, {}, {}, {}, {}, {}, 'hazard_inspection', '2026-01-01', \
         CASE i % 3 WHEN 0 THEN {} WHEN 1 THEN {} ELSE {} END, 3, {slot}, {slot}, {due}, {slot}, {slot}, {}, {insurer}, {}, {parties}, {}, \
         {times} FROM s WHERE i % 8 = 4",
        series(rows),
        id(VISIT, "i"),
        id(VISIT, "i"),
        id(VISIT, "i"),
        id(LINE, "(i * 2)"),
        id(COMMISSION, "i"),
        id(PROJECT, &format!("({project})")),
        day("2026-10-31"),
        day("2027-11-30"),
        day("2027-12-31"),
        id(USER, "100"),
        org(PROVIDER),
        district(&format!("({project})")),
    ));
    let events = |stream: &str, seq: &str, to: u32| {
        format!(
            "{} INSERT INTO events (stream_id, seq, occurred_at, name, subject, subject_id, from_state, to_state, facts, actor_kind, \
             actor_id, organization_id, request_id, digest) SELECT {stream}, {seq}, '2026-01-05 01:00:00', 'project_registered', \
             'project', {stream}, 'draft', 'registered', '[]', 'user', {}, {}, '018f0000-0000-7000-8000-000000000000', {bytes} FROM s",
            series(to),
            id(USER, "1"),
            org(CONTRACTOR),
        )
    };
    all.push(events(&id(PROJECT, "(i + 1)"), "1", projects - 1));
    all.push(events(&id(PROJECT, "1"), "i", rows));
    all.push(format!(
        "{} INSERT INTO event_streams (stream_id, last_seq, last_digest) \
         SELECT {}, CASE i WHEN 1 THEN {rows} ELSE 1 END, {bytes} FROM s",
        series(projects),
        id(PROJECT, "i"),
    ));
    all
}

/// How the user of this organisation logs in.
pub fn login_name(organization: u32) -> String {
    format!("user-of-{organization}")
}

/// How the expert logs in.
pub const EXPERT_LOGIN: &str = "expert";

fn user(id: &str, organization: &str, login_name: &str, no: &str) -> String {
    format!(
        "INSERT INTO users (id, version, organization_id, login_name, display_name, mobile, role, password_hash, disabled, created_at, \
         updated_at) SELECT {id}, 1, {organization}, '{login_name}', '用户', '13900000003', 'operator', password_hash, {no}, created_at, \
         updated_at FROM users WHERE login_name = '{ADMINISTRATOR}'"
    )
}

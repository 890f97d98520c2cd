//! Rows in every table of the newest schema, and what earlier programs find of them once migrations are reverted.

use anze_domain::{
    RecordKind,
    base::key::comparison_key,
    calendar::slot::Slot,
    service::visit::{Negotiation, Step, TakenStep, Visit, VisitStatus},
};
use chrono::Duration;
use diesel::{connection::SimpleConnection, prelude::*, sql_query, sql_types::Text};

use super::{down, rows::fill, schema::Line};
use crate::{
    StoreError, Writer, migrate,
    service::visit,
    store::dialect::{self, AnyConnection, Guid, Key, Use},
    store::schema::{affiliates, organizations, projects},
    store::search::{self, Searchable},
    testing::{Scratch, at, both_databases, flow, id},
};

/// A name as somebody typed it, the key by which earlier programs compare it, and the one by which this program does.
const NAME: &str = "厦门Ａｂｃ\u{3000}（监理） 有限公司";
const EARLIER_KEY: &str = "厦门Ａｂｃ(监理)有限公司";
const KEY: &str = "厦门ABC(监理)有限公司";

/// Two hours, that many days after the beginning of the tests' time.
fn slot(days: i64) -> Slot {
    let start = at(days * 24 * 60 * 60);
    Slot { start, end: start + Duration::hours(2) }
}

/// Puts in a visit that was submitted twice, one that is proposed, and one that is planned again because an expert declined.
fn visits(db: &mut Writer<'_>) -> Result<[Visit; 3], StoreError> {
    let visits = flow::visits(db)?;
    let [mut submitted, mut proposed] = <[Visit; 2]>::try_from(visits).unwrap();
    let two_slots = |contractor_slots| Negotiation {
        slots: vec![slot(1), slot(2)],
        contractor_slots,
        answer_by: Some(at(60)),
        prompt_at: Some(at(30)),
        ..Negotiation::default()
    };

    submitted.status = VisitStatus::Agreed;
    submitted.negotiation = Negotiation { answer_by: None, prompt_at: None, ..two_slots(vec![2]) };
    submitted.contractor_agreed_at = Some(at(1));
    for member in &mut submitted.members {
        (member.agreed_at, member.agreed_slots) = (Some(at(2)), vec![2]);
    }
    (submitted.scheduled_start, submitted.scheduled_end) = (Some(slot(2).start), Some(slot(2).end));
    // Saved while it is agreed, it books its group.
    let mut submitted = visit::save(db, submitted, at(3))?;
    submitted.status = VisitStatus::Submitted;
    submitted.steps.push(TakenStep {
        step: Step::Briefing,
        taken_at: at(5),
        recorded_at: at(6),
        place: None,
        distance_metres: None,
        recorded_by: id(flow::EXPERTS[0]),
        note: None,
    });
    (submitted.first_submitted_at, submitted.submitted_at) = (Some(at(10)), Some(at(20)));
    let submitted = visit::save(db, submitted, at(20))?;

    proposed.status = VisitStatus::Proposed;
    proposed.negotiation = two_slots(vec![1, 2]);
    proposed.contractor_agreed_at = Some(at(1));
    proposed.members = flow::group();
    for (member, slots) in proposed.members.iter_mut().zip([vec![1], vec![2]]) {
        (member.agreed_at, member.agreed_slots) = (Some(at(2)), slots);
    }
    let mut planned = Visit { id: id(303), number: "FW-303".to_owned(), ..proposed.clone() };
    planned.status = VisitStatus::Planned;
    planned.members.pop();
    visit::insert_all(db, std::slice::from_ref(&planned))?;
    let proposed = visit::save(db, proposed, at(3))?;
    Ok([submitted, proposed, planned])
}

/// A database with rows in every table: those of a flow, as the program writes them, and one of each other kind.
pub(super) async fn filled(scratch: &Scratch) -> AnyConnection {
    scratch.store.write(|db| visits(db).map(drop)).await.unwrap();
    let mut connection = dialect::connect(scratch.url(), Use::Writing, "off").unwrap();
    let [expert, digest] = scratch.literals(id(flow::EXPERTS[0]));
    let event = |seq: u8, name: &str, at: &str, of: &str| {
        format!(
            "INSERT INTO events \
             (stream_id, seq, occurred_at, name, subject, subject_id, facts, actor_kind, request_id, digest) \
             SELECT project_id, {seq}, {at}, '{name}', '', id, '{{}}', 'user', '', {digest} FROM {of} WHERE {at} IS NOT NULL;"
        )
    };
    let sql = [
        event(1, "commission_submitted", "asked_at", "commissions"),
        event(2, "visit_submitted", "submitted_at", "visits"),
        event(3, "visit_submitted", "first_submitted_at", "visits"),
        format!(
            r#"UPDATE experts SET pools = '["leader"]', specialties = '["civil"]', leads = true, civil = true,
            titles = '[{{"certificate_number":"t 1"}}]',
            registered_safety_engineer = '{{"certificate_number":"r 2","registered_until":"2027-01-01"}}'
            WHERE id = {expert};
            INSERT INTO certificates VALUES ('title', 'T1', {expert}), ('registered_safety_engineer', 'R2', {expert});"#
        ),
    ];
    connection.batch_execute(&sql.concat()).unwrap();
    fill(&mut connection);
    let (name, key) = (NAME, comparison_key(NAME));
    // White space of every kind is nothing to the keys.
    let spaced = format!("\u{2003}{NAME}\u{85}");
    diesel::update(organizations::table)
        .set((organizations::name.eq(name), organizations::name_key.eq(&key)))
        .execute(&mut connection)
        .unwrap();
    diesel::update(affiliates::table)
        .set((affiliates::company_name.eq(spaced), affiliates::company_key.eq(&key)))
        .execute(&mut connection)
        .unwrap();
    diesel::update(projects::table)
        .set((
            (projects::supervisor_name.eq(name), projects::supervisor_key.eq(&key)),
            (projects::owner_name.eq(name), projects::owner_key.eq(&key)),
        ))
        .execute(&mut connection)
        .unwrap();
    scratch.store.write(searched).await.unwrap();
    connection
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Guid)]
    id: Key,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    number: String,
}

/// Makes every record known to the search as the program does it.
fn searched(db: &mut Writer<'_>) -> Result<(), StoreError> {
    for (kind, table, name, number) in [
        (RecordKind::Organization, "organizations", "name", "unified_social_credit_code"),
        (RecordKind::Project, "projects", "name", "number"),
        (RecordKind::Expert, "experts", "name", "''"),
        (RecordKind::Policy, "policies", "''", "policy_number"),
        (RecordKind::Commission, "commissions", "''", "number"),
        (RecordKind::ServicePlan, "service_plans", "''", "number"),
        (RecordKind::Visit, "visits", "''", "number"),
        (RecordKind::Hazard, "hazards", "''", "number"),
        (RecordKind::ServiceReport, "service_reports", "''", "number"),
    ] {
        let query = format!("SELECT id, {name} AS name, {number} AS number FROM {table}");
        let records: Vec<Named> = sql_query(query).load(db.connection())?;
        for Named { id, name, number } in &records {
            search::update(db, Searchable { kind, id: id.0, name, number })?;
        }
    }
    Ok(())
}

/// Reverts migrations until the one whose name ends like this is reverted.
fn down_to_before(connection: &mut AnyConnection, migration: &str) {
    while !down(connection).ends_with(migration) {}
}

fn lines(connection: &mut AnyConnection, query: &str) -> Vec<String> {
    let lines: Vec<Line> = sql_query(query).load(connection).unwrap();
    lines.into_iter().map(|Line { line }| line).collect()
}

/// A proposal keeps its first slot, and the answers that accept it.
#[both_databases]
async fn of_a_negotiation_the_first_slot_survives(scratch: Scratch) {
    let mut connection = filled(&scratch).await;
    let read =
        async || scratch.store.read(|db| visit::of_commission(db, id(flow::COMMISSION))).await.unwrap();
    let [mut submitted, mut proposed, mut planned] = <[Visit; 3]>::try_from(read().await).unwrap();

    down_to_before(&mut connection, "_scheduling");
    let times = "SELECT CAST(scheduled_start AS text) AS line FROM visits WHERE scheduled_start IS NOT NULL ORDER BY number";
    let [booked, first] = [slot(2), slot(1)].map(|slot| slot.start.format("%F %T").to_string());
    assert_eq!(lines(&mut connection, times), [booked, first]);
    migrate(scratch.url()).unwrap();

    let one_slot = |days, contractor_slots| Negotiation {
        slots: vec![slot(days)],
        contractor_slots,
        ..Negotiation::default()
    };
    submitted.negotiation = one_slot(2, vec![1]);
    submitted.members.iter_mut().for_each(|member| member.agreed_slots = vec![1]);
    proposed.negotiation = one_slot(1, vec![1]);
    (proposed.members[1].agreed_at, proposed.members[1].agreed_slots) = (None, Vec::new());
    planned.negotiation = Negotiation::default();
    planned.contractor_agreed_at = None;
    for member in &mut planned.members {
        (member.agreed_at, member.agreed_slots) = (None, Vec::new());
    }
    assert_eq!(read().await, [submitted, proposed, planned]);
}

/// What a `down.sql` computes for the program that comes with the schema before it.
#[both_databases]
async fn earlier_programs_find_their_keys_and_the_parties_of_drafts(scratch: Scratch) {
    let mut connection = filled(&scratch).await;
    let keys = "SELECT name_key AS line FROM organizations UNION SELECT supervisor_key FROM projects \
                UNION SELECT owner_key FROM projects UNION SELECT company_key FROM affiliates";
    let parts = "SELECT part AS line FROM project_parties ORDER BY part";
    assert_eq!(lines(&mut connection, keys), [KEY]);
    assert_eq!(lines(&mut connection, parts), ["contractor"]);

    down_to_before(&mut connection, "_filters_of_every_party");
    assert_eq!(lines(&mut connection, parts), ["contractor", "owner", "supervisor"]);
    down_to_before(&mut connection, "_comparison_keys");
    assert_eq!(lines(&mut connection, keys), [EARLIER_KEY]);
    migrate(scratch.url()).unwrap();
    assert_eq!(lines(&mut connection, keys), [KEY]);
    assert_eq!(lines(&mut connection, parts), ["contractor"]);
}

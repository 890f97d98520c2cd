//! A power cut in the middle of writes: what was answered is there, and nothing is half done.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{scope, sleep},
    time::Duration,
};

use anze_tests::{Actor, Binary, Cast, Record, actors, binary, both_databases};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anze-under-test");

/// What a caller x: the record's path and its state.
type Acknowledged = Vec<(String, &'static str)>;

/// Works until the server is gone: drafts and registers projects, policies and commissions. Says what was answered 2xx.
fn work(cast: &Cast, done: &AtomicBool) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    while !done.load(Ordering::Relaxed) {
        if work_once(cast, &mut acknowledged).is_none() {
            break;
        }
    }
    acknowledged
}

/// None where no answer came.
fn work_once(cast: &Cast, acknowledged: &mut Acknowledged) -> Option<()> {
    let create = |actor: &Actor, collection: &str, body: Value| {
        let answer = actor.post(collection).json(body).try_send().ok()?.expect(201);
        Some(Record::of(collection, &answer))
    };
    let project = create(&cast.contractor, "/api/v1/projects", actors::project_body(cast))?;
    acknowledged.push((project.path.clone(), "draft"));
    let register = cast.contractor.post(format!("{}/register", project.path)).if_match(&project.etag);
    register.try_send().ok()?.expect(200);
    acknowledged.push((project.path.clone(), "registered"));
    let policy =
        create(&cast.insurer_system, "/api/v1/policies", actors::policy_body(&project, "100000.00"))?;
    let line = actors::line("hazard_inspection", 2);
    let body = actors::commission_body(&policy, &cast.association, &[line], "20000.00");
    let draft = create(&cast.insurer_system, "/api/v1/commissions", body)?;
    acknowledged.push((draft.path.clone(), "draft"));
    let submit = cast.insurer_system.post(format!("{}/submit", draft.path)).if_match(&draft.etag);
    submit.try_send().ok()?.expect(200);
    acknowledged.push((draft.path.clone(), "submitted"));
    Some(())
}

/// SIGKILL while six write, then started again.
#[both_databases]
fn what_was_answered_survives_a_power_cut(mut binary: Binary) {
    let cast = Cast::before(&binary);
    let done = AtomicBool::new(false);
    let acknowledged = Mutex::new(Acknowledged::new());
    scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let mine = work(&cast, &done);
                acknowledged.lock().expect("nobody panicked").extend(mine);
            });
        }
        // In the middle of it, whatever that is.
        sleep(Duration::from_millis(1500));
        binary.kill();
        done.store(true, Ordering::Relaxed);
    });
    let acknowledged = acknowledged.into_inner().expect("nobody panicked");
    assert!(acknowledged.len() > 20, "only {} answers before the power cut", acknowledged.len());

    binary.start_again();
    let contractor = cast.contractor.speaking_as(cast.contractor.at(&binary.base_url()));
    let insurer = cast.insurer_system.speaking_as(cast.insurer_system.at(&binary.base_url()));
    let order = ["draft", "registered", "submitted"];
    let place = |status: &str| order.iter().position(|known| *known == status);
    for (path, status) in &acknowledged {
        let reader = if path.contains("/projects/") { &contractor } else { &insurer };
        let found = reader.get(path).send().expect(200);
        assert!(place(found.text("status")) >= place(status), "answered {status}, found {found}");
    }
    // Nothing half done: every record has its events, every event its record, and the chain fits.
    let database = binary.database();
    for (table, event) in [
        ("projects", "project_created"),
        ("policies", "policy_recorded"),
        ("commissions", "commission_created"),
    ] {
        let records = database.number(&format!("SELECT count(*) AS n FROM {table}"));
        let events = database.number(&format!("SELECT count(*) AS n FROM events WHERE name = '{event}'"));
        assert_eq!(records, events, "{table} and {event}");
    }
    let registered = database.number("SELECT count(*) AS n FROM projects WHERE status = 'registered'");
    assert_eq!(
        registered,
        database.number("SELECT count(*) AS n FROM events WHERE name = 'project_registered'")
    );
    let submitted = database.number("SELECT count(*) AS n FROM commissions WHERE status = 'submitted'");
    assert_eq!(
        submitted,
        database.number("SELECT count(*) AS n FROM events WHERE name = 'commission_submitted'")
    );
    let lines = database.number("SELECT count(*) AS n FROM commission_lines");
    assert_eq!(lines, database.number("SELECT count(*) AS n FROM commissions"));
    assert_eq!(database.number("SELECT count(*) AS n FROM idempotency_records WHERE answer IS NULL"), 0);
    let (fits, said) = binary::run(PROGRAM, database, &["audit", "verify"]);
    assert!(fits, "{said}");
    // And it goes on.
    contractor.register_project(&cast);
}

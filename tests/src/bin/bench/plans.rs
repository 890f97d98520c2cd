//! How the database goes about each list: what the servers ask is overheard, and explained.

use std::sync::{Mutex, PoisonError};

use anze_tests::Database;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::{Instrumentation, InstrumentationEvent, SimpleConnection, set_default_instrumentation},
    sql_query, sql_types,
};

use crate::{
    cases,
    rows::{self, COMMISSION, ORGANIZATIONS, PROJECT},
    subject::Subject,
};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Hears every query of the connections that are opened from here on.
pub fn listen() {
    fn hear() -> Option<Box<dyn Instrumentation>> {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(query.to_string());
            }
        }))
    }
    set_default_instrumentation(hear).expect("it is the first");
}

#[derive(QueryableByName)]
struct Sqlite {
    #[diesel(sql_type = sql_types::Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Postgres {
    #[diesel(sql_type = sql_types::Text, column_name = "QUERY PLAN")]
    detail: String,
}

/// Asks every list as every port, with every filter, and prints each way that the database goes.
pub fn print(subject: &Subject) {
    let callers = ORGANIZATIONS
        .iter()
        .filter(|(number, _)| ![5, 7, 9].contains(number))
        .map(|(number, port)| (*port, rows::login_name(*number)))
        .chain([
            ("association", anze_tests::world::ADMINISTRATOR.to_owned()),
            ("expert", rows::EXPERT_LOGIN.to_owned()),
        ]);
    let mut seen = Vec::new();
    let mut noted = 0;
    for (port, login) in callers {
        let client = subject.client().logged_in(&login, anze_tests::world::PASSWORD, None);
        for path in paths() {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).clear();
            let answer = client.get(format!("/api/v1/{path}")).outside_the_contract().send();
            if !answer.status.is_success() {
                if answer.status != 403 {
                    println!("\n{port}: {path}: {}", answer.status);
                }
                continue;
            }
            let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone();
            for query in heard {
                let query = query.split(" -- binds").next().unwrap_or_default().trim().to_owned();
                if query.starts_with("SELECT") && query.contains("LIMIT") && !seen.contains(&query) {
                    println!("\n{port}: {path}");
                    noted += explain(subject, &query);
                    seen.push(query);
                }
            }
        }
    }
    println!("\n{} queries, {noted} steps to look at (marked <--)", seen.len());
}

/// The lists and their filters.
fn paths() -> Vec<String> {
    let project = rows::id(PROJECT, 1);
    let commission = rows::id(COMMISSION, 2);
    let under_a_project = |list: &str| {
        ["", "?status=draft", "?sort=created_at"]
            .into_iter()
            .map(|filter| format!("{list}{filter}"))
            .chain([
                format!("{list}?project_id={project}"),
                format!("{list}?project_id={project}&status=draft"),
            ])
            .collect::<Vec<_>>()
    };
    let mut all = under_a_project("commissions");
    all.extend(under_a_project("service-plans"));
    all.extend(
        ["visits", "visits?status=planned", "hazards", "hazards?status=notified", "hazards?grade=major"]
            .map(str::to_owned),
    );
    all.extend(["visits", "hazards"].map(|list| format!("{list}?project_id={project}")));
    all.extend(
        ["visits", "hazards", "service-plans", "service-reports"]
            .map(|list| format!("{list}?commission_id={commission}")),
    );
    all.extend(["service-reports", "service-reports?status=submitted"].map(str::to_owned));
    all.extend(["policies".to_owned(), format!("policies?project_id={project}")]);
    all.extend(["projects", "projects?status=registered", "projects?district=350203"].map(str::to_owned));
    all.push(format!("projects?contractor_id={}", rows::id(rows::ORGANIZATION, rows::CONTRACTOR)));
    all.extend(
        ["projects?status=registered&district=350203", "organizations", "organizations?status=active"]
            .map(str::to_owned),
    );
    all.extend(
        ["organizations?port=insurer", "users", "experts", "experts?status=active", "api-tokens"]
            .map(str::to_owned),
    );
    all.push(format!("experts/{}/unavailabilities", rows::id(rows::EXPERT, 1)));
    all.extend(
        ["projects?q=%E6%A5%BC777", "commissions?q=%E6%A5%BC777", "visits?q=FW-2026-1"].map(str::to_owned),
    );
    all.extend(["tasks".to_owned(), "tasks?done=true".to_owned(), format!("tasks?project_id={project}")]);
    all.push(cases::CALENDAR.to_owned());
    all.extend(["auth/sessions".to_owned(), format!("projects/{project}/timeline")]);
    all
}

/// Prints a query's plan; says how many of its steps deserve a look.
fn explain(subject: &Subject, query: &str) -> usize {
    let steps: Vec<String> = match subject.database {
        Database::Sqlite => {
            let path = subject.url.trim_start_matches("sqlite://");
            let mut connection = SqliteConnection::establish(path).expect("the database opens");
            sql_query(format!("EXPLAIN QUERY PLAN {query}"))
                .load::<Sqlite>(&mut connection)
                .expect("the plan is told")
                .into_iter()
                .map(|step| step.detail)
                .collect()
        }
        Database::Postgres => {
            let mut connection = PgConnection::establish(&subject.url).expect("the database opens");
            let number =
                |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
            let binds: usize = query.split('$').skip(1).filter_map(number).max().unwrap_or(0);
            // The limit is a number when the statement is planned; as an unknown it would count for a tenth of the table.
            let with_limit = query.split(" LIMIT $").collect::<Vec<_>>();
            let query = match with_limit.as_slice() {
                [before, after] => {
                    format!("{before} LIMIT 21{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
                }
                _ => query.to_owned(),
            };
            let binds = if with_limit.len() == 2 { binds - 1 } else { binds };
            let nulls =
                if binds == 0 { String::new() } else { format!("({})", vec!["NULL"; binds].join(", ")) };
            connection
                .batch_execute(&format!("SET plan_cache_mode = force_generic_plan; PREPARE asked AS {query}"))
                .unwrap_or_else(|error| panic!("{query}: {error}"));
            sql_query(format!("EXPLAIN EXECUTE asked{nulls}"))
                .load::<Postgres>(&mut connection)
                .expect("the plan is told")
                .into_iter()
                .map(|step| step.detail)
                .collect()
        }
    };
    let bad = |step: &str| {
        let walks_all = step.starts_with("SCAN") && !step.contains("USING");
        walks_all || ["TEMP B-TREE", "Seq Scan", "Sort  "].iter().any(|sign| step.contains(sign))
    };
    for step in &steps {
        println!("    {step}{}", if bad(step) { "   <--" } else { "" });
    }
    let count = steps.iter().filter(|step| bad(step)).count();
    if count > 0 {
        println!("    {query}");
    }
    count
}

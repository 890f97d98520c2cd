//! The examples of the contract: recorded from a tour that calls every operation, and compared with a fresh recording.
//!
//! The tour is one story: a project in Xiamen, its policy, commission, plan, visit and report, and an applicant for the library. Each
//! file tells the part of one area. An example is the last call of an operation that only reads, and the first call of one that changes
//! something. `recording.show_next(…)` makes a later call the example.

mod admission;
mod open;
mod people;
mod project;
mod roles;
mod stable;
mod standing;
mod ties;
mod tour;
mod visit;

use std::{collections::BTreeSet, fs, path::Path};

use anze_api::app::settings::Settings;
use anze_tests::{Database, World, both_databases, contract::contract, mail::with_mail};

use self::tour::Tour;

/// Where the examples are kept.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/examples.json");

/// How to write them anew.
const REWRITE: &str = "UPDATE_EXAMPLES=1 cargo test --workspace --test it examples::";

/// Sessions and objections come from addresses that a proxy tells.
fn behind_a_proxy(settings: &mut Settings) {
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    with_mail(settings);
}

/// Calls every operation of the contract, in the order of the story.
fn walk(tour: &Tour) {
    open::look_around(tour);
    people::manage_accounts(tour);
    standing::keep_the_library(tour);
    let story = project::prepare(tour);
    visit::arrange(tour, &story);
    visit::inspect(tour, &story);
    people::look_at_tasks(tour);
    visit::follow_the_hazards(tour, &story);
    visit::hand_in(tour, &story);
    project::report(tour, &story);
    project::end_early(tour, &story);
    project::look_back(tour, &story);
    standing::look_at_conduct(tour);
    admission::admit(tour);
    people::read_notifications(tour);
}

/// The file holds one call of every operation, and each is what the server answers, on both databases.
#[both_databases(settings = behind_a_proxy)]
fn the_examples_are_real_answers(world: &World) {
    let tour = Tour::begin(world);
    walk(&tour);
    let made = stable::examples(&tour.recording.calls());
    let shown: BTreeSet<&str> =
        made.as_object().into_iter().flatten().map(|(operation_id, _)| operation_id.as_str()).collect();
    let missing: Vec<String> = contract()
        .operations()
        .into_iter()
        .map(|operation| operation.operation_id)
        .filter(|operation_id| !shown.contains(operation_id.as_str()))
        .collect();
    assert!(missing.is_empty(), "not on the tour, so without an example: {missing:?}");
    let made = format!("{made:#}\n");
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        // The recording on SQLite is written. The next run shows whether PostgreSQL answers the same.
        if world.database().kind() == Database::Sqlite {
            fs::write(FILE, made).expect("the examples are written");
        }
        return;
    }
    let kept = fs::read_to_string(Path::new(FILE)).expect("the examples are kept");
    if let Some((number, (kept, made))) =
        kept.lines().zip(made.lines()).enumerate().find(|(_, (kept, made))| kept != made)
    {
        panic!(
            "the examples are not what the server answers, first in line {} of openapi/examples.json:\n-{kept}\n+{made}\nIf the \
             server is right: {REWRITE}",
            number + 1
        );
    }
    assert_eq!(kept.len(), made.len(), "the examples are not as many as were recorded: {REWRITE}");
}

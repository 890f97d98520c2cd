//! A benchmark: the real server beside a bare handler with the same query, on the same database in the same run; and lists of few rows
//! beside lists of many. It measures and judges nothing: it ends with a failure only where an answer is no 2xx.
//!
//! ```text
//! cargo run --release -p anze-tests --bin bench -- [--quick] [--database sqlite] [--only lists|suggestions] [--plans]
//! ```
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints what it measured, and one that cannot go on stops by panicking, with the reason"
)]

mod bare;
mod cases;
mod load;
mod plans;
mod report;
mod rows;
mod subject;
mod suggestions;

use std::{process::ExitCode, time::Duration};

use anze_tests::Database;
use clap::{Parser, ValueEnum};

use crate::{
    load::{Figure, Requests},
    report::{Goal, Line, median},
    rows::Size,
    subject::Subject,
};

/// What to measure.
#[derive(Debug, Parser)]
pub struct Options {
    /// On which database.
    #[arg(long, value_enum, default_value = "both")]
    database: Which,
    /// Seconds of one round.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Rounds of each side, one after the other in turn; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Rows of the large database; the small one has a thousand.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
    /// Connections, for what is held against the bare server.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Connections, for what is held against the number of rows.
    #[arg(long, default_value_t = 8)]
    list_connections: usize,
    /// Only cases whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// A short look: 20,000 rows, three rounds of half a second.
    #[arg(long)]
    quick: bool,
    /// Print how the database goes about each list, instead of measuring.
    #[arg(long)]
    plans: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
    Both,
}

fn main() -> ExitCode {
    let mut options = Options::parse();
    if options.quick {
        (options.rows, options.rounds, options.seconds) = (20_000, 3, 0.5);
    }
    report::machine();
    let mut lines = Vec::new();
    let mut outcome = Ok(());
    for (which, database) in [(Which::Sqlite, Database::Sqlite), (Which::Postgres, Database::Postgres)] {
        if options.database != Which::Both && options.database != which {
            continue;
        }
        outcome = outcome.and_then(|()| measure(&options, database, &mut lines));
    }
    report::table(&lines);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("\nAn answer that is no 2xx, or none:\n{reason}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options, database: Database, lines: &mut Vec<Line>) -> Result<(), String> {
    if options.plans {
        plans::listen();
    } else if options.only == "suggestions" {
        if Subject::is_there(database) {
            return suggestions::measure(database, options.seconds, options.rounds);
        }
        println!("{database:?}: none is installed; it is left out.");
        return Ok(());
    }
    let Some(large) = Subject::start(database, Size::of(options.rows)) else {
        println!("{database:?}: none is installed; it is left out.");
        return Ok(());
    };
    println!("{database:?}: {}", large.about());
    if options.plans {
        plans::print(&large);
        return Ok(());
    }
    compare_with_bare(options, &large, lines)?;
    if cases::lists().iter().any(|list| options.wants(list.name)) {
        let small = Subject::start(database, Size::of(1000)).expect("it was there a moment ago");
        compare_sizes(options, &small, &large, lines)?;
    }
    if options.wants("suggestions") {
        drop(large);
        suggestions::measure(database, options.seconds, options.rounds)?;
    }
    Ok(())
}

/// The real server beside the bare one.
fn compare_with_bare(options: &Options, subject: &Subject, lines: &mut Vec<Line>) -> Result<(), String> {
    let insurer = subject.token(Some(rows::INSURER));
    let contractor = subject.token(Some(rows::CONTRACTOR));
    let transitions = cases::transitions(options.connections, subject.size, contractor);
    let all: [(&str, Requests, Requests, Goal); 4] = [
        (
            "get a commission",
            cases::one_commission("/commissions", subject.size, None),
            cases::one_commission("/api/v1/commissions", subject.size, Some(insurer.clone())),
            Goal::AtLeast(0.8),
        ),
        (
            "list 20 commissions",
            cases::reading("/commissions", None),
            cases::reading("/api/v1/commissions", Some(&insurer)),
            Goal::AtLeast(0.7),
        ),
        ("transition : row", cases::posting("/rows"), transitions.clone(), Goal::AtLeast(0.5)),
        ("transition : row, store", cases::posting("/shared-rows"), transitions, Goal::None),
    ];
    for (case, bare, ours, goal) in all {
        if options.wants(case) {
            let sides = [(subject.bare.address, &bare), (subject.real.address(), &ours)];
            let (left, right, rounds) = alternate(options, options.connections, sides)?;
            let ratio = median(rounds.iter().map(|(bare, ours)| ours.per_second / bare.per_second));
            lines.push(Line::new(case, subject.database, left, right, ratio, goal));
        }
    }
    Ok(())
}

/// The same list of few rows and of many.
fn compare_sizes(
    options: &Options,
    small: &Subject,
    large: &Subject,
    lines: &mut Vec<Line>,
) -> Result<(), String> {
    for list in cases::lists().into_iter().filter(|list| options.wants(list.name)) {
        let mut pages = vec![("first", list.path.clone())];
        if let Some(key) = &list.last {
            pages.push(("last", small.last_page(&list.path, list.caller, key)));
        }
        for (page, path) in pages {
            let requests = |subject: &Subject| cases::reading(&path, Some(&subject.token(list.caller)));
            let sides = [(small.real.address(), &requests(small)), (large.real.address(), &requests(large))];
            let (left, right, rounds) = alternate(options, options.list_connections, sides)?;
            let ratio = median(rounds.iter().map(|(small, large)| large.p99 / small.p99));
            let case = format!("{}, {page} page", list.name);
            lines.push(Line::new(&case, small.database, left, right, ratio, Goal::AtMost(1.5)));
        }
    }
    Ok(())
}

type Side<'a> = (std::net::SocketAddr, &'a Requests);

/// What both sides measured: their medians, and each pair of rounds.
type Measured = (Figure, Figure, Vec<(Figure, Figure)>);

/// Short rounds in turn, so that both sides see the same machine. Gives the medians, and each pair of rounds.
fn alternate(options: &Options, connections: usize, sides: [Side<'_>; 2]) -> Result<Measured, String> {
    let once =
        |(address, requests): Side<'_>, time: Duration| load::run(address, connections, time, requests);
    let time = Duration::from_secs_f64(options.seconds);
    for side in sides {
        once(side, time / 4)?;
    }
    let mut rounds = Vec::new();
    for round in 0..options.rounds {
        // Neither is always the first.
        let pair = if round % 2 == 0 {
            (once(sides[0], time)?, once(sides[1], time)?)
        } else {
            let second = once(sides[1], time)?;
            (once(sides[0], time)?, second)
        };
        rounds.push(pair);
    }
    let middle = |side: fn(&(Figure, Figure)) -> Figure| Figure {
        per_second: median(rounds.iter().map(|pair| side(pair).per_second)),
        p50: median(rounds.iter().map(|pair| side(pair).p50)),
        p99: median(rounds.iter().map(|pair| side(pair).p99)),
    };
    Ok((middle(|pair| pair.0), middle(|pair| pair.1), rounds))
}

impl Options {
    fn wants(&self, case: &str) -> bool {
        case.contains(&self.only)
    }
}

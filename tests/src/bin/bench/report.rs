//! What is printed.

use std::process::Command;

use anze_tests::Database;

use crate::load::Figure;

/// What a ratio should be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Ours to bare, in requests a second.
    AtLeast(f64),
    /// Many rows to few, in the time of the 99th answer of a hundred.
    AtMost(f64),
    /// Only to see.
    None,
}

/// A measured pair.
pub struct Line {
    case: String,
    database: Database,
    left: Figure,
    right: Figure,
    ratio: f64,
    goal: Goal,
}

impl Line {
    /// A measured pair; says so at once, for whoever waits.
    pub fn new(case: &str, database: Database, left: Figure, right: Figure, ratio: f64, goal: Goal) -> Line {
        let line = Line { case: case.to_owned(), database, left, right, ratio, goal };
        println!("{}", line.text());
        line
    }

    fn text(&self) -> String {
        let Line { case, database, left, right, ratio, goal } = self;
        let goal = match goal {
            Goal::AtLeast(least) => format!(">= {least:.1} {}", word(ratio >= least)),
            Goal::AtMost(most) => format!("<= {most:.1} {}", word(ratio <= most)),
            Goal::None => String::new(),
        };
        format!(
            "{case:<44} {:<9}{:>8.0} {:>7.2} {:>7.2}  {:>8.0} {:>7.2} {:>7.2}  {ratio:>6.2}  {goal}",
            format!("{database:?}"),
            left.per_second,
            left.p50,
            left.p99,
            right.per_second,
            right.p50,
            right.p99,
        )
    }
}

fn word(met: bool) -> &'static str {
    if met { "met" } else { "NOT MET" }
}

/// The middle one.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What it is measured on.
pub fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("cores: {cores}, shared by both servers, the databases and the load");
    for (program, argument) in [("uname", "-srm"), ("rustc", "--version"), ("cat", "/proc/loadavg")] {
        let output = Command::new(program).arg(argument).output();
        println!(
            "{program}: {}",
            output.map_or_else(|e| e.to_string(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
        );
    }
    if cfg!(debug_assertions) {
        println!("THIS IS A DEBUG BUILD: run it with --release.");
    }
}

/// Everything that was measured.
pub fn table(lines: &[Line]) {
    let section = |title: &str, left: &str, right: &str, sizes: bool| {
        let mut own = lines.iter().filter(|line| matches!(line.goal, Goal::AtMost(_)) == sizes).peekable();
        if own.peek().is_none() {
            return;
        }
        println!(
            "\n{title:<44} {:<9}{left:>8} {:>7} {:>7}  {right:>8} {:>7} {:>7}  {:>6}  goal",
            "database", "p50 ms", "p99 ms", "p50 ms", "p99 ms", "ratio"
        );
        for line in own {
            println!("{}", line.text());
        }
    };
    section("beside a bare handler (ratio of req/s)", "bare/s", "ours/s", false);
    section("1,000 rows and many (ratio of p99)", "few/s", "many/s", true);
}

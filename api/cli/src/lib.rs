//! The command line: `anze serve` and what else an operator needs.

use std::{
    fmt::Display,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anze_api::{
    app::{
        clock::{Clock, SystemClock},
        settings::{Environment, Settings},
    },
    http::middleware::request_id,
    identity::administrator,
    server::{Running, openapi},
};
use anze_persistence::{Options, Store, store::event};
use clap::{Parser, Subcommand};

pub use keys::Rotation;

mod keys;

/// Anze 安责: the service platform of construction-safety insurance in Xiamen.
#[derive(Parser)]
#[command(name = "anze", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What can be done.
#[derive(Subcommand)]
enum Command {
    /// Start the server (also without any command).
    Serve,
    /// Bring the database to this version's tables.
    Migrate,
    /// Write the contract to openapi/anze.openapi.json.
    Openapi {
        /// Only compare; fail where they differ.
        #[arg(long)]
        check: bool,
    },
    /// Administrators of the platform.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Fill an empty database with organisations, people and projects to look at.
    Demo,
    /// Keys of what is sealed at rest.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// The record of what happened.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
}

/// What can be done with administrators.
#[derive(Subcommand)]
enum AdminCommand {
    /// Make an administrator of the association.
    Create {
        /// Name to log in with.
        #[arg(long)]
        login_name: String,
        /// Read the password from standard input; else one is made and shown.
        #[arg(long)]
        password_stdin: bool,
    },
}

/// What can be done with keys.
#[derive(Subcommand)]
enum KeysCommand {
    /// Seal again, by the first of ANZE_SEALING_KEYS, what another key has sealed; the server may run meanwhile.
    Rotate,
}

/// What can be done with the record.
#[derive(Subcommand)]
enum AuditCommand {
    /// Check the chain of entries; names the first that does not fit.
    Verify,
}

/// Why a command failed, in words for who typed it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command that was typed.
#[must_use]
pub fn main() -> ExitCode {
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    // The demonstration's own calls are nobody's traffic.
    start_log(if matches!(command, Command::Demo) { "warn" } else { "info" });
    let outcome = match command {
        Command::Serve => serve(),
        Command::Openapi { check } => contract(check),
        Command::Migrate => migrate(),
        Command::Admin { command: AdminCommand::Create { login_name, password_stdin } } => {
            create_admin(&login_name, password_stdin)
        }
        Command::Demo => demo(),
        Command::Keys { command: KeysCommand::Rotate } => rotate(),
        Command::Audit { command: AuditCommand::Verify } => verify_audit(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            log::error!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Log lines carry the id of the request that they belong to.
fn start_log(level: &str) {
    let filter = env_logger::Env::default().default_filter_or(level);
    env_logger::Builder::from_env(filter)
        .format(|line, record| {
            let id = request_id().map(|id| format!(" [{id}]")).unwrap_or_default();
            let level = record.level();
            writeln!(line, "{} {level:<5} {}{id} {}", line.timestamp_millis(), record.target(), record.args())
        })
        .init();
}

/// Says something to who typed the command.
fn say(text: impl Display) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

fn serve() -> Result<(), Failure> {
    let settings = Settings::from_environment()?;
    let development = settings.environment == Environment::Development;
    let server = Running::start_with_signals(settings, SystemClock::new())?;
    say(format_args!("Anze listens on http://{0}, documentation: http://{0}/docs/", server.address()))?;
    if let Some(address) = server.metrics_address() {
        say(format_args!("Metrics: http://{address}/metrics"))?;
    }
    say("The first administrator: anze admin create --login-name NAME")?;
    if development {
        say("Something to look at, in an empty database: anze demo")?;
    }
    Ok(server.wait()?)
}

fn contract(check: bool) -> Result<(), Failure> {
    let root = Path::new(".");
    if !check {
        openapi::write(root)?;
        return openapi::FILES.iter().try_for_each(|(_, file)| say(format_args!("wrote {file}")));
    }
    match openapi::check(root)? {
        None => say("the contract's files are what the code states"),
        Some(difference) => Err(format!(
            "{difference}The contract's file differs from the code. Write it anew: cargo run -- openapi"
        )
        .into()),
    }
}

fn migrate() -> Result<(), Failure> {
    let settings = Settings::from_environment()?;
    let names = anze_persistence::migrate(settings.database_url.expose())?;
    if names.is_empty() {
        return say("nothing to migrate");
    }
    names.iter().try_for_each(|name| say(format_args!("migrated {name}")))
}

fn create_admin(login_name: &str, password_stdin: bool) -> Result<(), Failure> {
    let settings = Settings::from_environment()?;
    if password_stdin {
        let mut password = String::new();
        io::stdin().read_line(&mut password)?;
        create_administrator(&settings, login_name, password.trim_end_matches(['\r', '\n']))?;
        return say(format_args!("{login_name} is an administrator of the association"));
    }
    let password = administrator::random_password();
    create_administrator(&settings, login_name, &password)?;
    say(format_args!("{login_name} is an administrator of the association; password: {password}"))
}

fn demo() -> Result<(), Failure> {
    let lines = anze_demo::fill(Settings::from_environment()?, SystemClock::new().now())?;
    lines.iter().try_for_each(say)
}

fn rotate() -> Result<(), Failure> {
    let rotated = rotate_keys(&Settings::from_environment()?)?;
    rotated.iter().try_for_each(say)
}

/// Seals again, by the key of now, what another has sealed; says how much of each column that was.
///
/// # Errors
/// Values that none of the keys opens, once all others are sealed again; the database's.
pub fn rotate_keys(settings: &Settings) -> Result<Vec<String>, Failure> {
    Rotation::open(settings)?.finish()
}

fn verify_audit() -> Result<(), Failure> {
    let settings = Settings::from_environment()?;
    let store = Store::open(&Options::new(settings.database_url.expose()))?;
    let audit = blocking(async move { store.read_long(event::verify).await })??;
    match audit.misfit {
        None => say(format_args!("{} entries in {} streams: every one fits", audit.entries, audit.streams)),
        Some(misfit) => Err(format!(
            "entry {} of stream {} does not fit: {} (read {} entries)",
            misfit.seq, misfit.stream_id, misfit.why, audit.entries
        )
        .into()),
    }
}

/// Runs asynchronous work of a command.
fn blocking<F: Future>(work: F) -> Result<F::Output, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work))
}

/// Makes an administrator of the association, and its organisation where there is none yet.
///
/// # Errors
/// The login name is taken or has a wrong form; the password is too weak; the database's.
pub fn create_administrator(settings: &Settings, login_name: &str, password: &str) -> Result<(), Failure> {
    blocking(administrator::create(settings, SystemClock::new(), login_name, password))?
}

//! The `anze` command as a process of its own, for tests that kill it.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anze_api::app::settings::Settings;
use tempfile::TempDir;

use crate::{
    Client, Database, TestDatabase,
    world::{ADMINISTRATOR, PASSWORD},
};

/// A server process with a database and a directory of its own. Killed, and everything removed, when dropped.
#[derive(Debug)]
pub struct Binary {
    child: Option<Child>,
    program: PathBuf,
    port: u16,
    database: TestDatabase,
    directory: TempDir,
    environment: Vec<(String, String)>,
}

impl Binary {
    /// Starts the program, which a test names as `env!("CARGO_BIN_EXE_anze-under-test")`, with the first administrator in place.
    /// None where there is no PostgreSQL to be had.
    pub fn start(program: &str, database: Database) -> Option<Binary> {
        Binary::start_with(program, database, &[])
    }

    /// As [`Binary::start`], with variables of its own.
    pub fn start_with(program: &str, database: Database, environment: &[(&str, &str)]) -> Option<Binary> {
        let directory =
            tempfile::Builder::new().prefix("anze-test-").tempdir().expect("a temporary directory");
        let database = TestDatabase::create(database, directory.path())?;
        let settings = Settings::for_tests(database.url(), directory.path());
        anze_cli::create_administrator(&settings, ADMINISTRATOR, PASSWORD)
            .expect("the first administrator is created");
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut binary =
            Binary { child: None, program: program.into(), port: 0, database, directory, environment };
        binary.start_again();
        Some(binary)
    }

    /// Ends the process as a power cut would: SIGKILL, in the middle of whatever it does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the process is killed");
            child.wait().expect("the process has ended");
        }
    }

    /// Asks it to stop, as an operator does: SIGTERM.
    pub fn ask_to_stop(&self) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("the signal is sent");
        assert!(sent.success());
    }

    /// Waits until it has ended by itself; says whether it ended well.
    pub fn wait(&mut self) -> bool {
        let mut child = self.child.take().expect("it runs");
        child.wait().expect("it ends").success()
    }

    /// Where it listens, for who speaks to it without a client.
    pub fn address(&self) -> std::net::SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Starts it again on the same database and files, on another port, and waits until it is ready.
    pub fn start_again(&mut self) {
        self.kill();
        self.port = free_port();
        let log = File::options().create(true).append(true).open(self.log_file()).expect("a log file");
        let also_log = log.try_clone().expect("a log file");
        let child = Command::new(&self.program)
            .arg("serve")
            // No `.env` lies there.
            .current_dir(self.directory.path())
            .env("DATABASE_URL", self.database.url())
            .env("ANZE_METRICS_LISTEN", "off")
            // What the tests ask of it is not a stranger's rush.
            .env("ANZE_RATE_LIMIT_PER_MINUTE", "1000000")
            .env("ANZE_RATE_LIMIT_BURST", "1000000")
            .env("ANZE_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("ANZE_DATA_DIR", self.directory.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(also_log)
            .spawn()
            .expect("the program starts");
        self.child = Some(child);
        self.wait_until_ready();
    }

    /// Where the process listens now.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Someone without credentials, who speaks to the process as it is now.
    pub fn anonymous(&self) -> Client {
        Client::anonymous(self.base_url())
    }

    /// The association's first administrator. The process has the real time.
    #[track_caller]
    pub fn association(&self) -> Client {
        self.anonymous().logged_in(ADMINISTRATOR, PASSWORD, None)
    }

    /// The database under the process.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// All that the process has said until now.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn wait_until_ready(&mut self) {
        let began = Instant::now();
        let client = self.anonymous();
        loop {
            let asked = client.get("/readyz").outside_the_contract().try_send();
            if asked.is_ok_and(|answer| answer.status == 200) {
                return;
            }
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "the program ended ({ended:?}):\n{}", self.log());
            assert!(began.elapsed() < Duration::from_secs(60), "not ready after a minute:\n{}", self.log());
            sleep(Duration::from_millis(20));
        }
    }

    fn log_file(&self) -> PathBuf {
        self.directory.path().join("log.txt")
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a command of the program, such as `audit verify`, on a database; says whether it succeeded, and all it said.
pub fn run(program: &str, database: &TestDatabase, arguments: &[&str]) -> (bool, String) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory.path())
        .env("DATABASE_URL", database.url())
        .env("ANZE_DATA_DIR", directory.path())
        .output()
        .expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
